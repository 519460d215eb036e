#include <signal.h>
#include <unistd.h>

#include <QtTest>

#include "support/client.hpp"
#include "support/files.hpp"
#include "support/sandbox.hpp"
#include "support/snapshot.hpp"

using namespace testing;

class SupportProcesses : public QObject {
  Q_OBJECT

 private slots:
  void output_and_exit_status() {
    const Sandbox sandbox;
    Process process =
        sandbox.start({"sh", "-c", "echo out $EXTRA; echo err >&2; exit 3"}, {{"EXTRA", "more"}});
    QVERIFY(process.wait_exit() == exited(3));
    QCOMPARE(process.standard_output(), std::string("out more\n"));
    QCOMPARE(process.standard_error(), std::string("err\n"));
  }
  void a_missing_program_is_an_error() {
    const Sandbox sandbox;
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(sandbox.start({"/nowhere"})), std::system_error);
  }
  void signals_and_standard_input() {
    const Sandbox sandbox;
    Process sleeping = sandbox.start({"sleep", "1000"});
    QVERIFY(sleeping.is_alive());
    QVERIFY(!sleeping.wait_exit(1ms));
    QVERIFY(sleeping.signal(SIGTERM));
    QVERIFY(sleeping.wait_exit() == killed_by(SIGTERM));
    QVERIFY(!sleeping.is_alive());
    Process reading = sandbox.start({"cat"}, {}, true);
    QVERIFY(!reading.wait_exit(1ms));
    reading.close_stdin();
    QVERIFY(reading.wait_exit() == exited(0));
  }
  void grandchildren_are_adopted_and_their_exit_is_seen() {
    const Sandbox sandbox;
    Process parent = sandbox.start(
        {"sh", "-c", "(trap 'exit 7' TERM; echo set; sleep 1000 & wait) & echo $! > grandchild"});
    QVERIFY(parent.wait_exit() == exited(0));
    const pid_t grandchild = wait_for_pidfile(sandbox / "grandchild");
    wait_for_line(parent.output_path(), "set");
    eventually([&] { return sandbox.tree().pids().size() == 2; }, "the shell and its sleep run");
    ::kill(grandchild, SIGTERM);
    QVERIFY(wait_exit(grandchild) == exited(7));
  }
  void nothing_outlives_its_sandbox() {
    pid_t orphan = 0;
    std::string directory;
    {
      const Sandbox sandbox;
      directory = sandbox.directory().path().string();
      Process parent = sandbox.start({"sh", "-c", "trap '' TERM; setsid sleep 1000 & echo $! > pid"});
      QVERIFY(parent.wait_exit() == exited(0));
      orphan = wait_for_pidfile(sandbox / "pid");
      QVERIFY(is_alive(orphan));
    }
    QVERIFY(!is_alive(orphan));
    QVERIFY(!QFile::exists(QString::fromStdString(directory)));
  }
  void a_snapshot_tells_what_differs() {
    const Sandbox sandbox;
    Process first =
        sandbox.start({"sh", "-c", "exec 5</dev/zero; echo ready; read line"}, {{"EXTRA", "1"}}, true);
    Process second = sandbox.start({"sh", "-c", "echo ready; read line"}, {}, true);
    wait_for_line(first.output_path(), "ready");
    wait_for_line(second.output_path(), "ready");
    const std::string differs = difference(Snapshot::of(first.pid()), Snapshot::of(second.pid()));
    QCOMPARE(differs, std::string("/dev/zero descriptors: 1 -> 0\nenvironment: EXTRA=1\n"));
    QCOMPARE(difference(Snapshot::of(first.pid()), Snapshot::of(first.pid())), std::string());
  }
  void a_pidfile_without_a_number_names_nobody() {
    const Sandbox sandbox;
    for (const char* text : {"", "x", "-4", "12x"}) {
      write_file(sandbox / "pid", text);
      QVERIFY2(!read_pidfile(sandbox / "pid"), text);
    }
    write_file(sandbox / "pid", "12\n");
    QVERIFY(read_pidfile(sandbox / "pid") == 12);
  }
  void nobody_listens() {
    const Sandbox sandbox;
    QVERIFY(is_refused("unix://" + (sandbox / "socket")));
    QVERIFY(is_refused("tcp://127.0.0.1:1"));
  }
};

QTEST_GUILESS_MAIN(SupportProcesses)
#include "test_processes.moc"
