#include <signal.h>

#include <QJsonArray>
#include <QtTest>
#include <filesystem>

#include "restart/service.hpp"
#include "support/client.hpp"
#include "support/control.hpp"
#include "support/files.hpp"
#include "support/snapshot.hpp"

using namespace testing;
using namespace std::chrono_literals;

/// Restarts, good and bad, leave nothing behind in a process or in the file system.
class RestartLeaks : public QObject {
  Q_OBJECT

 private slots:
  void good_restarts_data();
  void good_restarts();
  void failed_restarts_data();
  void failed_restarts();
  void descriptors_are_not_inherited();
};

void RestartLeaks::good_restarts_data() {
  QTest::addColumn<QString>("program");
  QTest::addColumn<QString>("bind");
  for (const char* const program : {"echo-server", "thread-pool-server", "any-loop-server"})
    QTest::newRow(program) << program << "tcp://127.0.0.1:0";
  for (const char* const program : {"echo-server", "thread-pool-server"})
    QTest::addRow("%s, tls", program) << program << "tls://127.0.0.1:0";
}

/// The twelfth generation holds what the second did; both were born by a restart.
void RestartLeaks::good_restarts() {
  QFETCH(const QString, program);
  QFETCH(const QString, bind);
  Service service({.program = program.toStdString(), .binds = {bind.toStdString(), "unix://echo.sock"}});
  const Snapshot first = service.at_rest();
  service.restart();
  const Snapshot second = service.at_rest();
  for (int i = 0; i < 10; ++i) {
    Client client(service.target(static_cast<std::size_t>(i % 2)));
    QCOMPARE(client.ask("hello"), "hello");
    service.restart();
  }
  const Snapshot last = service.at_rest();
  QCOMPARE(QString::fromStdString(difference(second, last)), QString());
  QVERIFY2(last.resident_kib < second.resident_kib + memory_slack_kib(),
           qPrintable(QString("%1 KiB -> %2 KiB").arg(second.resident_kib).arg(last.resident_kib)));
  QCOMPARE(first.environment, last.environment);
  QVERIFY(std::filesystem::is_empty(service.sandbox() / "tmp"));
  QCOMPARE(service.left_behind(), (std::vector<std::string>{"control/served.sock", "control/served.sock.lock",
                                                            "echo.sock", "echo.sock.lock", "pid"}));
  QCOMPARE(service.shut_down(), exited(0));
}

void RestartLeaks::failed_restarts_data() {
  QTest::addColumn<QString>("start_command");
  QTest::addColumn<QString>("step");
  QTest::newRow("cannot be executed") << "/nonexistent {}"
                                      << "failed";
  QTest::newRow("ends before HELLO") << "sh -c 'echo sorry; exit 3; {}'"
                                     << "failed";
  QTest::newRow("dies ready") << "env UNINTERRUPTIBLE_FAULT=before.READY:kill {}"
                              << "failed";
  QTest::newRow("dies serving") << "env UNINTERRUPTIBLE_FAULT=sent.SERVING:kill {}"
                                << "rolled_back";
}

void RestartLeaks::failed_restarts() {
  QFETCH(const QString, start_command);
  QFETCH(const QString, step);
  Service service({.trial = "10s", .start_command = start_command.toStdString()});
  const pid_t pid = service.pid();
  std::optional<Snapshot> before;
  const std::string outcome = step == "failed" ? " failed at" : " was rolled back at";
  for (int number = 1; number <= 12; ++number) {
    ::kill(pid, SIGUSR1);
    wait_for_line(service.log(), "restart " + std::to_string(number) + outcome);
    eventually([&] { return status_of(service.control())["restart_step"].toString().isEmpty(); },
               "it is over");
    if (number == 2) before = service.at_rest();
  }
  const Snapshot after = service.at_rest();
  QCOMPARE(QString::fromStdString(difference(*before, after)), QString());
  QCOMPARE(service.sandbox().tree().pids(), std::vector<pid_t>{pid});
  QVERIFY(std::filesystem::is_empty(service.sandbox() / "tmp"));
  QCOMPARE(Client(service.target()).ask("PID?"), std::to_string(pid));
  QCOMPARE(service.shut_down(), exited(0));
}

/// A wrapper between the generations shows what a new process is given: its standard streams and the channel.
void RestartLeaks::descriptors_are_not_inherited() {
  Service service({.start_command = R"(sh -c "ls -l /proc/self/fd > fds; exec {}")"});
  Client client(service.target());
  QCOMPARE(client.ask("PID?"), std::to_string(service.pid()));
  service.restart();
  int descriptors = 0;
  for (const std::string& line : split_lines(read_file(service.sandbox() / "fds")))
    descriptors += line.find(" -> ") != std::string::npos ? 1 : 0;
  QCOMPARE(descriptors, 5);  // three streams, the channel, and that of the ls itself on /proc
  client.half_close();
  QVERIFY(client.at_end());
  QCOMPARE(service.shut_down(), exited(0));
}

QTEST_GUILESS_MAIN(RestartLeaks)
#include "restart_leaks.moc"
