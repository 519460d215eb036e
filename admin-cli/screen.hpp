#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace uninterruptible::cli {

/// Lines that are shown again and again: over those of the time before on a terminal, as one block after the
/// other, with an empty line between, elsewhere.
class Screen {
 public:
  enum class From {
    top,    ///< of the terminal, which it fills
    cursor  ///< as many lines as there are
  };
  explicit Screen(From from) : from_(from) {}

  void show(const std::vector<std::string>& lines);

 private:
  From from_;
  bool shown_ = false;
  std::size_t lines_ = 0;  ///< of the time before, from the cursor up
};

/// Calls `print`, which prints lines, and shows them; again after each interval. With `looks` not 0 so often.
/// Returns after the last look; throws what `print` throws, and Stop when interrupted. JSON is printed as it
/// is.
void show_again(std::chrono::milliseconds interval, std::uint64_t looks, bool json,
                const std::function<void()>& print);

}  // namespace uninterruptible::cli
