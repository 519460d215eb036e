#include <QTest>
#include <algorithm>

#include "restart/chain.hpp"

using namespace testing;

namespace {

/// The lines that stand indented after `heading` in the description of the protocol, up to the next text.
std::string example_after(const std::string& heading) {
  const std::string text = read_file(support_file("../../docs/control-protocol.md"));
  std::string example;
  bool begun = false;
  const std::size_t start = text.find(heading);
  require(start != std::string::npos, "the document has: " + heading);
  for (const std::string& line : split_lines(text.substr(text.find('\n', start)))) {
    const bool code = line.starts_with("    ");
    if (begun && !code && !line.empty()) break;
    begun = begun || code;
    example += (code ? line.substr(4) : line) + "\n";
  }
  return example;
}

std::string with(std::string text, const std::string& what, const std::string& instead) {
  const std::size_t at = text.find(what);
  require(at != std::string::npos, "the example has " + what);
  return text.replace(at, what.size(), instead);
}

Chain::Options options() { return {.flags = {"--rollback-window", "100ms"}}; }

}  // namespace

/// Clients that are not ours to change: the one that the protocol's description has, and the example that
/// steers a server from C++.
class RestartClients : public QObject {
  Q_OBJECT

 private slots:
  void the_documented_client_restarts_a_server() {
    const std::string problem = problem_with(options(), [](Chain& chain) {
      const std::string client = with(example_after("Restart `echo` and print its steps, in Python:"),
                                      "/run/uninterruptible/echo.sock", chain.control());
      require(std::count(client.begin(), client.end(), '\n') <= 30, "it has 30 lines:\n" + client);
      chain.good();
      const pid_t before = chain.pid();
      Process process = chain.sandbox().start({"python3", "-c", client});
      const auto exit = process.wait_exit();
      const std::string said = process.standard_output();
      require(exit == exited(0), "it ends well: " + process.standard_error() + said);
      require(said.starts_with("generation 1 pid " + std::to_string(before) + "\n"),
              "it is greeted: " + said);
      for (const char* const step : {"requested", "spawned", "ready", "committed", "trial", "final"})
        require(said.find(std::string(" ms  ") + step) != std::string::npos, std::string(step) + ": " + said);
      chain.wait_settled();
      require(chain.generations().find("2:live") != std::string::npos, "and it was restarted");
    });
    QVERIFY2(problem.empty(), problem.c_str());
  }

  void the_documented_client_tells_why_a_restart_failed() {
    const std::string problem = problem_with(options(), [](Chain& chain) {
      const std::string client = with(example_after("Restart `echo` and print its steps, in Python:"),
                                      "/run/uninterruptible/echo.sock", chain.control());
      chain.script("exit 3");
      Process process = chain.sandbox().start({"python3", "-c", client});
      const auto exit = process.wait_exit();
      const std::string said = process.standard_output();
      require(exit == exited(0) && said.find("failed") != std::string::npos &&
                  said.find("exited with status 3") != std::string::npos,
              "the last step has the reason: " + said);
    });
    QVERIFY2(problem.empty(), problem.c_str());
  }

  void the_example_in_cpp_restarts_a_server_and_fails_with_it() {
    const std::string problem = problem_with(options(), [](Chain& chain) {
      const auto run = [&](const std::string& server) {
        Process process = chain.sandbox().start({program("restart-server"), server});
        const auto exit = process.wait_exit();
        return std::pair(exit, process.standard_output() + process.standard_error());
      };
      chain.good();
      const auto [well, said] = run("chain");
      require(well == exited(0) && said.find("final") != std::string::npos &&
                  said.find("generation 2 live, ") != std::string::npos,
              "by name: " + said);
      chain.wait_settled();
      chain.script("echo the reason; exit 3");
      const auto [badly, told] = run(chain.control());
      require(badly == exited(1) && told.find("failed") != std::string::npos &&
                  told.find("| the reason") != std::string::npos &&
                  told.find("generation 2 live, ") != std::string::npos,
              "by path: " + told);
      const auto [nowhere, error] = run("nobody");
      require(nowhere == exited(1) && error == "there is no server 'nobody'\n", "of another name: " + error);
    });
    QVERIFY2(problem.empty(), problem.c_str());
  }
};

QTEST_GUILESS_MAIN(RestartClients)
#include "restart_clients.moc"
