#pragma once

#include <QString>
#include <QStringList>
#include <chrono>
#include <optional>
#include <vector>

#include "uninterruptible/control.hpp"

namespace uninterruptible::admin {

/// One stop on the way of a restart, reached or not.
struct RestartStop {
  QString step;  ///< protocol word
  enum class State { Ahead, Current, Reached, Broken } state = State::Ahead;
  std::optional<std::chrono::milliseconds> elapsed{};  ///< since the request, when reached
  friend bool operator==(const RestartStop&, const RestartStop&) = default;
};

/// The story of one restart, put together from its steps. A plain value.
class RestartReport {
 public:
  enum class Outcome { None, Running, Draining, Finished, Failed, RolledBack, Rehearsed };

  /// Takes the next step; a step of a newer restart starts the story anew, of an older one is ignored.
  void apply(const control::Step& step);

  [[nodiscard]] Outcome outcome() const noexcept { return outcome_; }
  [[nodiscard]] quint64 restart() const noexcept { return restart_; }  ///< its number, 0: there was none
  [[nodiscard]] quint64 generation() const noexcept { return generation_; }  ///< the new one's number
  /// The step reached last, as in the protocol.
  [[nodiscard]] QString lastStep() const;
  [[nodiscard]] qint64 requestedAt() const noexcept { return requestedAt_; }  ///< Unix milliseconds
  [[nodiscard]] qint64 endedAt() const noexcept { return endedAt_; }  ///< Unix milliseconds, 0: goes on
  /// Those of a full restart, in order; one of them Current or Broken, none when it is over.
  [[nodiscard]] std::vector<RestartStop> stops(bool withTrial) const;
  /// The new process's own words about its progress, or what the running step says.
  [[nodiscard]] const QString& remark() const noexcept { return remark_; }

  /// One line: `Restart to generation 8 failed after "Spawned", 412 ms`.
  [[nodiscard]] QString headline(qint64 now) const;
  /// Why it failed and how the process ended; empty for other outcomes.
  [[nodiscard]] QString reason() const;
  /// What a failure means for clients: `Generation 7 keeps serving. No connection was lost.`
  [[nodiscard]] QString consequence(quint64 servingGeneration) const;
  [[nodiscard]] const QStringList& lastLines() const noexcept { return lastLines_; }
  /// All of it as text, to be mailed to somebody.
  [[nodiscard]] QString text(const QString& server, quint64 servingGeneration) const;

 private:
  quint64 restart_ = 0;
  quint64 generation_ = 0;
  qint64 requestedAt_ = 0;
  qint64 endedAt_ = 0;
  std::chrono::milliseconds elapsed_{};
  Outcome outcome_ = Outcome::None;
  std::vector<control::Step> steps_;
  control::Step last_;
  QString remark_;
  QStringList lastLines_;
};

}  // namespace uninterruptible::admin
