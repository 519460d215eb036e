#include <sys/stat.h>

#include <QJsonArray>
#include <QJsonObject>
#include <QtTest>
#include <csignal>

#include "cli/cli_fixture.hpp"
#include "cli/scripted_server.hpp"
#include "support/process.hpp"

using namespace uninterruptible::control;
using namespace std::chrono_literals;
using testing::FakeBackend;
using testing::Result;
using testing::ScriptedServer;

namespace {

/// `--scripted-server PATH MODE`: this very program as a server process of its own, for what needs a process
/// that ends. `ends`: an orderly shutdown; `stays`: it never gets there.
int serve_as_process(const std::string& path, const std::string& mode) {
  ScriptedServer server(path);
  bool finished = false;
  server.backend.greeting.pid = ::getpid();
  server.backend.on_shutdown = [&] {
    server.old_endpoint.stopping({2});
    if (mode == "ends") server.later([&] { finished = true; });
  };
  std::printf("serving\n");
  std::fflush(stdout);
  server.run([&] { return finished; });
  server.old_endpoint.close_clients();
  return 0;
}

}  // namespace

class CliCommands : public QObject, private testing::CliFixture {
  Q_OBJECT

  testing::Process serve_in_process(const std::string& mode) const {
    testing::Process::Options chosen;
    chosen.argv = {QCoreApplication::applicationFilePath().toStdString(), "--scripted-server", socket("echo"),
                   mode};
    testing::Process process(tree, chosen);
    testing::eventually([&] { return process.standard_output() == "serving\n"; }, "the server serves");
    return process;
  }

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

