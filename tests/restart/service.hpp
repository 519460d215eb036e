#pragma once

#include <chrono>
#include <fstream>
#include <string>
#include <vector>

#include "support/sandbox.hpp"
#include "support/snapshot.hpp"

namespace testing {

/// What a Service is started with.
struct Plan {
  std::string program = "echo-server";
  /// `unix://NAME` is a path in the sandbox. With a `tls://HOST:PORT` all those of TCP speak TLS, with
  /// `tls.key` and `tls.crt` in the sandbox.
  std::vector<std::string> binds{"tcp://127.0.0.1:0"};
  std::string trial = "0";                   ///< --rollback-window
  std::vector<std::string> more{"--lines"};  ///< further arguments
  /// Start command of the restarts, where `{}` stands for the first process's command line; empty: that
  /// itself. It runs in the sandbox's directory.
  std::string start_command{};
  Sandbox::Environment environment{};
};

/// One chain of generations in a sandbox of its own, from its first process on.
class Service {
 public:
  /// Starts the first generation and waits until it serves. Throws std::runtime_error with its output when it
  /// does not.
  explicit Service(const Plan& plan = {});

  [[nodiscard]] const Sandbox& sandbox() const noexcept { return sandbox_; }
  /// Arguments of the first process, the program itself included.
  [[nodiscard]] const std::vector<std::string>& command() const noexcept { return command_; }
  [[nodiscard]] std::string pidfile() const { return sandbox_ / "pid"; }
  [[nodiscard]] std::string log() const { return sandbox_ / "log"; }
  [[nodiscard]] std::string control() const { return sandbox_.control_path("served"); }
  [[nodiscard]] const std::string& target(std::size_t index = 0) const { return targets_.at(index); }

  /// The process that the pidfile names.
  [[nodiscard]] pid_t pid() const;
  /// USR1 to it, and waits until the new one is in charge. Returns the new pid.
  pid_t restart();
  /// Waits until restart number `number` of the whole chain has come to `step`. Throws with the log's lines,
  /// but for those about single requests, when it does not.
  void wait_for_step(int number, const std::string& step);
  /// How that process ended; empty when it has not in time. Each process can be asked about once.
  [[nodiscard]] std::optional<Exit> ended(pid_t pid, std::chrono::milliseconds limit = patience);
  /// TERM to the live one, and waits until all processes have gone. How the live one ended.
  std::optional<Exit> shut_down();
  /// What the live process holds once it is the only one and nobody is connected but this look itself. Throws
  /// when it does not come to that, with as many threads as the first generation had before its first client.
  /// The one variable that differs in every restart, by design, is left out of the environment.
  [[nodiscard]] Snapshot at_rest() const;
  /// How many lines of the log contain the text.
  [[nodiscard]] int logged(const std::string& text) const;
  /// Names of what lies in the sandbox, the log and the directories left out.
  [[nodiscard]] std::vector<std::string> left_behind() const;

 private:
  Sandbox sandbox_;
  std::vector<std::string> command_;
  Process first_;
  std::vector<std::string> targets_;
  std::size_t threads_ = 0;
  int restarts_ = 0;
  std::ifstream log_reader_;
  std::string log_;  ///< what was read of the log, without lines about single requests
};

/// The command line of a server by that plan in that sandbox. Makes the certificate that it needs.
[[nodiscard]] std::vector<std::string> server_command(const Sandbox& sandbox, const Plan& plan);
/// The environment to start it with.
[[nodiscard]] Sandbox::Environment server_environment(const Sandbox& sandbox, const Plan& plan);

}  // namespace testing
