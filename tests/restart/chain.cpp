#include "restart/chain.hpp"

#include <signal.h>

#include <QJsonArray>
#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace testing {

namespace {

std::string quoted(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "'" : " '") + word + "'";
  return text;
}

}  // namespace

Transport transport_from_environment() {
  const char* const found = std::getenv("UNINTERRUPTIBLE_TEST_TRANSPORT");
  const std::string name = found != nullptr ? found : "tcp";
  if (name == "tcp") return Transport::tcp;
  if (name == "unix") return Transport::unix_path;
  if (name == "tls") return Transport::tls;
  throw std::runtime_error("UNINTERRUPTIBLE_TEST_TRANSPORT is '" + name + "'");
}

Chain::Chain(Options options) : options_(std::move(options)) {
  if (options_.transport == Transport::tls) certificate_ = Certificate::make(sandbox_);
  good();
  start();
}

std::string Chain::bind() const {
  return options_.transport == Transport::unix_path ? "unix://" + (sandbox_ / "listen") : "tcp://127.0.0.1:0";
}

std::vector<std::string> Chain::command() const {
  std::vector<std::string> words{program(options_.program),
                                 "--bind",
                                 bind(),
                                 "--pidfile",
                                 pidfile(),
                                 "--log",
                                 log(),
                                 "--log-level",
                                 "debug",
                                 "--name",
                                 "chain",
                                 "--start-command",
                                 sandbox_ / "version",
                                 "--lines"};
  if (certificate_) {
    words.insert(words.end(), {"--tls-key", certificate_->key, "--tls-certificate", certificate_->file});
  }
  words.insert(words.end(), options_.flags.begin(), options_.flags.end());
  return words;
}

void Chain::start() {
  std::optional<std::string> faults;
  if (!options_.faults.empty()) faults = options_.faults;
  first_.emplace(sandbox_.start(command(), {{"UNINTERRUPTIBLE_FAULT", faults}}));
  const auto answers = [&] {
    if (!first().is_alive()) {
      throw std::runtime_error("the server did not start:\n" + first().standard_error() + read_file(log()));
    }
    return pid() == first().pid() && answering() == first().pid();
  };
  eventually(answers, "the server answers");
}

void Chain::start_again() {
  first_.reset();
  options_.faults.clear();
  start();
}

void Chain::file(const std::string& text, mode_t mode) {
  // Renamed into place: a file that is being written cannot be executed.
  write_file(sandbox_ / "version.new", text, mode);
  std::filesystem::rename(sandbox_ / "version.new", sandbox_ / "version");
}

void Chain::script(const std::string& body) {
  file("#!/bin/sh\nunset UNINTERRUPTIBLE_FAULT\nSERVER=\"" + quoted(command()) + "\"\n" + body + "\n", 0755);
}

void Chain::good(const std::string& faults, const std::string& flags) {
  const std::string rules = faults.empty() ? "" : "export UNINTERRUPTIBLE_FAULT=" + faults + "\n";
  script(rules + "eval \"exec $SERVER " + flags + "\"");
}

void Chain::fixture(const std::string& mode) {
  const std::string tls =
      certificate_ ? " TLS_KEY='" + certificate_->key + "' TLS_CERTIFICATE='" + certificate_->file + "'" : "";
  script("export UNINTERRUPTIBLE_BIND='" + bind() + "' PID_FILE='" + pidfile() +
         "' UNINTERRUPTIBLE_LOG_PATH='" + log() +
         "' UNINTERRUPTIBLE_LOG_LEVEL=debug UNINTERRUPTIBLE_NAME=chain UNINTERRUPTIBLE_START_COMMAND='" +
         (sandbox_ / "version") + "'" + tls + "\nexec '" + program("command-server") + "' " + mode);
}

void Chain::missing() { std::filesystem::remove(sandbox_ / "version"); }

void Chain::usr1() const {
  if (const pid_t live = pid(); live > 0) ::kill(live, SIGUSR1);
}

