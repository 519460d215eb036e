#include "flags.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

namespace examples {

namespace {
using Duration = std::chrono::milliseconds;
using uninterruptible::LogLevel;

/// "2", "0.5", "500ms", "10s", "10m" or "1h"; a bare number means seconds.
std::optional<Duration> parse_duration(const std::string& text) {
  static const std::map<std::string, double> milliseconds_of{
      {"", 1000}, {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}};
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  const auto unit = milliseconds_of.find(std::string(rest, end));
  if (error != std::errc() || unit == milliseconds_of.end() || !(number >= 0 && number < 1e9))
    return std::nullopt;
  return Duration(static_cast<Duration::rep>(number * unit->second + 0.5));
}

void add_duration(CLI::App& app, const std::string& flag, std::optional<Duration>& target,
                  const std::string& text) {
  app.add_option_function<std::string>(
         flag,
         [&target, flag](const std::string& value) {
           target = parse_duration(value);
           if (!target)
             throw CLI::ValidationError(flag, "'" + value + "' is no duration such as 2, 0.5, 500ms or 10m");
         },
         text)
      ->type_name("DURATION");
}

void add_text(CLI::App& app, const std::string& flag, std::optional<std::string>& target,
              const std::string& text) {
  app.add_option_function<std::string>(
      flag, [&target](const std::string& value) { target = value; }, text);
}

/// The content of a file, for options that take text in a program.
void add_file(CLI::App& app, const std::string& flag, std::optional<std::string>& target,
              const std::string& text) {
  app.add_option_function<std::string>(
         flag,
         [&target, flag](const std::string& path) {
           std::ifstream file(path, std::ios::binary);
           std::ostringstream content;
           content << file.rdbuf();
           if (!file || content.str().empty())
             throw CLI::ValidationError(flag, "'" + path + "' cannot be read, or is empty");
           target = content.str();
         },
         text)
      ->type_name("FILE");
}

void add_number(CLI::App& app, const std::string& flag, std::optional<int>& target, const std::string& text) {
  app.add_option_function<int>(
      flag, [&target](int value) { target = value; }, text);
}

/// TLS, networks and limits: what only Server follows.
void add_serving_flags(CLI::App& app, uninterruptible::Configuration& config) {
  add_file(app, "--tls-key", config.tls_key, "PEM file with the private key");
  add_file(app, "--tls-certificate", config.tls_certificate, "PEM file with the certificate chain");
  add_text(app, "--tls-version", config.tls_version, "Oldest version to speak: TLSv1_1, TLSv1_2 or TLSv1_3");
  add_number(app, "--tls-security-level", config.tls_security_level, "OpenSSL's security level, 0 to 5");
  app.add_flag_function(
      "--verify-client", [&config](std::int64_t) { config.verify_client_tls_certificate = true; },
      "Demand a client certificate");
  add_text(app, "--client-ca", config.client_tls_certificate_ca,
           "PEM file with those who may sign client certificates");
  add_duration(app, "--handshake-timeout", config.handshake_timeout,
               "How long a client may take for the TLS handshake");
  app.add_option_function<std::vector<std::string>>(
         "--allow",
         [&config](const std::vector<std::string>& networks) { config.allowed_networks = networks; },
         "Network that clients may connect from, e.g. 10.0.0.0/8; may be given several times")
      ->allow_extra_args(false);
  add_number(app, "--max-connections", config.max_connections, "Most connections at a time");
  add_number(app, "--max-connections-per-address", config.max_connections_per_address,
             "Most connections at a time from one address");
  add_duration(app, "--idle-timeout", config.idle_timeout, "How long a connection may be silent");
  add_duration(app, "--request-timeout", config.request_timeout, "How long a request may take");
}

void add_log_level(CLI::App& app, std::optional<LogLevel>& target) {
  static const std::map<std::string, LogLevel> levels{{"debug", LogLevel::debug},
                                                      {"info", LogLevel::info},
                                                      {"warn", LogLevel::warn},
                                                      {"error", LogLevel::error},
                                                      {"fatal", LogLevel::fatal}};
  app.add_option_function<std::string>(
         "--log-level", [&target](const std::string& name) { target = levels.at(name); },
         "Least severe lines to log")
      ->check(CLI::IsMember(levels));
}
}  // namespace

Flags parse_flags(int argc, char** argv, const std::string& description, Serves serves) {
  Flags flags;
  auto& config = flags.configuration;
  CLI::App app{description};
  app.add_option("--bind", config.binds,
                 "tcp://HOST:PORT, unix:///PATH or fd://NAME; may be given several times")
      ->allow_extra_args(false);
  add_text(app, "--pidfile", config.pidfile_path, "File that names the live process");
  add_text(app, "--log", config.log_path, "File for log lines instead of standard output");
  add_log_level(app, config.log_level);
  add_text(app, "--name", config.name, "Name of this server for operators");
  add_text(app, "--version-text", config.version, "Version of this server for operators");
  app.add_option_function<std::string>(
      "--start-command", [&config](const std::string& value) { config.start_command = value; },
      "What a restart starts; default: this command line");
  add_duration(app, "--drain-timeout", config.drain_timeout,
               "How long a draining process waits for its clients");
  add_duration(app, "--restart-timeout", config.restart_timeout,
               "How long a new process may take to be ready");
  add_duration(app, "--rollback-window", config.rollback_window,
               "How long the old process stands by; 0: no trial");
  add_text(app, "--control-observe-group", config.control_observe_group,
           "Group whose members may watch this server");
  add_text(app, "--control-operate-group", config.control_operate_group,
           "Group whose members may also restart it and shut it down");
  if (serves == Serves::by_server) add_serving_flags(app, config);
  app.add_flag("--lines", flags.lines,
               "Answer lines until the client ends, PID? with the process id, TLS? with what TLS agreed on");
  app.add_flag("--log-requests", flags.log_requests, "Log every answered line");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& outcome) {
    std::exit(app.exit(outcome) == 0 ? 0 : 2);
  }
  return flags;
}

std::string answer_to(const std::string& line, const Flags& flags,
                      const std::optional<uninterruptible::Connection::Tls>& tls) {
  if (flags.lines && line == "PID?") return std::to_string(::getpid());
  if (flags.lines && line == "TLS?") {
    return tls ? tls->version + " " + tls->cipher + " " + tls->server_name + " " + tls->peer_subject : "none";
  }
  return line;
}

}  // namespace examples
