#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace uninterruptible {

/// A value that was found for an option, and from where.
struct Found {
  std::string option;
  std::string value;
  std::string variable{};  ///< empty when set by the program
};

/// Longest duration that an option takes.
inline constexpr std::chrono::milliseconds longest_duration{10LL * 366 * 86'400'000};

/// One pass over options: explicit beats environment beats default, and everything that is wrong is
/// collected, each as "option 'value' (from VARIABLE): reason".
class Options {
 public:
  /// An option and its environment variable.
  using Variable = std::pair<const char*, const char*>;

  /// Reads the environment. Variables that are set but empty are problems, whether or not they count.
  explicit Options(std::span<const Variable> variables);

  void problem(const Found& found, const std::string& reason);
  void problem(std::string text) { problems_.push_back(std::move(text)); }

  /// What the environment says about the option.
  [[nodiscard]] std::optional<Found> environment(const std::string& option) const;

  /// What was set by the program, else by the environment; refuses what no option of text can be.
  [[nodiscard]] std::optional<Found> text(const std::string& option, const std::optional<std::string>& value);
  /// A path, made absolute against the working directory.
  [[nodiscard]] std::optional<Found> path(const std::string& option, const std::optional<std::string>& value);

  /// A whole number from `lowest` to `highest`.
  void number(const std::string& option, const std::optional<int>& value, int lowest, int highest,
              int& setting);
  /// true, yes, on or 1; false, no, off or 0; in the environment in any case of letters.
  void boolean(const std::string& option, const std::optional<bool>& value, bool& setting);
  void duration(const std::string& option, const std::optional<std::chrono::milliseconds>& value,
                std::chrono::milliseconds lowest, std::chrono::milliseconds& setting);

  [[nodiscard]] std::vector<std::string>& problems() noexcept { return problems_; }

 private:
  std::optional<std::string> directory_;  ///< working directory, where it has a name
  std::map<std::string, Found> from_environment_;
  std::vector<std::string> problems_;
};

}  // namespace uninterruptible
