#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "base/deadline.hpp"
#include "base/unique_fd.hpp"
#include "uninterruptible/control_client.hpp"

namespace uninterruptible::control {

/// One trusted and greeted connection of a ControlClient to one generation.
class Line {
 public:
  /// What ended a wait.
  enum class Woke { event, ended, timeout };

  /// Throws ControlError.
  Line(const Target& target, Deadline deadline);

  [[nodiscard]] const Hello& hello() const noexcept { return hello_; }
  [[nodiscard]] Session& session() noexcept { return session_; }

  /// The next event. Throws ControlError where the server breaks the protocol.
  Woke next(Event& event, Deadline deadline);
  /// The reply to a request, or the Failure; what comes before it is kept for next(). Empty when the
  /// connection ended, or the server moved: then `moved()` tells. Throws ControlError, also for a timeout.
  std::optional<Event> reply(std::uint64_t request, Deadline deadline);
  /// The server said that another generation is in charge now.
  [[nodiscard]] bool moved() const noexcept { return moved_; }

 private:
  void connect(const Target& target, Deadline deadline);
  void read_greeting(const Target& target, Deadline deadline);
  Woke receive(Event& event, Deadline deadline);

  UniqueFd socket_;
  Session session_;
  Hello hello_;
  std::deque<Event> kept_;
  bool moved_ = false;
};

/// Connects to a server that may be on its way from one generation to the next: tries again until the
/// deadline where the greeting does not come and, for one that `was_there` just now, where nobody listens.
[[nodiscard]] std::unique_ptr<Line> connect_to(const Target& target, Deadline deadline, bool was_there);

}  // namespace uninterruptible::control
