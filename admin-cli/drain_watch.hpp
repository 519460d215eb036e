#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/deadline.hpp"
#include "drain_view.hpp"
#include "link.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::cli {

/// After a restart is final: follows the generations before the new one until all have ended, from one
/// connection to the next.
class DrainWatch {
 public:
  /// `last_step` is the number of the last step of the restart that is known. `view` may be null; else it is
  /// shown who is still connected, once a second.
  DrainWatch(Link link, std::uint64_t generation, std::uint64_t last_step, DrainView* view)
      : link_(std::move(link)), generation_(generation), last_step_(last_step), view_(view) {}

  /// False when time is up before they have ended. Throws Stop: `interrupted`; `failed` where the server is
  /// gone.
  bool follow(Deadline deadline);

  /// Those that still drain, as known.
  [[nodiscard]] const std::vector<control::GenerationStatus>& draining() const noexcept { return draining_; }
  /// Steps of any restart that came meanwhile.
  [[nodiscard]] const std::vector<control::Step>& steps() const noexcept { return steps_; }

 private:
  void subscribe();
  void connect_to_next();
  void look();
  /// True when no older generation is left.
  bool take(const control::ServerStatus& status);

  Link link_;
  std::uint64_t generation_;
  std::uint64_t last_step_;
  DrainView* view_;
  std::vector<control::GenerationStatus> draining_;
  std::vector<control::Step> steps_;
};

}  // namespace uninterruptible::cli