  void status_shows_all_generations() {
    const auto echo = server();
    echo->start();
    const Result text = run({"status"});
    QCOMPARE(text.status, 0);
    QVERIFY(text.out.startsWith("echo: generation 7 (pid 4121), 5 connections\n"));
    QVERIFY(text.out.contains("draining"));
    QVERIFY(text.err.isEmpty());
    const QJsonObject json = run({"status", "--json"}).json();
    QCOMPARE(json["name"].toString(), QString("echo"));
    QCOMPARE(json["generation"].toInt(), 7);
    QCOMPARE(json["pid"].toInt(), 4121);
    QCOMPARE(json["connections"].toInt(), 5);
    const QJsonArray generations = json["generations"].toArray();
    QCOMPARE(generations.size(), 2);
    QCOMPARE(generations[0].toObject()["state"].toString(), QString("draining"));
    QCOMPARE(generations[1].toObject()["connections"].toInt(), 3);
    QCOMPARE(generations[1].toObject()["pid"].toInt(), 4121);
    QCOMPARE(run({}).out, text.out);
  }
  void the_server_may_be_named_in_many_ways() {
    const auto echo = server();
    echo->start();
    const auto other = server("other");
    other->start();
    const std::string path = socket("echo");
    const std::vector<std::vector<std::string>> ways = {{"-s", "echo", "status"},
                                                        {"status", "-s", "echo"},
                                                        {"status", "--server=echo"},
                                                        {"--server", path, "status"},
                                                        {"status", "-s", "unix:" + path}};
    for (const auto& way : ways) QVERIFY(run(way).out.startsWith("echo: "));
    QVERIFY(run({"status"}, {{"UNINTERRUPTIBLE_SERVER", "other"}}).out.startsWith("other: "));
    QVERIFY(run({"status", "-s", "echo"}, {{"UNINTERRUPTIBLE_SERVER", "other"}}).out.startsWith("echo: "));
    QCOMPARE(run({"status"}, {{"UNINTERRUPTIBLE_SERVER", ""}}).status, 2);
  }
  void several_servers_must_be_chosen_from() {
    const auto echo = server();
    echo->start();
    const auto other = server("other");
    other->start();
    const Result result = run({"restart"});
    QCOMPARE(result.status, 2);
    QVERIFY(result.out.isEmpty());
    QVERIFY(result.err.contains("echo") && result.err.contains("other"));
    QCOMPARE(echo->backend.restart_asked + other->backend.restart_asked, 0);
  }
  void a_stale_socket_is_no_choice() {
    const auto echo = server();
    echo->start();
    testing::listen_at(socket("gone"));
    QCOMPARE(run({"status"}).status, 0);
    const Result result = run({"status", "-s", "gone"});
    QCOMPARE(result.status, 3);
    QVERIFY(result.err.contains("nobody listens"));
  }
  void no_such_server_is_3() {
    QCOMPARE(run({"status"}).status, 3);
    const auto echo = server();
    echo->start();
    const Result result = run({"-s", "ecko", "status"});
    QCOMPARE(result.status, 3);
    QVERIFY(result.err.contains("-s echo"));
    QCOMPARE(run({"-s", socket("nothing"), "status"}).status, 3);
  }
  void wrong_usage_is_2_data() {
    QTest::addColumn<QStringList>("arguments");
    for (const QStringList& arguments :
         {QStringList{"restrat"}, QStringList{"status", "--colour"}, QStringList{"close"},
          QStringList{"close", "seven"}, QStringList{"restart", "--timeout", "soon"},
          QStringList{"status", "extra"}, QStringList{"help", "nothing"}, QStringList{"-s"}}) {
      QTest::newRow(qPrintable(arguments.join(' '))) << arguments;
    }
  }
  void wrong_usage_is_2() {
    QFETCH(QStringList, arguments);
    std::vector<std::string> words;
    for (const QString& word : arguments) words.push_back(word.toStdString());
    const Result result = run(words);
    QCOMPARE(result.status, 2);
    QVERIFY(result.out.isEmpty());
    QVERIFY(result.err.contains("Try: "));
  }
  void help_goes_to_standard_output() {
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"--help"}, {"-h"}, {"help"}, {"help", "restart"}, {"restart", "--help"}, {"--version"}}) {
      const Result result = run(words);
      QCOMPARE(result.status, 0);
      QVERIFY(!result.out.isEmpty() && result.err.isEmpty());
    }
    QVERIFY(run({"help"}).out.contains("connections"));
    QVERIFY(run({"help", "restart"}).out.contains("--timeout"));
  }
  void list_never_hangs() {
    const auto echo = server();
    echo->start();
    testing::listen_at(socket("gone"));
    const auto deaf = testing::listen_at(socket("deaf"));
    const Result text = run({"list"});
    QCOMPARE(text.status, 0);
    QVERIFY(text.out.contains("not answering") && text.out.contains("stale") && text.out.contains("live"));
    const QJsonArray servers = run({"list", "--json"}).json()["servers"].toArray();
    QCOMPARE(servers.size(), 3);
    QCOMPARE(servers[1].toObject()["name"].toString(), QString("echo"));
    QCOMPARE(servers[1].toObject()["state"].toString(), QString("live"));
    QCOMPARE(servers[1].toObject()["generation"].toInt(), 7);
    QCOMPARE(servers[0].toObject()["state"].toString(), QString("not answering"));
    QCOMPARE(servers[2].toObject()["state"].toString(), QString("stale"));
  }
  void who_does_not_answer_is_5() {
    const auto deaf = testing::listen_at(socket("deaf"));
    const Result result = run({"status"});
    QCOMPARE(result.status, 5);
    QVERIFY(result.err.contains("does not answer"));
  }
  void a_directory_that_others_write_to_is_4() {
    const auto echo = server();
    echo->start();
    ::chmod(directory->path().c_str(), 0777);
    const Result result = run({"status"});
    ::chmod(directory->path().c_str(), 0700);
    QCOMPARE(result.status, 4);
    QVERIFY(result.err.contains("written to by others"));
  }
  void another_protocol_is_6() {
    const auto echo = server();
    echo->backend.greeting.protocol = 2;
    echo->start();
    QCOMPARE(run({"status"}).status, 6);
    QVERIFY(run({"list"}).out.contains("other protocol version"));
  }
  void connections_come_whole_and_harmless() {
    const auto echo = server();
    echo->backend.connections.clear();
    for (std::uint64_t i = 1; i <= 2500; ++i)
      echo->backend.connections.push_back(FakeBackend::connection(7, i));
    echo->backend.connections[0].label = "\x1b[31mred\x07\xff";
    echo->start();
    const QJsonArray all = run({"connections", "--json"}).json()["connections"].toArray();
    QCOMPARE(all.size(), 2500);
    const QJsonObject first = all[0].toObject();
    QCOMPARE(first["id"].toString(), QString("7-1"));
    QCOMPARE(first["peer"].toString(), QString("127.0.0.1:1"));
    QCOMPARE(first["opened_at_ms"].toInteger(), 1'700'000'000'000LL);
    QCOMPARE(first["opened_at"].toString(), QString("2023-11-14T22:13:20.000Z"));
    QVERIFY(first.contains("bytes_in") && first.contains("bytes_out") && first.contains("state"));
    QCOMPARE(first["label"].toString(), QString("\\x1b[31mred\\x07\\xff"));
    const Result text = run({"connections"});
    QCOMPARE(text.out.count('\n'), 2501);
    QVERIFY(!text.out.contains('\x1b') && text.out.contains("\\x1b[31mred"));
  }
  void close_tells_what_was_not_there() {
    const auto echo = server();
    echo->start();
    const Result all = run({"close", "7-1", "7-2"});
    QCOMPARE(all.status, 0);
    QCOMPARE(all.out, QByteArray("closing 7-1\nclosing 7-2\n"));
    const Result part = run({"close", "7-1", "9-9", "--json"});
    QCOMPARE(part.status, 7);
    QCOMPARE(part.json()["closing"].toArray(), QJsonArray{"7-1"});
    QCOMPARE(part.json()["unknown"].toArray(), QJsonArray{"9-9"});
    QVERIFY(part.err.contains("9-9"));
    QCOMPARE(run({"close", "9-9"}).status, 1);
    std::vector<std::string> many = {"close"};
    for (int i = 1; i <= 2500; ++i) many.push_back("9-" + std::to_string(i));
    QCOMPARE(run(many).err.count('\n'), 2500);
  }
  void restart_prints_its_steps_and_returns_at_final() {
    const auto echo = server();
    ScriptedServer& it = *echo;
    script(it,
           {[&] { it.publish("spawned", [](Step& step) { step.pid = 4188; }); }, [&] { it.publish("ready"); },
            [&] { it.publish("final", [](Step& step) { step.pid = 4188; }); }});
    echo->start();
    const Result text = run({"restart"});
    QCOMPARE(text.status, 0);
    const QByteArrayList lines = text.out.split('\n');
    QVERIFY(lines.size() >= 6);
    QVERIFY(lines[1].contains("requested") && lines[2].contains("spawned") && lines[2].contains("20 ms"));
    QVERIFY(lines[3].contains("ready") && lines[4].contains("final"));
    QVERIFY(lines[5].contains("generation 8 (pid 4188) is live"));
  }
  void restart_as_json() {
    const auto echo = server();
    ScriptedServer& it = *echo;
    script(it, {[&] { it.publish("final"); }});
    echo->start();
    const Result result = run({"restart", "--json"});
    QCOMPARE(result.status, 0);
    const QJsonObject json = result.json();
    QCOMPARE(json["outcome"].toString(), QString("final"));
    QCOMPARE(json["restart"].toInt(), 3);
    QCOMPARE(json["generation"].toInt(), 8);
    QCOMPARE(json["steps"].toArray().size(), 2);
    QCOMPARE(json["steps"].toArray()[1].toObject()["step"].toString(), QString("final"));
  }
  void a_failed_restart_is_1_and_says_why() {
    const auto echo = server();
    ScriptedServer& it = *echo;
    script(it, {[&] { it.publish("connected"); },
                [&] {
                  it.publish("failed", [](Step& step) {
                    step.text = "the new process ended before it was ready";
                    step.failed_at = "connected";
                    step.pid = 4188;
                    step.exit_status = 3;
                    step.output = {"config.yml:12: unknown key 'prot'"};
                  });
                }});
    echo->start();
    const Result text = run({"restart"});
    QCOMPARE(text.status, 1);
    QVERIFY(text.err.contains("failed at \"connected\": the new process ended before it was ready"));
    QVERIFY(text.err.contains("(pid 4188) exited with status 3"));
    QVERIFY(text.err.contains("  | config.yml:12: unknown key 'prot'"));
    QVERIFY(text.err.contains("Generation 7 keeps serving"));
  }
  void a_failed_restart_as_json() {
    const auto echo = server();
    ScriptedServer& it = *echo;
    script(it, {[&] {
             it.publish("failed", [](Step& step) {
               step.text = "it was killed";
               step.failed_at = "offered";
               step.term_signal = 9;
               step.output = {"last words"};
             });
           }});
    echo->start();
    const Result result = run({"restart", "--json"});
    QCOMPARE(result.status, 1);
    QCOMPARE(result.json()["outcome"].toString(), QString("failed"));
    QCOMPARE(result.json()["reason"].toString(), QString("it was killed"));
    QCOMPARE(result.json()["failed_at"].toString(), QString("offered"));
    QCOMPARE(result.json()["term_signal"].toInt(), 9);
    QCOMPARE(result.json()["output"].toArray(), QJsonArray{"last words"});
    QCOMPARE(result.json()["serving"].toInt(), 7);
  }
  void a_rollback_is_8() {
    const auto echo = server();
    ScriptedServer& it = *echo;
    script(it, {[&] { it.publish("trial"); },
                [&] {
                  it.publish("rolled_back", [](Step& step) {
                    step.text = "the new process died in its trial";
                    step.failed_at = "trial";
                  });
                }});
    echo->start();
    const Result result = run({"restart"});
    QCOMPARE(result.status, 8);
    QVERIFY(result.err.contains("was rolled back at \"trial\""));
  }
  void a_refused_restart_is_1() {
    const auto echo = server();
    echo->backend.on_restart = [] { return Refusal{restart_running, "a restart is going on (step ready)"}; };
    echo->start();
    const Result text = run({"restart"});
    QCOMPARE(text.status, 1);
    QVERIFY(text.err.contains("a restart is going on (step ready)"));
    const Result json = run({"restart", "--json"});
    QCOMPARE(json.status, 1);
    QCOMPARE(json.json()["outcome"].toString(), QString("refused"));
  }
  void restart_follows_the_server_to_the_next_generation() {
    const auto echo = server();
    ScriptedServer& it = *echo;
    // What comes before somebody is connected again must not be missed.
    script(it, {[&] {
             it.publish("committed");
             it.move();
             it.publish("trial");
             it.publish("final");
           }});
    echo->start();
    const Result result = run({"restart", "--json"});
    QCOMPARE(result.status, 0);
    QStringList steps;
    for (const auto& step : result.json()["steps"].toArray()) steps << step.toObject()["step"].toString();
    QCOMPARE(steps, QStringList({"requested", "committed", "trial", "final"}));
  }
  void who_is_in_charge_tells_the_end_when_the_steps_are_lost() {
    const auto echo = server();
    ScriptedServer& it = *echo;
    script(it, {[&] {
             it.publish("offered");
             it.next_backend.steps.clear();
             it.move();
             it.old_endpoint.close_clients();
           }});
    echo->start();
    QCOMPARE(run({"restart", "--json"}).json()["outcome"].toString(), QString("final"));
  }
  void a_restart_that_takes_too_long_is_5() {
    const auto echo = server();
    script(*echo, {});
    echo->start();
    const Result result = run({"restart", "--timeout", "200ms", "--json"});
    QCOMPARE(result.status, 5);
    QCOMPARE(result.json()["outcome"].toString(), QString("timed_out"));
  }
  void a_server_that_vanishes_in_a_restart_is_5() {
    const auto echo = server();
    ScriptedServer& it = *echo;
    script(it, {[&] {
             it.old_endpoint.stop();
             it.old_endpoint.close_clients();
             it.close_listener();
           }});
    echo->start();
    QCOMPARE(run({"restart"}).status, 5);
  }
  void an_interrupt_is_130_and_changes_nothing() {
    const auto echo = server();
    script(*echo, {});
    echo->start();
    testing::Process process(tree, options({"restart"}, {}));
    testing::eventually([&] { return process.standard_output().find("requested") != std::string::npos; },
                        "it waits");
    process.signal(SIGINT);
    const Result result = result_of(process);
    QCOMPARE(result.status, 130);
    QVERIFY(result.err.contains("the restart goes on"));
  }
  void shutdown_waits_for_the_end_of_the_process() {
    testing::Process process = serve_in_process("ends");
    const Result result = run({"shutdown"});
    QCOMPARE(result.status, 0);
    QVERIFY(!process.is_alive());
    QVERIFY(result.out.contains("2 connections are open"));
    QVERIFY(result.out.contains("echo has ended"));
  }
  void shutdown_as_json() {
    testing::Process process = serve_in_process("ends");
    const Result result = run({"shutdown", "--json"});
    QCOMPARE(result.status, 0);
    QCOMPARE(result.json()["outcome"].toString(), QString("ended"));
  }
  void shutdown_need_not_wait() {
    testing::Process process = serve_in_process("stays");
    QCOMPARE(run({"shutdown", "--no-wait"}).status, 0);
    QVERIFY(process.is_alive());
  }
  void a_shutdown_that_takes_too_long_is_5() {
    testing::Process process = serve_in_process("stays");
    const Result result = run({"shutdown", "--timeout", "200ms"});
    QCOMPARE(result.status, 5);
    QVERIFY(result.err.contains("goes on"));
  }
  void shutdown_follows_the_server_to_the_next_generation() {
    const auto echo = server();
    ScriptedServer& it = *echo;
    it.backend.on_shutdown = [&] { it.later([&] { it.move(); }); };
    it.next_backend.on_shutdown = [&] { it.next_endpoint.stopping({0}); };
    echo->start();
    // The process is this test and does not end.
    QCOMPARE(run({"shutdown", "--timeout", "300ms"}).status, 5);
    int asked = 0;
    it.on_thread([&] { asked = it.next_backend.shutdown_asked; });
    QCOMPARE(asked, 1);
  }
};

int main(int argc, char** argv) {
  if (argc == 4 && std::string(argv[1]) == "--scripted-server") return serve_as_process(argv[2], argv[3]);
  QCoreApplication app(argc, argv);
  CliCommands test;
  return QTest::qExec(&test, argc, argv);
}
#include "cli_commands.moc"
