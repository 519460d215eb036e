#include <signal.h>
#include <unistd.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>
#include <deque>

#include "restart/history_look.hpp"
#include "support/load.hpp"

using namespace testing;

namespace {

void check(Chain::Options options, const std::function<void(Chain&)>& body) {
  const std::string problem = problem_with(std::move(options), body);
  QVERIFY2(problem.empty(), problem.c_str());
}

/// `2:1->2:finished:uid 0`, as far as it is decided.
std::string summary_of(const QJsonObject& one) {
  const std::string asker = one.contains("asker_uid") ? "uid " + std::to_string(one["asker_uid"].toInteger())
                                                      : text_of(one["asker"]);
  return std::to_string(one["restart"].toInteger()) + ":" +
         std::to_string(one["old_generation"].toInteger()) + "->" +
         std::to_string(one["generation"].toInteger()) + ":" + text_of(one["outcome"]) + ":" + asker;
}

std::vector<std::string> summary(const Chain& chain) {
  std::vector<std::string> all;
  for (const QJsonObject& one : history(chain)) all.push_back(summary_of(one));
  return all;
}

void wait_for(const Chain& chain, const std::vector<std::string>& wanted) {
  std::string found;
  const auto is_there = [&] {
    found.clear();
    const std::vector<std::string> now = summary(chain);
    for (const std::string& one : now) found += " " + one;
    return now == wanted;
  };
  if (becomes_true(is_there)) return;
  std::string expected;
  for (const std::string& one : wanted) expected += " " + one;
  throw std::runtime_error("the history is" + found + "\nnot" + expected);
}

/// Clients that have been answered once each.
class Clients {
 public:
  Clients(const Chain& chain, int count) {
    for (int i = 0; i < count; ++i) {
      clients_.emplace_back(chain.target());
      require(clients_.back().ask("hello") == "hello", "a client is served");
    }
  }
  Client& operator[](std::size_t index) { return clients_[index]; }
  /// `1-7`: as operators see it.
  [[nodiscard]] std::string id(const Chain& chain, std::size_t index) const {
    const QString port = ":" + QString::number(clients_[index].local_port());
    for (const auto& one : ctl(chain, {"connections", "--json"}).json()["connections"].toArray()) {
      if (one.toObject()["peer"].toString().endsWith(port)) return text_of(one.toObject()["id"]);
    }
    throw std::runtime_error("the connection is not listed");
  }
  void leave(std::size_t index) {
    clients_[index].half_close();
    require(clients_[index].at_end(), "it ends properly");
  }

 private:
  std::deque<Client> clients_;
};

void wait_for_count(const Chain& chain, qint64 number, const char* name, int count) {
  eventually([&] { return ledger_of(chain, number)[name].toInt(-1) == count; },
             std::string(name) + " becomes " + std::to_string(count));
}

std::string counts_of(const QJsonObject& ledger) {
  std::string text;
  for (const char* const name : {"open_at_final", "finished", "closed", "cut"})
    text += (text.empty() ? "" : " ") + std::to_string(ledger[name].toInt(-1));
  return text;
}

}  // namespace

/// What is remembered of restarts, and whether it is true.
class RestartHistory : public QObject {
  Q_OBJECT

 private slots:
  /// Everything a server can go through, remembered by all that follow.
  void who_asked_and_what_it_came_to() {
    const std::string me = "uid " + std::to_string(::getuid());
    check({.flags = {"--rollback-window", "0"}}, [&](Chain& chain) {
      must_end_with(0, ctl(chain, {"history"}));
      chain.good();
      must_end_with(0, ctl(chain, {"restart", "--rehearse"}));
      eventually([&] { return chain.status()["restart_step"].toString().isEmpty(); },
                 "the rehearsal is over");
      must_end_with(0, ctl(chain, {"restart"}));

      chain.good_restart();  // by USR1

      chain.script("echo no database; exit 3");
      must_end_with(1, ctl(chain, {"restart"}));

      chain.good();
      Process asker =
          chain.sandbox().start({program("uninterruptiblectl"), "-s", "chain", "restart", "--trial", "10m"});
      wait_for_restart_step(chain, "trial");
      must_end_with(0, ctl(chain, {"cancel"}));
      require(asker.wait_exit() == exited(8), "it is rolled back");
      eventually([&] { return chain.generations() == "3:live"; }, "the cancelled one is gone");

      chain.fixture();
      must_end_with(0, ctl(chain, {"restart"}));
      Client program_of_its_own(chain.target());
      require(program_of_its_own.ask("RESTART") == "asked", "the program asks");
      program_of_its_own.half_close();
      require(program_of_its_own.at_end(), "it ends");
      wait_for(chain, {"1:1->2:rehearsed:" + me, "2:1->2:finished:" + me, "3:2->3:finished:signal",
                       "4:3->4:failed:" + me, "5:3->4:rolled_back:" + me, "6:3->5:finished:" + me,
                       "7:5->6:finished:program"});
      require(text_of(restart_number(chain, 5)["reason"]) == "cancelled by " + me, "who cancelled");
      const CliResult limited = ctl(chain, {"history", "--limit", "2", "--json"});
      require(limited.json()["restarts"].toArray().size() == 2, limited.out);
      require(limited.json()["restarts"].toArray()[1].toObject()["restart"] == 7, "the latest are shown");
      must_end_with(1, ctl(chain, {"history", "8"}));
    });
  }

