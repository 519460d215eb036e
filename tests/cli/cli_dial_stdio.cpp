#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QJsonObject>
#include <QtTest>
#include <atomic>
#include <csignal>

#include "cli/cli_fixture.hpp"
#include "cli/scripted_server.hpp"
#include "support/eventually.hpp"
#include "support/files.hpp"

using namespace uninterruptible::control;
using namespace std::chrono_literals;
using testing::eventually;
using testing::FakeBackend;
using testing::Result;

namespace {

/// Instead of ssh: runs on this machine what is to be run there.
constexpr const char* here =
    "#!/bin/sh\n"
    "echo \"$@\" >>\"$0.calls\"\n"
    "for command; do :; done\n"
    "PATH=$UNINTERRUPTIBLE_BIN:$PATH exec sh -c \"$command\"\n";

constexpr const char* address = "ssh://ops@far.example:2222/echo";

}  // namespace

/// dial-stdio, and the client that finds it behind ssh.
class CliDialStdio : public QObject, private testing::CliFixture {
  Q_OBJECT

  [[nodiscard]] Environment through(const std::string& script) const {
    const std::string file = *directory / "ssh";
    testing::write_file(file, script, 0755);
    return {{"UNINTERRUPTIBLE_SSH", file}};
  }
  [[nodiscard]] Result far(std::vector<std::string> words, const std::string& script = here) const {
    return run(std::move(words), through(script));
  }
  [[nodiscard]] std::string calls() const { return testing::read_file(*directory / "ssh.calls"); }
  [[nodiscard]] int times(const std::string& text, const std::string& part) const {
    int count = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++count;
    return count;
  }

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

