#include <QJsonArray>
#include <QJsonObject>
#include <QtTest>
#include <filesystem>
#include <memory>
#include <vector>

#include "cli/ssh_server.hpp"
#include "restart/service.hpp"
#include "support/cli.hpp"
#include "support/client.hpp"
#include "support/control.hpp"
#include "support/files.hpp"

using namespace testing;
using namespace std::chrono_literals;

#define IS(result, code)                                                                           \
  do {                                                                                             \
    const CliResult& found = result;                                                               \
    QVERIFY2(found.exit == exited(code), (to_string(found.exit) + found.out + found.err).c_str()); \
  } while (false)

/// Servers of another machine, through a real sshd.
class CliSsh : public QObject {
  Q_OBJECT

  std::unique_ptr<Service> service;
  std::unique_ptr<SshServer> sshd;

  [[nodiscard]] CliResult run(std::vector<std::string> words, const std::string& ssh) const {
    words.insert(words.begin(), program("uninterruptiblectl"));
    Process process = service->sandbox().start(words, {{"UNINTERRUPTIBLE_SSH", ssh}});
    const std::optional<Exit> exit = process.wait_exit();
    if (!exit) throw std::runtime_error("it did not end: " + process.standard_error());
    return {*exit, process.standard_output(), process.standard_error()};
  }
  [[nodiscard]] CliResult run(std::vector<std::string> words) const {
    return run(std::move(words), sshd->client());
  }
  [[nodiscard]] int logins() const {
    int count = 0;
    for (const std::string& line : split_lines(sshd->log())) count += line.starts_with("Accepted") ? 1 : 0;
    return count;
  }

 private slots:
  void initTestCase() {
    service = std::make_unique<Service>();
    sshd = std::make_unique<SshServer>(service->sandbox());
    if (!sshd->missing().empty()) QSKIP(sshd->missing().c_str());
  }
  void cleanupTestCase() {
    sshd.reset();
    service.reset();
  }

  void a_server_is_seen_and_restarted() {
    const std::string server = sshd->address("served");
    Client client(service->target());
    QVERIFY(client.ask("hello") == "hello");

    const CliResult status = run({"status", "-s", server, "--json"});
    IS(status, 0);
    QCOMPARE(status.json()["pid"].toInt(), service->pid());
    QCOMPARE(status.json()["path"].toString().toStdString(), server);

    // One login for both generations: the far end follows.
    const int before = logins();
    const CliResult restarted = run({"restart", "-s", server, "--json"});
    IS(restarted, 0);
    QCOMPARE(restarted.json()["outcome"].toString(), QString("final"));
    QCOMPARE(logins(), before + 1);
    QCOMPARE(run({"status", "-s", server, "--json"}).json()["generation"].toInt(), 2);

    const CliResult listed = run({"connections", "-s", server, "-q"});
    QCOMPARE(listed.out, std::string("1-1\n"));
    IS(run({"close", "-s", server, "1-1"}), 0);
    QVERIFY(client.at_end());
    IS(run({"wait", "drained", "-s", server}), 0);
  }
  void it_may_be_named_by_its_path() {
    const CliResult status = run({"status", "-s", sshd->address(service->control()), "--json"});
    IS(status, 0);
    QCOMPARE(status.json()["name"].toString(), QString("served"));
  }
  void a_follower_sees_restart_after_restart_with_one_login() {
    const int before = logins();
    Process follower = service->sandbox().start(
        {program("uninterruptiblectl"), "events", "-s", sshd->address("served"), "--json"},
        {{"UNINTERRUPTIBLE_SSH", sshd->client()}});
    const auto told = [&](const char* step) {
      const std::string text = follower.standard_output();
      int count = 0;
      for (std::size_t at = 0; (at = text.find(step, at)) != std::string::npos; ++at) ++count;
      return count;
    };
    eventually([&] { return told("\"present\"") > 0; }, "it follows");
    for (int i = 1; i <= 2; ++i) {
      service->restart();
      eventually([&] { return told("\"step\":\"final\"") == i; }, "the end of that restart is told");
    }
    QCOMPARE(logins(), before + 1);
    QVERIFY(follower.is_alive());
  }
  void who_may_not_log_in_is_4() {
    const CliResult result = run({"status", "-s", sshd->address("served")}, sshd->client("other"));
    IS(result, 4);
    QVERIFY2(result.err.find("Permission denied") != std::string::npos, result.err.c_str());
    QVERIFY2(result.err.find("Try: 'ssh -p ") != std::string::npos, result.err.c_str());
  }
  void a_host_that_is_not_known_is_not_trusted() {
    const CliResult result = run({"status", "-s", sshd->address("served")}, sshd->client("user", "none"));
    IS(result, 4);
    QVERIFY2(result.err.find("Host key verification failed") != std::string::npos, result.err.c_str());
  }
  void a_wrong_host_is_3() {
    // 127.0.0.2 is this machine too, and nobody listens there.
    std::string address = sshd->address("served");
    address.replace(address.find("127.0.0.1"), 9, "127.0.0.2");
    const CliResult result = run({"restart", "-s", address});
    IS(result, 3);
    QVERIFY2(result.err.find("Connection refused") != std::string::npos, result.err.c_str());
    QVERIFY2(result.err.find("is the name right, and the machine up?") != std::string::npos,
             result.err.c_str());
  }
  void no_such_server_is_3() {
    const CliResult result = run({"restart", "-s", sshd->address("nobody")});
    IS(result, 3);
    QVERIFY2(result.err.find("there is no server 'nobody'") != std::string::npos, result.err.c_str());
    QVERIFY2(result.err.find("uninterruptiblectl list' shows the servers there") != std::string::npos,
             result.err.c_str());
    IS(run({"wait", "gone", "-s", sshd->address("nobody")}), 0);
  }
  void a_machine_without_uninterruptiblectl_is_told() {
    const std::string link = sshd->far_programs() + "/uninterruptiblectl";
    std::filesystem::remove(link);
    const CliResult result = run({"status", "-s", sshd->address("served")});
    std::filesystem::create_symlink(program("uninterruptiblectl"), link);
    IS(result, 1);
    QVERIFY2(result.err.find("has no uninterruptiblectl that ssh finds") != std::string::npos,
             result.err.c_str());
  }
  void a_shutdown_ends_it() {
    const pid_t pid = service->pid();
    const CliResult result = run({"shutdown", "-s", sshd->address("served"), "--json"});
    IS(result, 0);
    QCOMPARE(result.json()["outcome"].toString(), QString("ended"));
    QCOMPARE(service->ended(pid), exited(0));
    IS(run({"status", "-s", sshd->address("served")}), 3);
  }
};

QTEST_GUILESS_MAIN(CliSsh)
#include "cli_ssh.moc"