  /// The new generation carries out what was asked of the old one.
  void a_remembered_request_keeps_its_asker() {
    check({.flags = {"--rollback-window", "0"}}, [](Chain& chain) {
      const std::string me = "uid " + std::to_string(::getuid());
      const std::string go = chain.sandbox() / "tmp/go";
      chain.script("while [ ! -e '" + go + "' ]; do sleep 0.01; done\neval \"exec $SERVER\"");
      Process asker = chain.sandbox().start({program("uninterruptiblectl"), "-s", "chain", "restart"});
      wait_for_restart_step(chain, "spawned");
      chain.usr1();
      eventually([&] { return chain.has_logged("another one is remembered"); }, "the second is remembered");
      write_file(go, "", 0644);
      require(asker.wait_exit() == exited(0), "the first goes through");
      wait_for(chain, {"1:1->2:finished:" + me, "2:2->3:finished:signal"});
    });
  }

  /// The survivor knows what the dead one had written.
  void a_crash_of_the_live_one_takes_nothing_along() {
    check({.flags = {"--rollback-window", "0"}}, [](Chain& chain) {
      const std::string me = "uid " + std::to_string(::getuid());
      Clients staying(chain, 2);
      chain.good();
      must_end_with(0, ctl(chain, {"restart"}));
      Client with_the_second(chain.target());
      require(with_the_second.ask("hello") == "hello", "a client of the second");
      must_end_with(0, ctl(chain, {"restart"}));
      chain.script("exit 7");
      must_end_with(1, ctl(chain, {"restart"}));
      wait_for_restart_step(chain, "");  // else it is still under way, and repeated
      ::kill(chain.pid(), SIGKILL);
      wait_for(chain, {"1:1->2:draining:" + me, "2:2->3:crashed:" + me, "3:3->4:failed:" + me});
      require(text_of(restart_number(chain, 2)["reason"]) ==
                  "generation 3, which was in charge, died; generation 2 took over",
              "the reason of the crash");
      require(restart_number(chain, 3)["exit_status"] == 7, "what only the dead one saw");

      eventually([&] { return chain.has_logged("generation 1 attached"); }, "the oldest finds the survivor");
      staying.leave(0);
      wait_for_count(chain, 1, "finished", 1);
      chain.good();
      must_end_with(0, ctl(chain, {"restart"}));
      staying.leave(1);
      with_the_second.half_close();
      require(with_the_second.at_end(), "it ends");
      wait_for(chain, {"1:1->2:finished:" + me, "2:2->3:crashed:" + me, "3:3->4:failed:" + me,
                       "4:2->4:finished:" + me});
      require(counts_of(ledger_of(chain, 1)) == "2 2 0 0", "the first one's clients have all finished");
      require(counts_of(ledger_of(chain, 4)) == "1 1 0 0", "the second one's client, too");
    });
  }

  void a_takeover_repeats_what_was_under_way() {
    check({.flags = {"--rollback-window", "0"}}, [](Chain& chain) {
      const std::string me = "uid " + std::to_string(::getuid());
      Clients staying(chain, 1);
      chain.good();
      must_end_with(0, ctl(chain, {"restart"}));
      chain.script("exec sleep 1000");
      chain.usr1();
      wait_for_restart_step(chain, "spawned");
      const pid_t live = chain.pid();
      chain.good();
      ::kill(live, SIGKILL);
      wait_for(chain, {"1:1->2:crashed:" + me, "2:2->3:failed:signal", "3:1->3:draining:takeover"});
      require(text_of(restart_number(chain, 2)["failed_at"]) == "spawned", "how far it had come");
      require(counts_of(ledger_of(chain, 3)) == "1 0 0 0", "the client is there");
    });
  }

