#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uninterruptible {

/// Makes text from outside safe for one line of a log or a terminal: control bytes become \xNN or \n, \t, a
/// backslash becomes \\ and bytes that are not UTF-8 become \xNN. At most `limit` bytes come out, then "...".
[[nodiscard]] std::string escape_text(std::string_view text, std::size_t limit = 4096);

/// Text from outside as an error message names it: escaped, at most 200 bytes of it, in single quotes.
[[nodiscard]] std::string quote_text(std::string_view text);

/// Whether the bytes are well-formed UTF-8 (RFC 3629: no surrogates, nothing overlong, nothing above
/// U+10FFFF).
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// Splits a command line into words as a POSIX shell does for quotes and backslashes. Nothing is expanded and
/// no shell is ever run. Empty when a quote is left open or a backslash ends the text.
[[nodiscard]] std::optional<std::vector<std::string>> split_command(std::string_view text);

/// Reads "2", "0.5", "500ms", "10s", "10m", "2h" or "1d"; a bare number means seconds. Empty when it is none
/// of these, negative, or more than ten years.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// Whole decimal number from `lowest` to `highest`; empty otherwise (signs, blanks and rests are not
/// accepted).
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t lowest,
                                                        std::uint64_t highest);

/// "840 ms", "2.4 s", "6 m 02 s", "2 h 11 m", "3 d 4 h": a duration as a person reads it.
[[nodiscard]] std::string format_duration(std::chrono::milliseconds duration);

/// The same with microseconds where they count: "0.412 ms" below 10 ms, from there on as above.
[[nodiscard]] std::string format_short(std::chrono::microseconds duration);

/// Splits at every `separator`; blanks around the parts are trimmed.
[[nodiscard]] std::vector<std::string> split_list(std::string_view text, char separator);

/// The text of an errno, thread-safe.
[[nodiscard]] std::string errno_text(int error);

}  // namespace uninterruptible
