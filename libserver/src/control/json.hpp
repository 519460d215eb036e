#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "uninterruptible/control.hpp"

/// What only the codec's own files include: JSON values, and reading them without ever throwing.
namespace uninterruptible::control {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;  // written in the order of the documentation

/// The value, or empty when the text is not JSON, not UTF-8 or nested deeper than deepest_nesting.
[[nodiscard]] std::optional<Json> parse_json(std::string_view text);

/// Reads an object's fields. A field that is missing leaves the default (fields are only ever added); one of
/// the wrong type or range makes ok() false.
class Fields {
 public:
  explicit Fields(const Json& object) : object_(object), ok_(object.is_object()) {}

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] bool has(const char* name) const { return object_.is_object() && object_.contains(name); }

  std::uint64_t number(const char* name, std::uint64_t highest = std::numeric_limits<std::uint64_t>::max());
  std::int64_t signed_number(const char* name);
  pid_t pid(const char* name);
  int small(const char* name);
  bool flag(const char* name, bool otherwise);
  std::string text(const char* name);
  std::vector<std::string> texts(const char* name);
  WallTime time(const char* name) { return WallTime(std::chrono::milliseconds(signed_number(name))); }
  std::chrono::milliseconds duration(const char* name) {
    return std::chrono::milliseconds(signed_number(name));
  }
  /// Calls `read` for each element of a list; it returns whether it understood.
  template <typename Read>
  void each(const char* name, Read read) {
    const Json* const value = find(name);
    if (value == nullptr) return;
    if (!value->is_array()) {
      ok_ = false;
      return;
    }
    for (const Json& element : *value) ok_ = ok_ && read(element);
  }
  /// Calls `read` for each member of an object of numbers, at most 64; the object may be missing.
  void each_number(const char* name, const std::function<void(const std::string&, std::uint64_t)>& read);
  /// The same of an object of texts.
  void each_text(const char* name, const std::function<void(const std::string&, std::string)>& read);

 private:
  const Json* find(const char* name);
  const Json* find_map(const char* name);

  const Json& object_;
  bool ok_;
};

}  // namespace uninterruptible::control