  void every_connection_is_accounted_for_data() {
    QTest::addColumn<QString>("end");
    for (const char* const end : {"second TERM", "killed", "shutdown at once"}) QTest::newRow(end) << end;
  }
  void every_connection_is_accounted_for() {
    QFETCH(QString, end);
    check({.flags = {"--rollback-window", "0"}}, [&](Chain& chain) {
      Clients clients(chain, 7);
      const pid_t old_one = chain.pid();
      chain.good();
      must_end_with(0, ctl(chain, {"restart", "--drain", "10m"}));
      require(counts_of(ledger_of(chain, 1)) == "7 0 0 0", "all are open at final");
      clients.leave(0);
      clients.leave(1);
      wait_for_count(chain, 1, "finished", 2);
      must_end_with(0, ctl(chain, {"close", clients.id(chain, 2)}));
      require(clients[2].at_end(), "it is closed");
      wait_for_count(chain, 1, "closed", 1);
      must_end_with(0, ctl(chain, {"close", "--now", clients.id(chain, 3), clients.id(chain, 4)}));
      require(clients[3].at_end() && clients[4].at_end(), "they are cut");
      wait_for_count(chain, 1, "cut", 2);
      require(counts_of(ledger_of(chain, 1)) == "7 3 1 2", "so far");
      require(text_of(restart_number(chain, 1)["outcome"]) == "draining", "two are left");
      if (end == "second TERM") {
        // One that comes within half a second of the takeover is meant for the whole server.
        const auto meant_for_it = std::chrono::steady_clock::now() + 600ms;
        eventually([&] { return std::chrono::steady_clock::now() > meant_for_it; }, "that time is over");
        ::kill(old_one, SIGTERM);
        eventually([&] { return chain.has_logged("is draining already"); }, "the first is taken");
        ::kill(old_one, SIGTERM);
      } else if (end == "killed") {
        ::kill(old_one, SIGKILL);
      } else {
        must_end_with(0, ctl(chain, {"shutdown", "--now", "--yes"}));
        eventually([&] { return chain.pids().empty(); }, "all end");
        require(chain.has_logged("open at final 7, finished 3, closed 1, cut 4"), "the log has the account");
        return;
      }
      eventually([&] { return text_of(restart_number(chain, 1)["outcome"]) == "finished"; }, "it has ended");
      const std::string wanted = end == "killed" ? "7 3 1 2" : "7 3 1 4";
      require(counts_of(ledger_of(chain, 1)) == wanted, "at the end: " + counts_of(ledger_of(chain, 1)));
      const std::string shown = ctl(chain, {"history", "1"}).out;
      require((shown.find("2 not accounted for") != std::string::npos) == (end == "killed"), shown);
      require(chain.has_logged("open at final 7, finished 3, closed 1, cut " + wanted.substr(6)),
              "the log has the same account");
    });
  }

  void a_drain_timeout_cuts() {
    check({.flags = {"--rollback-window", "0"}}, [](Chain& chain) {
      Clients clients(chain, 3);
      chain.good();
      must_end_with(0, ctl(chain, {"restart", "--drain", "100ms"}));
      for (std::size_t i = 0; i < 3; ++i) require(clients[i].at_end(), "it is cut");
      eventually([&] { return text_of(restart_number(chain, 1)["outcome"]) == "finished"; }, "it has ended");
      require(counts_of(ledger_of(chain, 1)) == "3 0 0 3", counts_of(ledger_of(chain, 1)));
    });
  }

