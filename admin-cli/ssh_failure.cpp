#include "ssh_failure.hpp"

#include <initializer_list>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "command_table.hpp"
#include "dial.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

using Why = NoConnection::Why;

/// What ssh ends with when the failure is its own.
constexpr int ssh_failed = 255;
/// What a shell ends with for a program that it does not find, or may not execute.
constexpr int not_found = 127;
constexpr int not_executable = 126;

constexpr std::string_view ours = "uninterruptiblectl: ";

/// What the far side's uninterruptiblectl said, without its name and its advice, which is for somebody there.
std::string far_words(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    if (line.starts_with(ours)) return shown(line.substr(ours.size()));
  }
  return lines.empty() ? "it said nothing" : shown(lines.back());
}

std::string last_words(const std::vector<std::string>& lines) {
  return lines.empty() ? "it said nothing" : shown(lines.back());
}

bool has(const std::string& text, std::initializer_list<const char*> any) {
  for (const char* const one : any) {
    if (text.find(one) != std::string::npos) return true;
  }
  return false;
}

[[noreturn]] void throw_ssh_itself(const control::Target& target, const SshAddress& address,
                                   const std::string& said, const std::string& words) {
  const std::string what = cannot_connect(target, "ssh says: " + words);
  const std::string by_hand = "'" + address.by_hand() + "'";
  if (has(said, {"Host key verification failed", "REMOTE HOST IDENTIFICATION"})) {
    throw NoConnection(Why::not_trusted, ExitCode::permission, what,
                       by_hand + " once, and compare the key it shows with that of the machine");
  }
  if (has(said, {"Permission denied", "Too many authentication failures", "No supported authentication"})) {
    throw NoConnection(Why::no_permission, ExitCode::permission, what,
                       by_hand + "; it must let you in, without a question where there is no terminal");
  }
  if (has(said,
          {"Could not resolve", "Connection refused", "timed out", "No route to host", "unreachable"})) {
    throw NoConnection(Why::unreachable, ExitCode::no_server, what,
                       by_hand + "; is the name right, and the machine up?");
  }
  throw NoConnection(Why::unreachable, ExitCode::failed, what, by_hand);
}

[[noreturn]] void throw_far_side(const control::Target& target, const SshAddress& address, ExitCode code,
                                 const std::string& words) {
  const std::string what = cannot_connect(target, "at its end: " + words);
  const std::string there = "'" + address.by_hand() + " uninterruptiblectl ";
  switch (code) {
    case ExitCode::no_server:
      throw NoConnection(Why::missing, code, what, there + "list' shows the servers there");
    case ExitCode::permission:
      throw NoConnection(Why::no_permission, code, what,
                         "as another user of that machine: -s ssh://USER@" + address.host + "/...");
    case ExitCode::timed_out: throw NoConnection(Why::not_answering, code, what, there + "doctor' there");
    case ExitCode::other_protocol: throw NoConnection(Why::other_protocol, code, what);
    case ExitCode::usage: throw NoConnection(Why::refused, code, what, "-s ssh://" + address.host + "/NAME");
    default: throw NoConnection(Why::refused, ExitCode::failed, what);
  }
}

}  // namespace

void throw_ssh_failure(const control::Target& target, const SshAddress& address, std::optional<int> status,
                       const std::string& said) {
  std::vector<std::string> lines;
  for (std::string& line : parts_of(said, '\n')) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) lines.push_back(std::move(line));
  }
  if (!status) {
    throw NoConnection(Why::unreachable, ExitCode::failed,
                       cannot_connect(target, "ssh was ended, or hangs: " + last_words(lines)));
  }
  if (*status == ssh_failed) throw_ssh_itself(target, address, said, last_words(lines));
  if (*status == not_found || *status == not_executable) {
    throw NoConnection(
        Why::unreachable, ExitCode::failed,
        cannot_connect(target, "its machine has no uninterruptiblectl that ssh finds: " + last_words(lines)),
        "install it there; '" + address.by_hand() + " command -v uninterruptiblectl' must find it");
  }
  throw_far_side(target, address, static_cast<ExitCode>(*status), far_words(lines));
}

}  // namespace uninterruptible::cli
