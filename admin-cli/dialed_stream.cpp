#include "dialed_stream.hpp"

#include <limits>
#include <utility>

#include "base/text.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::cli {

namespace {

std::string front_of(std::string_view method) {
  return R"({"jsonrpc":"2.0","method":")" + std::string(method) + R"(","params":{"number":)";
}
constexpr std::string_view back = "}}";

}  // namespace

std::string connection_line(std::string_view method, std::uint64_t number) {
  return front_of(method) + std::to_string(number) + std::string(back) + "\n";
}

std::optional<std::uint64_t> connection_in(std::string_view method, std::string_view line) {
  const std::string front = front_of(method);
  if (!line.starts_with(front) || !line.ends_with(back)) return std::nullopt;
  line.remove_prefix(front.size());
  if (line.size() < back.size()) return std::nullopt;
  line.remove_suffix(back.size());
  return parse_number(line, 1, std::numeric_limits<std::uint64_t>::max());
}

std::optional<std::string> Lines::next() {
  const std::size_t end = text_.find('\n');
  if (end == std::string::npos) {
    if (text_.size() <= control::largest_message) return std::nullopt;
    return std::exchange(text_, std::string());
  }
  std::string line = text_.substr(0, end + 1);
  text_.erase(0, end + 1);
  return line;
}

DialedStream::Part DialedStream::take(std::uint64_t connection) {
  Part part;
  while (current_ <= connection) {
    const std::optional<std::string> line = lines_.next();
    if (!line) return part;
    if (const auto next = connection_in("dialed", std::string_view(*line).substr(0, line->size() - 1))) {
      current_ = *next;
    } else if (current_ == connection) {
      part.text += *line;
    }
  }
  part.ended = true;
  return part;
}

}  // namespace uninterruptible::cli