void Chain::good_restart() {
  good();
  const pid_t before = pid();
  usr1();
  eventually(
      [&] {
        try {
          return status()["pid"].toInteger() != before;
        } catch (const std::exception&) {
          return false;
        }
      },
      "a good restart comes to its end");
  wait_settled();
}

CliResult Chain::restart() const { return run_cli(sandbox_, {"-s", "chain", "restart", "--json"}); }

void Chain::stop() {
  ::kill(pid(), SIGTERM);
  eventually([&] { return pids().empty(); }, "all processes end after TERM");
}

std::string Chain::target() const {
  if (options_.transport == Transport::unix_path) return "unix://" + (sandbox_ / "listen");
  return certificate_ ? over_tls(target_of(control())) : target_of(control());
}

bool Chain::has_logged(const std::string& text) const {
  return read_file(log()).find(text) != std::string::npos;
}

pid_t Chain::answering() const {
  try {
    std::string where = options_.transport == Transport::unix_path
                            ? target()
                            : status()["addresses"].toArray()[0].toString().toStdString();
    if (certificate_) where = over_tls(where);
    Client client(where, 1s);
    return static_cast<pid_t>(std::stol(client.ask("PID?").value_or("0")));
  } catch (const std::exception&) {
    return 0;
  }
}

QJsonObject Chain::status() const {
  QJsonObject found;
  const auto answered = [&] {
    try {
      found = status_of(control());
      return true;
    } catch (const std::exception&) {
      return false;
    }
  };
  eventually(answered, "the one in charge tells its status", 200ms);
  return found;
}

std::string Chain::generations() const {
  std::string text;
  for (const auto& generation : status()["generations"].toArray()) {
    const QJsonObject one = generation.toObject();
    text += (text.empty() ? "" : " ") + std::to_string(one["generation"].toInteger()) + ":" +
            one["state"].toString().toStdString();
  }
  return text;
}

void Chain::wait_settled() const {
  std::string seen;
  const auto settled = [&] {
    seen = "nobody answers";
    try {
      const QJsonObject now = status();
      const pid_t in_charge = static_cast<pid_t>(now["pid"].toInteger());
      const pid_t serving = answering();
      seen = "pid " + std::to_string(in_charge) + " in charge, " + std::to_string(serving) + " answers, " +
             std::to_string(pid()) + " in the pidfile, restart step '" +
             now["restart_step"].toString().toStdString() + "', " + generations();
      return in_charge != 0 && in_charge == serving && in_charge == pid() &&
             now["restart_step"].toString().isEmpty();
    } catch (const std::exception&) {
      return false;
    }
  };
  if (!becomes_true(settled)) throw std::runtime_error("it did not settle: " + seen);
}

std::vector<pid_t> Chain::zombies_of(pid_t parent) {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string stat = read_file(entry.path().string() + "/stat");
    const std::size_t end = stat.rfind(") ");
    if (end == std::string::npos || stat.substr(end, 4) != ") Z ") continue;
    if (std::stol(stat.substr(end + 4)) == parent) found.push_back(static_cast<pid_t>(std::stol(name)));
  }
  return found;
}

std::vector<std::string> Chain::left_behind() const {
  std::vector<std::string> found = sandbox_.directory().entries();
  std::erase_if(found, [](const std::string& name) {
    return name == "control" || name == "log" || name == "tmp" || name == "version" ||
           name.starts_with("tls.");
  });
  return found;
}

std::vector<std::string> Chain::strays() const {
  std::vector<std::string> found = left_behind();
  std::erase_if(found, [](const std::string& name) {
    return name == "control/chain.sock" || name == "control/chain.sock.lock" || name == "listen" ||
           name == "listen.lock" || name == "pid";
  });
  return found;
}

std::string fixture_file(const std::string& name) { return support_file("../fixtures/" + name); }

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error("does not hold: " + what);
}

}  // namespace testing
