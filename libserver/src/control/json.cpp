#include "control/json.hpp"

#include "control/codec.hpp"

namespace uninterruptible::control {

namespace {

/// Looks at brackets outside of strings only; whether the text is JSON is for the parser to say.
bool nested_too_deeply(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > deepest_nesting) return true;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return false;
}

}  // namespace

std::optional<Json> parse_json(std::string_view text) {
  // The parser takes a zero byte for the end of the text, whatever comes after it.
  if (nested_too_deeply(text) || text.find('\0') != std::string_view::npos) return std::nullopt;
  Json value = Json::parse(text, nullptr, false);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

const Json* Fields::find(const char* name) {
  if (!object_.is_object()) return nullptr;
  const auto found = object_.find(name);
  return found == object_.end() ? nullptr : &*found;
}

std::uint64_t Fields::number(const char* name, std::uint64_t highest) {
  const Json* const value = find(name);
  if (value == nullptr) return 0;
  if (value->is_number_unsigned() && value->get<std::uint64_t>() <= highest)
    return value->get<std::uint64_t>();
  ok_ = false;
  return 0;
}

const Json* Fields::find_map(const char* name) {
  constexpr std::size_t most = 64;
  const Json* const value = find(name);
  if (value == nullptr || (value->is_object() && value->size() <= most)) return value;
  ok_ = false;
  return nullptr;
}

void Fields::each_number(const char* name,
                         const std::function<void(const std::string&, std::uint64_t)>& read) {
  const Json* const map = find_map(name);
  if (map == nullptr) return;
  for (const auto& [key, number] : map->items()) {
    ok_ = ok_ && number.is_number_unsigned();
    if (ok_) read(key, number.get<std::uint64_t>());
  }
}

void Fields::each_text(const char* name, const std::function<void(const std::string&, std::string)>& read) {
  const Json* const map = find_map(name);
  if (map == nullptr) return;
  for (const auto& [key, text] : map->items()) {
    ok_ = ok_ && text.is_string();
    if (ok_) read(key, text.get<std::string>());
  }
}

std::int64_t Fields::signed_number(const char* name) {
  // A hundred thousand years in milliseconds: beyond it sums of times would overflow.
  constexpr std::int64_t farthest = 3'200'000'000'000'000;
  const Json* const value = find(name);
  if (value == nullptr) return 0;
  if (value->is_number_integer()) {
    const bool fits = !value->is_number_unsigned() || value->get<std::uint64_t>() <= std::uint64_t{farthest};
    const auto number = fits ? value->get<std::int64_t>() : 0;
    if (fits && number <= farthest && number >= -farthest) return number;
  }
  ok_ = false;
  return 0;
}

pid_t Fields::pid(const char* name) {
  return static_cast<pid_t>(number(name, static_cast<std::uint64_t>(std::numeric_limits<pid_t>::max())));
}

int Fields::small(const char* name) {
  const std::int64_t value = signed_number(name);
  if (value >= std::numeric_limits<int>::min() && value <= std::numeric_limits<int>::max()) {
    return static_cast<int>(value);
  }
  ok_ = false;
  return 0;
}

bool Fields::flag(const char* name, bool otherwise) {
  const Json* const value = find(name);
  if (value == nullptr) return otherwise;
  if (value->is_boolean()) return value->get<bool>();
  ok_ = false;
  return otherwise;
}

std::string Fields::text(const char* name) {
  const Json* const value = find(name);
  if (value == nullptr) return {};
  if (value->is_string()) return value->get<std::string>();
  ok_ = false;
  return {};
}

std::vector<std::string> Fields::texts(const char* name) {
  std::vector<std::string> out;
  each(name, [&](const Json& element) {
    if (!element.is_string()) return false;
    out.push_back(element.get<std::string>());
    return true;
  });
  return out;
}

}  // namespace uninterruptible::control