  /// Who waits in the queue while nobody accepts is served by the new one.
  void who_waits_is_counted_data() {
    QTest::addColumn<int>("transport");
    QTest::newRow("tcp") << static_cast<int>(Transport::tcp);
    QTest::newRow("unix") << static_cast<int>(Transport::unix_path);
  }
  void who_waits_is_counted() {
    QFETCH(int, transport);
    check({.transport = static_cast<Transport>(transport),
           .flags = {"--rollback-window", "0", "--max-connections", "2"}},
          [transport](Chain& chain) {
            Clients served(chain, 2);
            std::deque<Client> waiting;
            for (int i = 0; i < 3; ++i) {
              waiting.emplace_back(chain.target());  // the kernel connects it
              waiting.back().send_line("hello");
            }
            chain.good();
            must_end_with(0, ctl(chain, {"restart"}));
            for (Client& client : waiting) {  // the new one has two places, too
              require(client.read_line() == "hello", "who waited is served");
              client.half_close();
            }
            eventually([&] { return ledger_of(chain, 1).contains("first_accept_us"); }, "by the new one");
            const QJsonObject ledger = ledger_of(chain, 1);
            const QJsonObject listener = ledger["listeners"].toArray()[0].toObject();
            // There are kernels without sock_diag for unix sockets.
            if (transport == static_cast<int>(Transport::tcp) || listener.contains("queued")) {
              require(listener["queued"] == 3,
                      "three waited, not " + std::to_string(listener["queued"].toInt()));
              require(listener["queue_limit"].toInt() > 3, "the limit of the queue");
            }
            require(ledger["gap_us"].toInteger(-1) > 0, "the gap is told");
            require(ledger["last_accept_us"].toInteger(1) < 0, "the last accept was before the request");
            require(ledger["first_accept_us"].toInteger(-1) > 0, "the first one after it");
            require(counts_of(ledger) == "2 0 0 0", "two are still served by the old one");
          });
  }

  /// Under load, with an account of every request on the other side.
  void nothing_is_lost_under_load_data() {
    QTest::addColumn<QString>("server");
    for (const char* const server : {"echo-server", "any-loop-server"}) QTest::newRow(server) << server;
  }
  void nothing_is_lost_under_load() {
    QFETCH(QString, server);
    check({.program = server.toStdString(), .flags = {"--rollback-window", "100ms"}}, [](Chain& chain) {
      Load load(chain.sandbox(), {"--target", chain.target(), "--short", "--half-close", "--workers", "1",
                                  "--rate", "150", "--long", "2", "--pace", "0.02", "--timeout", "20"});
      chain.good();
      must_end_with(0, ctl(chain, {"restart"}));
      require(Client(chain.target()).ask("hello") == "hello", "the new one has a client");
      eventually([&] { return ledger_of(chain, 1).contains("first_accept_us"); }, "and says so");
      const QJsonObject account = load.finish();
      require(Load::lost(account) == 0, "clients have lost nothing: " + Load::text(account));
      eventually([&] { return text_of(restart_number(chain, 1)["outcome"]) == "finished"; }, "it has ended");
      const QJsonObject record = restart_number(chain, 1);
      const QJsonObject ledger = record["ledger"].toObject();
      const std::string text = QJsonDocument(ledger).toJson().toStdString();
      require(ledger["cut"] == 0 && ledger["finished"] == ledger["open_at_final"],
              "nothing was cut: " + text);
      require(ledger["listeners"].toArray()[0].toObject()["turned_away"].toInt(0) == 0,
              "nobody was turned away: " + text);
      // Between the two accepts nobody was let in, so that the gap is within.
      const qint64 between = ledger["first_accept_us"].toInteger() - ledger["last_accept_us"].toInteger();
      require(between > 0, "the new one's first accept comes after the old one's last: " + text);
      qint64 committed = 0;
      for (const auto& step : record["steps"].toArray()) {
        if (step.toObject()["step"] == "committed") committed = step.toObject()["elapsed_ms"].toInteger();
      }
      require(ledger["last_accept_us"].toInteger() / 1000 <= committed,
              "the last accept is before COMMIT: " + text);
      require(ledger["first_accept_us"].toInteger() / 1000 >= committed - 1000,
              "the first after it: " + text);
      require(ledger["gap_us"].toInteger(-1) > 0, "the gap is told: " + text);
    });
  }

  void of_one_that_failed_early_there_is_no_account() {
    check({.flags = {"--rollback-window", "0"}}, [](Chain& chain) {
      chain.script("exit 3");
      must_end_with(1, ctl(chain, {"restart"}));
      const QJsonObject ledger = ledger_of(chain, 1);
      for (const char* const never :
           {"gap_us", "last_accept_us", "first_accept_us", "open_at_final", "finished", "closed", "cut"})
        require(!ledger.contains(never), std::string(never) + " is not known");
    });
  }
};

QTEST_GUILESS_MAIN(RestartHistory)
#include "restart_history.moc"
