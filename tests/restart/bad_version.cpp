#include "restart/bad_version.hpp"

#include <QJsonArray>
#include <algorithm>

#include "support/load.hpp"

namespace testing {

namespace {

/// Clients of the load, each with one connection at a time: no more can die with a process that is killed.
constexpr int clients = 3;

void check_account(const BadVersion& version, const QJsonObject& account) {
  if (!version.may_lose) return require(Load::lost(account) == 0, "nothing is lost: " + Load::text(account));
  for (const char* const never : {"refused", "wrong", "doubled", "timed_out"}) {
    require(account[never].toInteger() == 0, std::string("none is ") + never + ": " + Load::text(account));
  }
  require(Load::lost(account) <= clients,
          "no more is lost than the killed process had accepted: " + Load::text(account));
}

void check_report(const Chain& chain, const BadVersion& version, const CliResult& asked) {
  const QJsonObject report = asked.json();
  const auto text = [&](const char* key) { return report[key].toString().toStdString(); };
  require(text("outcome") == version.outcome, "outcome at the asker: " + asked.out);
  require(asked.exit == exited(text("outcome") == "failed" ? 1 : 8),
          "exit of the asker, which is " + to_string(asked.exit));
  require(text("failed_at") == version.failed_at, "step at the asker: " + asked.out);
  require(text("reason").find(version.reason) != std::string::npos, "reason at the asker: " + asked.out);
  require(chain.has_logged(text("reason")), "reason in the log");
  if (version.exit_status) {
    require(report["exit_status"].toInt(-1) == *version.exit_status, "status at the asker: " + asked.out);
  }
  if (version.term_signal) {
    require(report["term_signal"].toInt(-1) == *version.term_signal, "signal at the asker: " + asked.out);
  }
  if (version.output != nullptr) {
    std::string lines;
    for (const auto& line : report["output"].toArray()) lines += line.toString().toStdString() + "\n";
    require(lines.find(version.output) != std::string::npos, "last lines at the asker: " + asked.out);
    require(chain.has_logged(std::string("| ")) && chain.has_logged(version.output), "last lines in the log");
  }
}

}  // namespace

void try_version(Chain& chain, const BadVersion& version) {
  Load load(chain.sandbox(), {"--target", chain.target(), "--short", "--half-close", "--workers", "1",
                              "--rate", "150", "--long", "2", "--pace", "0.02", "--timeout", "20"});
  version.install(chain);
  const pid_t old_one = chain.pid();
  Process asker = chain.sandbox().start({program("uninterruptiblectl"), "-s", "chain", "restart", "--json"});
  if (version.in_trial) {
    const pid_t new_one = wait_for_pidfile(chain.pidfile(), old_one);
    // The pidfile names it a moment before SERVING has reached the old one.
    eventually([&] { return chain.has_logged(": trial, "); }, "the trial begins");
    version.in_trial(chain, new_one);
  }
  const std::optional<Exit> exit = asker.wait_exit();
  require(exit.has_value(), "the asker hears the end");
  check_report(chain, version, {*exit, asker.standard_output(), asker.standard_error()});

  chain.wait_settled();
  require(chain.pid() == old_one, "the old one serves");
  qint64 bad_pid = 0;
  const QJsonArray steps = asker.standard_output().empty()
                               ? QJsonArray()
                               : CliResult{*exit, asker.standard_output(), {}}.json()["steps"].toArray();
  for (const auto& step : steps) bad_pid = std::max(bad_pid, step.toObject()["pid"].toInteger());
  if (std::string(version.name).find("unhealthy") == std::string::npos && bad_pid != 0) {
    require(!is_alive(static_cast<pid_t>(bad_pid)), "the bad one is gone");
  }
  // One that was rolled back alive ends in its own time, and is a zombie for the moment until it is reaped.
  eventually([&] { return Chain::zombies_of(old_one).empty(); }, "it is reaped");

  if (version.repair) version.repair(chain);
  chain.good_restart();
  require(chain.pid() != old_one, "the next good restart succeeds");
  check_account(version, load.finish());
  require(chain.strays().empty(), "no stray file: " + (chain.strays().empty() ? "" : chain.strays()[0]));
  chain.stop();
  require(chain.left_behind().empty(), "an ordered end leaves no path behind");
}

}  // namespace testing
