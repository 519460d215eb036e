#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "uninterruptible/configuration.hpp"

namespace uninterruptible {

/// A group by number, or by name from the group database (which may ask the network). Empty when there is
/// none.
[[nodiscard]] std::optional<gid_t> find_group(const std::string& name);

/// Absolute; empty when the directory was removed or is outside our root.
[[nodiscard]] std::optional<std::string> working_directory();

inline constexpr std::size_t longest_name = 64;

/// What is wrong with a server's name: it becomes a file name and an argument of commands. Empty when nothing
/// is.
[[nodiscard]] std::string refuse_name(std::string_view name);

/// This program's file name, made a valid name.
[[nodiscard]] std::string default_name();

/// debug, info, warn, error or fatal.
[[nodiscard]] std::optional<LogLevel> level_from(std::string_view text);

/// true, yes, on or 1; false, no, off or 0; in any case of letters.
[[nodiscard]] std::optional<bool> boolean_from(std::string_view text);

/// Octal digits, at most five; and back, with a leading zero.
[[nodiscard]] std::optional<unsigned> mode_from(std::string_view text);
[[nodiscard]] std::string octal(unsigned mode);

}  // namespace uninterruptible
