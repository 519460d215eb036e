#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace uninterruptible::cli {

/// Writes one JSON value after the other in the order of the calls; commas are its business, the nesting is
/// the caller's.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_list() { return open('['); }
  JsonWriter& end_list() { return close(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(bool flag) { return raw(flag ? "true" : "false"); }
  template <typename Number>
  requires std::is_integral_v<Number> JsonWriter& value(Number number) { return raw(std::to_string(number)); }
  JsonWriter& value(const std::vector<std::string>& texts);

  template <typename Value>
  JsonWriter& field(std::string_view name, const Value& what) {
    return key(name).value(what);
  }

  /// A moment twice, as scripts want it: `NAME_ms` in milliseconds of Unix time, and NAME as RFC 3339 has it,
  /// in UTC.
  JsonWriter& time(const std::string& name, std::chrono::sys_time<std::chrono::milliseconds> moment);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  JsonWriter& raw(std::string_view text);
  void separate();
  void quote(std::string_view text);

  std::string text_;
  bool first_ = true;  // nothing stands before the next value in its object or list
};

}  // namespace uninterruptible::cli
