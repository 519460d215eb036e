#include "json_writer.hpp"

#include <cstdio>
#include <ctime>

#include "base/text.hpp"

namespace uninterruptible::cli {

void JsonWriter::separate() {
  if (!first_) text_ += ',';
  first_ = false;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  text_ += bracket;
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  text_ += bracket;
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view text) {
  separate();
  text_ += text;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  quote(name);
  text_ += ':';
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  quote(text);
  return *this;
}

JsonWriter& JsonWriter::value(const std::vector<std::string>& texts) {
  begin_list();
  for (const std::string& text : texts) value(text);
  return end_list();
}

void JsonWriter::quote(std::string_view text) {
  // A file's name or an argument need not be UTF-8, JSON must be.
  const std::string safe = is_utf8(text) ? std::string(text) : escape_text(text);
  text_ += '"';
  for (const char c : safe) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text_ += '\\';
      text_ += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(byte));
      text_ += code;
    } else {
      text_ += c;
    }
  }
  text_ += '"';
}

JsonWriter& JsonWriter::time(const std::string& name,
                             std::chrono::sys_time<std::chrono::milliseconds> moment) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(moment);
  const std::time_t since = std::chrono::system_clock::to_time_t(seconds);
  std::tm utc{};
  ::gmtime_r(&since, &utc);
  char date[32];
  const std::size_t length = std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc);
  char thousandths[16];
  std::snprintf(thousandths, sizeof thousandths, ".%03dZ", static_cast<int>((moment - seconds).count()));
  field(name + "_ms", moment.time_since_epoch().count());
  return field(name, std::string(date, length) + thousandths);
}

}  // namespace uninterruptible::cli
