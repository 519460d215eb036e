#pragma once

#include <vector>

#include "screen.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::cli {

/// Who is still connected to generations that drain, in place on a terminal.
class DrainView {
 public:
  void show(const std::vector<control::GenerationStatus>& draining,
            const std::vector<control::ConnectionRecord>& oldest);
  /// Takes it off the terminal again.
  void clear() { screen_.show({}); }

 private:
  Screen screen_{Screen::From::cursor};
};

}  // namespace uninterruptible::cli
