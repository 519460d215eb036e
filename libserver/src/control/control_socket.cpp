#include "control/control_socket.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "base/text.hpp"
#include "control/directories.hpp"

namespace uninterruptible::control {

namespace {

constexpr std::size_t longest_name = 64;
constexpr mode_t only_us = 0700;

bool fits_a_file_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.' || c == '+' || c == '@';
}

bool is_usable(const std::string& name) {
  return !name.empty() && name.size() <= longest_name && name[0] != '.' && name[0] != '-' &&
         std::all_of(name.begin(), name.end(), fits_a_file_name);
}

/// A default name comes from a program's file, which may be called anything.
std::string made_usable(std::string name) {
  if (name.size() > longest_name) name.resize(longest_name);
  for (char& c : name) {
    if (!fits_a_file_name(c)) c = '_';
  }
  if (name.empty() || name[0] == '.' || name[0] == '-') name.insert(name.begin(), '_');
  return name;
}

void prepare(const std::string& directory) {
  if (::mkdir(directory.c_str(), only_us) == 0) {
    ::chmod(directory.c_str(), only_us);  // the umask may have taken bits away
  } else if (errno != EEXIST) {
    throw std::system_error(errno, std::generic_category(),
                            "cannot create the control directory " + directory);
  }
  const std::string reason = distrust(directory);
  if (!reason.empty()) {
    throw std::runtime_error("cannot use the control directory: " + reason +
                             ". Choose another one, or give it to this user with mode 0700");
  }
}

ControlSocket listen_at(const std::string& directory, const std::string& name, const Groups& groups) {
  const std::string path = directory + "/" + name + ".sock";
  if (path.size() > sys::longest_unix_path) {
    throw std::runtime_error("the control socket's path has " + std::to_string(path.size()) + " bytes, " +
                             std::to_string(sys::longest_unix_path) + " are possible: " + path);
  }
  sys::UnixListenOptions options;
  options.type = SOCK_STREAM;
  const SocketAccess access = access_for(groups);
  options.mode = access.mode;
  options.group = access.group;
  return {sys::listen_unix(path, options), name};
}

ControlSocket open_in(const std::string& directory, const ControlSocketOptions& options) {
  prepare(directory);
  if (options.name_is_configured) {
    if (!is_usable(options.name)) {
      throw std::runtime_error("the name '" + escape_text(options.name) +
                               "' cannot be used: it may have letters, digits and -_.+@, at most " +
                               std::to_string(longest_name) + ", and starts with a letter or digit");
    }
    return listen_at(directory, options.name, options.groups);
  }
  const std::string name = made_usable(options.name);
  try {
    return listen_at(directory, name, options.groups);
  } catch (const std::system_error& error) {
    if (error.code() != std::errc::address_in_use) throw;
  }
  return listen_at(directory, name + "-" + std::to_string(::getpid()), options.groups);
}

}  // namespace

std::string default_control_directory() {
  if (const char* const chosen = std::getenv("UNINTERRUPTIBLE_CONTROL_DIR"); chosen != nullptr) return chosen;
  if (::geteuid() == 0) return system_directory;
  if (const char* const runtime = std::getenv("RUNTIME_DIRECTORY"); runtime != nullptr && runtime[0] == '/') {
    return split_list(runtime, ':').front();
  }
  const char* const xdg = std::getenv("XDG_RUNTIME_DIR");
  if (xdg != nullptr && xdg[0] == '/' && is_directory(xdg)) return std::string(xdg) + "/uninterruptible";
  if (is_directory(user_run_directory())) return user_run_directory() + "/uninterruptible";
  return temp_control_directory();
}

std::optional<ControlSocket> open_control_socket(const ControlSocketOptions& options) {
  if (options.directory) return open_in(*options.directory, options);
  const std::string directory = default_control_directory();
  if (const char* const chosen = std::getenv("UNINTERRUPTIBLE_CONTROL_DIR"); chosen != nullptr) {
    if (directory.empty())
      throw std::runtime_error("UNINTERRUPTIBLE_CONTROL_DIR is set but empty: unset it or name a directory");
    return open_in(directory, options);
  }
  try {
    return open_in(directory, options);
  } catch (const std::exception& error) {
    // A configured name that somebody else has is an error wherever the directory comes from.
    const auto* const system = dynamic_cast<const std::system_error*>(&error);
    const bool taken = system != nullptr && system->code() == std::errc::address_in_use;
    if (options.name_is_configured && (taken || !is_usable(options.name))) throw;
    // Others count on getting in.
    if (options.groups.observe || options.groups.operate) throw;
    if (options.warn) options.warn(std::string("no control socket: ") + error.what());
    return std::nullopt;
  }
}

}  // namespace uninterruptible::control
