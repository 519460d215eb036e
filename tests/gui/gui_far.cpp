#include <QDir>
#include <QFile>

#include "cli/ssh_server.hpp"
#include "core/connections/connection_model.hpp"
#include "core/servers/server_list_model.hpp"
#include "gui/live_fixture.hpp"
#include "gui/loop_probe.hpp"
#include "support/client.hpp"
#include "support/control.hpp"
#include "support/files.hpp"

using namespace uninterruptible::admin;
using namespace acting;

/// A person and servers of other machines: through a real sshd, and through an ssh that hangs.
class GuiFar : public LiveFixture {
  Q_OBJECT

 private Q_SLOTS:
  void aServerBehindSshIsAddedAndRestarted();
  void anSshThatHangsHoldsNothingUp();

 private:
  /// Servers of this machine are looked for where there are none.
  void lookElsewhere();
  void add(const QString& address);
};

void GuiFar::lookElsewhere() {
  const auto near = QString::fromStdString(*sandbox_ / "near");
  QVERIFY(QDir().mkpath(near));
  qputenv("UNINTERRUPTIBLE_CONTROL_DIR", near.toLocal8Bit());
}

void GuiFar::add(const QString& address) {
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "addServerButton"_q), patience);
  QVERIFY(click(*window_, "addServerButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "addServerDialog"_q), patience);
  QTest::keyClicks(visible(*window_, "hostField"_q), address);
}

void GuiFar::aServerBehindSshIsAddedAndRestarted() {
  startServer("far");
  const testing::SshServer sshd(*sandbox_);
  if (!sshd.missing().empty()) QSKIP(sshd.missing().c_str());
  lookElsewhere();
  qputenv("UNINTERRUPTIBLE_SSH", QByteArray::fromStdString(sshd.client()));
  const auto logins = [&] { return QByteArray::fromStdString(sshd.log()).count("Accepted"); };
  const auto before = logins();
  const auto address = testing::target_of(sandbox_->control_path("far"));
  testing::Client client(address);
  QCOMPARE(client.ask("hello").value_or(""), "hello");

  show();
  add(QString::fromStdString(sshd.address("far")));
  QTest::keyClick(visible(*window_, "hostField"_q), Qt::Key_Return);
  waitForServer("far"_q);
  QCOMPARE(settings_->servers().first().name, "far"_q);
  QTRY_COMPARE_WITH_TIMEOUT(table().model()->rowCount(), 1, patience);
  QVERIFY(column(table(), ConnectionModel::Peer).first().endsWith(QString::number(client.local_port())));

  clickRestart();
  QTRY_COMPARE_WITH_TIMEOUT(cardText(2, "cardState"_q), "Live"_q, patience);
  QTRY_COMPARE_WITH_TIMEOUT(cardText(1, "cardState"_q), "Draining"_q, patience);
  QTRY_COMPARE_WITH_TIMEOUT(words("linkLabel"_q), "Connected to far"_q, patience);
  // What the next generation says is heard, on the same stream: one login for both.
  testing::Client late(address);
  QCOMPARE(late.ask("hello").value_or(""), "hello");
  QTRY_COMPARE_WITH_TIMEOUT(column(table(), ConnectionModel::Generation).count("2"_q), 1, patience);
  client.half_close();
  QTRY_VERIFY_WITH_TIMEOUT(!card(1), patience);
  // And it is heard: another restart.
  clickRestart();
  QTRY_COMPARE_WITH_TIMEOUT(cardText(3, "cardState"_q), "Live"_q, patience);
  QCOMPARE(logins(), before + 1);
}

void GuiFar::anSshThatHangsHoldsNothingUp() {
  lookElsewhere();
  const auto script = *sandbox_ / "ssh";
  const auto pids = QString::fromStdString(*sandbox_ / "pids");
  testing::write_file(script, "#!/bin/sh\necho $$ >>" + pids.toStdString() + "\nexec sleep 1000\n", 0755);
  qputenv("UNINTERRUPTIBLE_SSH", QByteArray::fromStdString(script));
  const auto started = [&] {
    QFile file(pids);
    QList<pid_t> result;
    if (!file.open(QIODevice::ReadOnly)) return result;
    for (const auto& line : file.readAll().split('\n')) {
      if (!line.isEmpty()) result += line.toInt();
    }
    return result;
  };
  show();
  const LoopProbe probe;
  add("db1"_q);
  QVERIFY(click(*window_, "testButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(words("testResult"_q), "Connecting ..."_q, patience);
  QTRY_COMPARE_WITH_TIMEOUT(started().size(), 1, patience);
  QVERIFY(click(*window_, "confirmButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(words("serverName"_q), "db1"_q, patience);
  QTRY_COMPARE_WITH_TIMEOUT(words("linkBannerText"_q), "Connecting to db1 ..."_q, patience);
  QTRY_COMPARE_WITH_TIMEOUT(started().size(), 2, patience);
  QVERIFY(click(*window_, "linkBannerButton"_q));  // Disconnect
  QTRY_VERIFY_WITH_TIMEOUT(words("linkBannerText"_q).contains("Not trying any more."_q), patience);
  for (const auto pid : started()) QTRY_VERIFY_WITH_TIMEOUT(!testing::is_alive(pid), patience);
  QVERIFY2(probe.longest() < 2000, qPrintable(QString::number(probe.longest())));
}

QTEST_MAIN(GuiFar)
#include "gui_far.moc"
