#include "completion_scripts.hpp"

#include <algorithm>

namespace uninterruptible::cli {

namespace {

template <typename Visit>
void for_each_option(const Visit& visit) {
  for (const Option& option : common_options()) visit(option);
  for (const Command& command : commands()) {
    for (const Option& option : command.options) visit(option);
  }
}

void add(std::vector<std::string>& names, const Option& option) {
  for (std::string& name : parts_of(option.names, ',')) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
}

}  // namespace

std::vector<std::string> names_of_options(Offer value) {
  std::vector<std::string> names;
  for_each_option([&](const Option& option) {
    if (option.value == value) add(names, option);
  });
  return names;
}

std::vector<std::string> names_of_options(const Command& command) {
  std::vector<std::string> names;
  for (const Option& option : command.options) add(names, option);
  for (const Option& option : common_options()) {
    if (option.value != Offer::servers || command.needs_server) add(names, option);
  }
  return names;
}

std::vector<const Option*> options_with_words() {
  std::vector<const Option*> found;
  for_each_option([&](const Option& option) {
    const bool is_new = std::none_of(found.begin(), found.end(),
                                     [&](const Option* other) { return other->names == option.names; });
    if (!option.words.empty() && is_new) found.push_back(&option);
  });
  return found;
}

std::string filled_in(std::string text, std::string_view name, std::string_view value) {
  const std::string place = "@" + std::string(name) + "@";
  for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place, at + value.size())) {
    text.replace(at, place.size(), value);
  }
  return text;
}

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

}  // namespace uninterruptible::cli