  void ssh_is_called_with_care() {
    const auto echo = server();
    echo->start();
    QCOMPARE(far({"status", "-s", address}).status, 0);
    QCOMPARE(calls(),
             "-T -o ConnectTimeout=10 -o BatchMode=yes -p 2222 -l ops -- far.example uninterruptiblectl "
             "dial-stdio -- "
             "'echo'\n");
  }
  void addresses_that_could_be_taken_for_something_else_are_refused_data() {
    QTest::addColumn<QString>("named");
    for (const char* const named :
         {"ssh://", "ssh:///echo", "ssh://-oProxyCommand=x/echo", "ssh://-l@host", "ssh://host name/echo",
          "ssh://ho$(st)/echo", "ssh://host:0/echo", "ssh://host:/echo", "ssh://host:22x/echo",
          "ssh://[::1/echo", "ssh://[::1]x/echo", "ssh://@host/echo", "ssh://host/-json",
          "ssh://host/ec\nho"})
      QTest::newRow(qPrintable(QString(named).simplified())) << QString(named);
  }
  void addresses_that_could_be_taken_for_something_else_are_refused() {
    QFETCH(QString, named);
    const Result result = far({"status", "-s", named.toStdString()});
    QCOMPARE(result.status, 2);
    QVERIFY(result.err.contains("is no address of a server"));
    QVERIFY(calls().empty());
  }
  void names_are_one_word_of_the_far_shell() {
    const auto odd = server("it's $(touch done)");
    odd->start();
    QCOMPARE(far({"status", "-s", "ssh://host/it's $(touch done)"}).status, 0);
    QCOMPARE(far({"status", "-s", "ssh://[::1]/" + socket("it's $(touch done)")}).status, 0);
  }
  void a_restart_is_followed_to_the_next_generation() {
    const auto echo = server();
    testing::ScriptedServer& it = *echo;
    script(it, {[&it] { it.publish("committed"); }, [&it] { it.move(); },
                [&it] { it.publish("final", [](Step& step) { step.pid = 4188; }); }});
    echo->start();
    const Result result = far({"restart", "-s", address, "--json"});
    QCOMPARE(result.status, 0);
    QCOMPARE(result.json()["outcome"].toString(), QString("final"));
    QCOMPARE(result.json()["serving"].toInt(), 8);
    QCOMPARE(times(calls(), "dial-stdio"), 1);  // one ssh
  }
  /// Each of several looks has its own connection, and all go through one ssh.
  void one_ssh_serves_all_looks() {
    const auto echo = server();
    echo->start();
    const Result result = far({"top", "-n", "3", "--interval", "100ms", "-s", address, "--json"});
    QCOMPARE(result.status, 0);
    QCOMPARE(times(result.out.toStdString(), "\"schema\":1"), 3);
    QCOMPARE(times(calls(), "dial-stdio"), 1);
  }
  /// What was meant for the old generation must not be carried out by the new one, or a restart that is asked
  /// for again would be two.
  void what_was_sent_to_the_old_generation_never_reaches_the_new_one() {
    const auto echo = server();
    echo->start();
    const std::string fifo = *directory / "fifo";
    QCOMPARE(::mkfifo(fifo.c_str(), 0600), 0);
    auto chosen = options({}, {});
    chosen.argv = {"sh", "-c", "exec " + chosen.argv[0] + " dial-stdio echo <" + fifo};
    testing::Process relay(tree, chosen);
    const uninterruptible::UniqueFd input(::open(fifo.c_str(), O_WRONLY | O_CLOEXEC));
    const auto say = [&](const std::string& line) {
      QCOMPARE(::write(input.get(), line.data(), line.size()), static_cast<ssize_t>(line.size()));
    };
    const auto hears = [&](const char* text) {
      eventually([&] { return relay.standard_output().find(text) != std::string::npos; }, text);
    };
    say("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\"}\n");
    hears("\"id\":1");
    echo->on_thread([&] { echo->move(); });
    hears(R"({"jsonrpc":"2.0","method":"dialed","params":{"number":2}})");
    hears("\"generation\":8");
    say("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"restart\"}\n");
    say("{\"jsonrpc\":\"2.0\",\"method\":\"dial\",\"params\":{\"number\":2}}\n");
    say("{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"status\"}\n");
    hears("\"id\":3");
    int asked = -1;
    echo->on_thread([&] { asked = echo->next_backend.restart_asked + echo->backend.restart_asked; });
    QCOMPARE(asked, 0);
    QVERIFY(relay.standard_output().find("\"id\":2") == std::string::npos);
  }
  void the_end_of_the_server_is_the_end() {
    const auto echo = server();
    echo->backend.greeting.pid = ::getpid();  // a number of this machine's, too, that is not to be waited for
    echo->backend.on_shutdown = [&] {
      echo->old_endpoint.stopping({3});
      echo->later([&] {
        echo->close_listener();
        echo->old_endpoint.close_clients();
      });
    };
    echo->start();
    const Result result = far({"shutdown", "-s", address});
    QCOMPARE(result.status, 0);
    QVERIFY(result.out.contains("3 connections are open and may finish"));
  }
  /// It would be refused again and again.
  void a_refusal_is_passed_on_and_not_asked_for_again() {
    std::atomic<int> clients = 0;
    const auto echo = server();
    const auto refuse = [&](const uninterruptible::UniqueFd& client) {
      ++clients;
      const std::string line =
          R"({"jsonrpc":"2.0","id":null,"error":{"code":5,"message":"too many clients"}})";
      QVERIFY(::send(client.get(), (line + "\n").data(), line.size() + 1, MSG_NOSIGNAL) > 0);
    };
    echo->waver({refuse, refuse});
    echo->start();
    QCOMPARE(run({"dial-stdio"}, {}).status, 0);
    QCOMPARE(clients.load(), 1);
    const Result result = far({"status", "-s", address});
    QCOMPARE(result.status, 1);
    QVERIFY2(result.err.contains("too many clients"), result.err.constData());
  }
  void what_a_shell_says_first_is_told() {
    const auto echo = server();
    echo->start();
    const Result result = far({"status", "-s", address}, "#!/bin/sh\necho welcome\nexec sleep 60\n");
    QCOMPARE(result.status, 1);
    QVERIFY2(result.err.contains("a shell that writes nothing"), result.err.constData());
  }
  /// Nobody is left behind at the far end, whatever becomes of this one.
  void the_far_end_ends_with_its_client() {
    const auto echo = server();
    echo->start();
    testing::Process process(tree, options({"events", "-s", address}, through(here)));
    eventually([&] { return !process.standard_output().empty(); }, "it follows");
    process.signal(SIGKILL);
    static_cast<void>(process.wait_exit());
    eventually([&] { return tree.pids().empty(); }, "dial-stdio has ended");
  }
  void requests_may_be_piped_in() {
    const auto echo = server();
    echo->start();
    auto chosen = options({}, {});
    chosen.argv = {
        "sh", "-c",
        "printf '{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"status\"}' | " + chosen.argv[0] + " dial-stdio"};
    testing::Process process(tree, chosen);
    const Result result = result_of(process);
    QCOMPARE(result.status, 0);
    QVERIFY(result.out.contains("\"id\":9"));
  }
  void what_ssh_says_is_told_data() {
    QTest::addColumn<QString>("script");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("told");
    QTest::newRow("no host") << "echo 'ssh: Could not resolve hostname far' >&2; exit 255" << 3
                             << "the name right";
    QTest::newRow("no key") << "echo 'ops@far: Permission denied (publickey).' >&2; exit 255" << 4
                            << "let you in";
    QTest::newRow("host key") << "echo 'Host key verification failed.' >&2; exit 255" << 4
                              << "compare the key";
    QTest::newRow("something") << "echo 'kex_exchange: lost' >&2; exit 255" << 1 << "kex_exchange";
    QTest::newRow("no program") << "echo 'uninterruptiblectl: not found' >&2; exit 127" << 1
                                << "install it there";
    QTest::newRow("silent") << "exit 255" << 1 << "it said nothing";
    QTest::newRow("killed") << "kill -9 $$" << 1 << "was ended";
    QTest::newRow("hostile") << "printf '\\033]0;x\\007evil\\n' >&2; exit 255" << 1 << "\\x1bevil";
    QTest::newRow("far 5") << "echo 'uninterruptiblectl: it does not answer' >&2; exit 5" << 5
                           << "does not answer";
    QTest::newRow("far 4") << "echo 'uninterruptiblectl: permission denied' >&2; exit 4" << 4
                           << "as another user";
  }
  void what_ssh_says_is_told() {
    QFETCH(QString, script);
    QFETCH(int, status);
    QFETCH(QString, told);
    const Result result = far({"status", "-s", address}, "#!/bin/sh\n" + script.toStdString() + "\n");
    QCOMPARE(result.status, status);
    if (told != "\\x1bevil") QVERIFY2(result.err.contains(told.toUtf8()), result.err.constData());
    QVERIFY(!result.err.contains('\x1b'));
  }
  void no_ssh_at_all_is_told() {
    const Result result = run({"status", "-s", address}, {{"UNINTERRUPTIBLE_SSH", *directory / "nothing"}});
    QCOMPARE(result.status, 1);
    QVERIFY(result.err.contains("install an ssh client"));
    QCOMPARE(run({"status", "-s", address}, {{"UNINTERRUPTIBLE_SSH", ""}}).status, 2);
  }
  void a_server_that_is_not_there_ends_it() {
    const Result result = run({"dial-stdio", "nobody"});
    QCOMPARE(result.status, 3);
    QVERIFY(result.out.isEmpty());
  }
};

QTEST_GUILESS_MAIN(CliDialStdio)
#include "cli_dial_stdio.moc"
