#pragma once

#include <QJsonObject>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "support/certificate.hpp"
#include "support/cli.hpp"
#include "support/client.hpp"
#include "support/control.hpp"
#include "support/files.hpp"
#include "support/process.hpp"
#include "support/sandbox.hpp"

namespace testing {

enum class Transport { tcp, unix_path, tls };

/// What UNINTERRUPTIBLE_TEST_TRANSPORT says (`tcp`, `unix` or `tls`), tcp where it says nothing. Throws
/// std::runtime_error.
[[nodiscard]] Transport transport_from_environment();

/// A server and its restarts, where the test decides what each restart starts: the start command is a script
/// in the sandbox that can be swapped at any time.
class Chain {
 public:
  struct Options {
    std::string program = "echo-server";
    Transport transport = Transport::tcp;
    std::vector<std::string> flags{};  ///< beside those for bind, pidfile, log, name and start command
    std::string faults{};              ///< of the first generation; those of later ones are in their scripts
  };

  /// Starts the first generation and waits until it answers; good() is what a restart would start.
  explicit Chain(Options options);

  /// Starts the same command line as the constructor did, with nothing cleaned before, and waits until it
  /// answers.
  void start_again();

  // ---- what the next restart starts ----

  /// A sane version; `faults` as in UNINTERRUPTIBLE_FAULT, `flags` beside the usual ones.
  void good(const std::string& faults = {}, const std::string& flags = {});
  /// A shell script of that text. Within it, $SERVER is the command line of a sane version.
  void script(const std::string& body);
  /// The fixture command-server in that mode, configured like the others.
  void fixture(const std::string& mode = "serve");
  /// Any file to be executed.
  void file(const std::string& text, mode_t mode);
  /// None.
  void missing();

  // ---- acts ----

  /// USR1 to the process that the pidfile names.
  void usr1() const;
  /// Restarts into a sane version and waits until that is in charge; throws when it does not come to that.
  void good_restart();
  /// `uninterruptiblectl restart --json`.
  [[nodiscard]] CliResult restart() const;
  /// TERM to the process in charge; waits until no process is left. The first generation's exit, or, when it
  /// is gone, that of the one in charge.
  void stop();

  // ---- looks ----

  [[nodiscard]] const Sandbox& sandbox() const noexcept { return sandbox_; }
  [[nodiscard]] Process& first() { return first_.value(); }
  [[nodiscard]] std::string control() const { return sandbox_.control_path("chain"); }
  /// Key and certificate of a chain over TLS, read by each generation when it starts.
  [[nodiscard]] const Certificate& certificate() const { return certificate_.value(); }
  /// Where clients connect now; asked anew, since a cold start may have chosen another port.
  [[nodiscard]] std::string target() const;
  [[nodiscard]] std::string pidfile() const { return sandbox_ / "pid"; }
  [[nodiscard]] pid_t pid() const { return read_pidfile(pidfile()).value_or(0); }
  [[nodiscard]] std::string log() const { return sandbox_ / "log"; }
  [[nodiscard]] bool has_logged(const std::string& text) const;
  /// Pid of the process that answers a new client; 0 when none does.
  [[nodiscard]] pid_t answering() const;
  /// What the one in charge says. Throws when there is none; a connection that just changes hands is tried
  /// again.
  [[nodiscard]] QJsonObject status() const;
  /// Pids of the generations that status shows, with their states: `1:draining 2:live`.
  [[nodiscard]] std::string generations() const;
  /// Waits until one process accepts, is in charge, is named by the pidfile, and no restart goes on.
  void wait_settled() const;
  /// Living and zombie processes of this chain.
  [[nodiscard]] std::vector<pid_t> pids() const { return sandbox_.tree().pids(); }
  /// Zombies among the children of that process.
  [[nodiscard]] static std::vector<pid_t> zombies_of(pid_t parent);
  /// What lies in the sandbox that neither the test nor a serving chain put there.
  [[nodiscard]] std::vector<std::string> strays() const;
  /// What lies in the sandbox after the end that the test did not put there.
  [[nodiscard]] std::vector<std::string> left_behind() const;

 private:
  [[nodiscard]] std::string bind() const;
  [[nodiscard]] std::vector<std::string> command() const;
  void start();

  Options options_;
  Sandbox sandbox_;
  std::optional<Certificate> certificate_;
  std::optional<Process> first_;
};

/// A file that lies in tests/fixtures.
[[nodiscard]] std::string fixture_file(const std::string& name);

/// Throws std::runtime_error with the text unless it holds.
void require(bool holds, const std::string& what);

/// Runs the body of a test with a chain of its own. Returns what went wrong, and prints the chain's log;
/// empty when nothing did.
template <typename Body>
[[nodiscard]] std::string problem_with(Chain::Options options, Body&& body) {
  std::optional<Chain> chain;
  try {
    chain.emplace(std::move(options));
    body(*chain);
    return {};
  } catch (const std::exception& problem) {
    if (chain) std::fputs(read_file(chain->log()).c_str(), stderr);  // Qt Test cuts long messages
    return problem.what();
  }
}

}  // namespace testing
