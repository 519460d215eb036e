#include "restart/service.hpp"

#include <signal.h>

#include <QJsonArray>
#include <QJsonObject>
#include <algorithm>

#include "support/certificate.hpp"
#include "support/control.hpp"
#include "support/files.hpp"

namespace testing {

namespace {
bool is_tls(const std::string& bind) { return bind.starts_with("tls://"); }
}  // namespace

std::vector<std::string> server_command(const Sandbox& sandbox, const Plan& plan) {
  const std::string relative = "unix://";
  std::vector<std::string> words{
      program(plan.program), "--name",  "served", "--pidfile", sandbox / "pid", "--log", sandbox / "log",
      "--rollback-window",   plan.trial};
  for (const std::string& bind : plan.binds) {
    words.push_back("--bind");
    if (bind.starts_with(relative)) {
      words.push_back(relative + (sandbox / bind.substr(relative.size())));
    } else {
      words.push_back(is_tls(bind) ? "tcp" + bind.substr(3) : bind);
    }
  }
  if (std::any_of(plan.binds.begin(), plan.binds.end(), is_tls)) {
    const Certificate certificate = Certificate::make(sandbox);
    words.insert(words.end(), {"--tls-key", certificate.key, "--tls-certificate", certificate.file});
  }
  words.insert(words.end(), plan.more.begin(), plan.more.end());
  return words;
}

Sandbox::Environment server_environment(const Sandbox& sandbox, const Plan& plan) {
  Sandbox::Environment environment = plan.environment;
  if (!plan.start_command.empty()) {
    std::string line;
    for (const std::string& word : server_command(sandbox, plan)) line += (line.empty() ? "" : " ") + word;
    std::string command = plan.start_command;
    command.replace(command.find("{}"), 2, line);
    environment.emplace_back("UNINTERRUPTIBLE_START_COMMAND", command);
  }
  return environment;
}

Service::Service(const Plan& plan)
    : command_(server_command(sandbox_, plan)),
      first_(sandbox_.start(command_, server_environment(sandbox_, plan))) {
  const auto serves_or_ended = [&] { return logged("generation 1 serves") > 0 || !first_.is_alive(); };
  eventually(serves_or_ended, "the first generation serves");
  if (!first_.is_alive()) {
    throw std::runtime_error("the first generation ended:\n" + first_.standard_error() + read_file(log()));
  }
  for (std::size_t i = 0; i < plan.binds.size(); ++i) {
    const std::string target = target_of(control(), static_cast<int>(i));
    targets_.push_back(is_tls(plan.binds[i]) ? over_tls(target) : target);
  }
  threads_ = Snapshot::of(first_.pid()).threads;
}

pid_t Service::pid() const {
  const std::optional<pid_t> found = read_pidfile(pidfile());
  if (!found) throw std::runtime_error("no pid in " + pidfile());
  return *found;
}

pid_t Service::restart() {
  const pid_t before = pid();
  ::kill(before, SIGUSR1);
  wait_for_step(++restarts_, "draining");
  return wait_for_pidfile(pidfile(), before);
}

/// Reads on where it stopped: with --log-requests the log grows by megabytes.
void Service::wait_for_step(int number, const std::string& step) {
  const std::string mark = "restart " + std::to_string(number) + ": " + step;
  if (!log_reader_.is_open()) log_reader_.open(log());
  std::string rest;
  const auto found = [&] {
    log_reader_.clear();
    for (std::string piece; std::getline(log_reader_, piece); rest.clear()) {
      rest += piece;
      if (log_reader_.eof()) break;  // its end is still being written
      if (rest.find(" answered ") == std::string::npos) log_ += rest + "\n";
    }
    return log_.find(mark) != std::string::npos;
  };
  if (!becomes_true(found)) throw std::runtime_error("no '" + mark + "' in the log:\n" + log_);
}

std::optional<Exit> Service::ended(pid_t pid, std::chrono::milliseconds limit) {
  return pid == first_.pid() ? first_.wait_exit(limit) : wait_exit(pid, limit);
}

std::optional<Exit> Service::shut_down() {
  const pid_t live = pid();
  ::kill(live, SIGTERM);
  const std::optional<Exit> exit = ended(live);
  eventually([&] { return sandbox_.tree().pids().empty(); }, "all processes of the server have gone");
  return exit;
}

Snapshot Service::at_rest() const {
  const pid_t live = pid();
  ControlClient look(control());
  const auto nothing_is_open = [&] {
    const QJsonArray generations = look.ask("status")["generations"].toArray();
    return generations.size() == 1 && generations[0].toObject()["connections"].toInt() == 0;
  };
  eventually(nothing_is_open, "one generation is left, without connections");
  // Looks that ended before this one began are closed by the time it has been answered twice more.
  for (int i = 0; i < 2; ++i) look.ask("status");
  const auto threads_are_gone = [&] { return Snapshot::of(live).threads == threads_; };
  eventually(threads_are_gone, "it has " + std::to_string(threads_) + " threads again");
  Snapshot result = Snapshot::of(live);
  std::erase_if(result.environment,
                [](const std::string& entry) { return entry.starts_with("UNINTERRUPTIBLE_HANDOFF="); });
  return result;
}

int Service::logged(const std::string& text) const {
  const std::vector<std::string> lines = split_lines(read_file(log()));
  return static_cast<int>(std::count_if(lines.begin(), lines.end(), [&](const std::string& line) {
    return line.find(text) != std::string::npos;
  }));
}

std::vector<std::string> Service::left_behind() const {
  std::vector<std::string> names = sandbox_.directory().entries();
  std::erase_if(names, [](const std::string& name) {
    return name == "log" || name == "tmp" || name == "control" || name.starts_with("tls.");
  });
  return names;
}

}  // namespace testing
