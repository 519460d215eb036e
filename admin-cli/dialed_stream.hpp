#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What the two ends of an ssh connection say to each other beside the control protocol
/// (docs/control-protocol.md, "From another machine"): `dialed` before each connection of dial-stdio but the
/// first, `dial` from the client when it has taken note, or wants another one.
namespace uninterruptible::cli {

/// A line with that method and the number of a connection, its newline included.
[[nodiscard]] std::string connection_line(std::string_view method, std::uint64_t number);
/// The number, where the line (without newline) is exactly one of those.
[[nodiscard]] std::optional<std::uint64_t> connection_in(std::string_view method, std::string_view line);

/// The complete lines at the front of a growing text.
class Lines {
 public:
  void feed(std::string_view bytes) { text_ += bytes; }
  /// The next one, with its newline; one that is longer than a message may be comes as far as it is there.
  /// Empty when there is none.
  [[nodiscard]] std::optional<std::string> next();
  /// What has no newline yet.
  [[nodiscard]] const std::string& rest() const noexcept { return text_; }
  void clear() { text_.clear(); }

 private:
  std::string text_;
};

/// The client's view of what comes from dial-stdio: its connections, one after the other.
class DialedStream {
 public:
  void feed(std::string_view bytes) { lines_.feed(bytes); }
  struct Part {
    std::string text;    ///< complete lines of the connection that was asked for
    bool ended = false;  ///< a later one has begun
  };
  [[nodiscard]] bool input_waits() const noexcept { return lines_.rest().find('\n') != std::string::npos; }
  /// What is there of that connection. What belongs to earlier ones is dropped.
  [[nodiscard]] Part take(std::uint64_t connection);

 private:
  Lines lines_;
  std::uint64_t current_ = 1;
};

}  // namespace uninterruptible::cli
