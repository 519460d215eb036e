#include "settings/options.hpp"

#include <cstdlib>

#include "base/text.hpp"
#include "settings/option_values.hpp"

namespace uninterruptible {

using std::chrono::milliseconds;

Options::Options(std::span<const Variable> variables) : directory_(working_directory()) {
  for (const auto& [option, variable] : variables) {
    const char* const value = std::getenv(variable);
    if (value == nullptr) continue;
    if (*value == '\0') {
      problem({option, "", variable}, "is set but empty; unset it to get the default");
    } else {
      from_environment_.emplace(option, Found{option, value, variable});
    }
  }
}

void Options::problem(const Found& found, const std::string& reason) {
  const std::string source = found.variable.empty() ? "" : " (from " + found.variable + ")";
  problems_.push_back(found.option + " '" + escape_text(found.value, 200) + "'" + source + ": " + reason);
}

std::optional<Found> Options::environment(const std::string& option) const {
  const auto found = from_environment_.find(option);
  if (found == from_environment_.end()) return std::nullopt;
  return found->second;
}

std::optional<Found> Options::text(const std::string& option, const std::optional<std::string>& value) {
  if (!value) return environment(option);
  Found found{option, *value};
  if (value->empty()) {
    problem(found, "is empty");
    return std::nullopt;
  }
  if (value->find('\0') != std::string::npos) {
    problem(found, "contains a zero byte");
    return std::nullopt;
  }
  return found;
}

std::optional<Found> Options::path(const std::string& option, const std::optional<std::string>& value) {
  std::optional<Found> found = text(option, value);
  if (!found || found->value.front() == '/') return found;
  if (!directory_) {
    problem(*found, "is relative, and the working directory has no name (any more)");
    return std::nullopt;
  }
  found->value = *directory_ + (*directory_ == "/" ? "" : "/") + found->value;
  return found;
}

void Options::number(const std::string& option, const std::optional<int>& value, int lowest, int highest,
                     int& setting) {
  const std::optional<Found> found = value ? Found{option, std::to_string(*value)} : environment(option);
  if (!found) return;
  const auto parsed =
      parse_number(found->value, static_cast<std::uint64_t>(lowest), static_cast<std::uint64_t>(highest));
  if (parsed) {
    setting = static_cast<int>(*parsed);
  } else {
    problem(*found,
            "must be a whole number from " + std::to_string(lowest) + " to " + std::to_string(highest));
  }
}

void Options::boolean(const std::string& option, const std::optional<bool>& value, bool& setting) {
  if (value) {
    setting = *value;
  } else if (const auto found = environment(option)) {
    const std::optional<bool> parsed = boolean_from(found->value);
    if (!parsed) return problem(*found, "must be true, yes, on or 1, or false, no, off or 0");
    setting = *parsed;
  }
}

void Options::duration(const std::string& option, const std::optional<milliseconds>& value,
                       milliseconds lowest, milliseconds& setting) {
  std::optional<Found> found = environment(option);
  std::optional<milliseconds> wanted = value;
  if (value) {
    found = Found{option, std::to_string(value->count()) + "ms"};
  } else if (found) {
    wanted = parse_duration(found->value);
    if (!wanted)
      return problem(*found,
                     "must be seconds or have a unit, as in 0.5, 500ms, 10m or 2h, and at most ten years");
  }
  if (!wanted) return;
  if (*wanted < milliseconds(0)) return problem(*found, "must not be negative");
  if (*wanted < lowest) return problem(*found, "must be at least " + std::to_string(lowest.count()) + " ms");
  if (*wanted > longest_duration) return problem(*found, "must be at most ten years");
  setting = *wanted;
}

}  // namespace uninterruptible
