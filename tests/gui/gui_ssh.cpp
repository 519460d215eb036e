#include <QAction>
#include <QDir>
#include <QFile>
#include <QLineEdit>
#include <QPlainTextEdit>

#include "core/link/ssh_transport.hpp"
#include "core/servers/server_list_model.hpp"
#include "gui/window_fixture.hpp"

using namespace uninterruptible::admin;
using namespace acting;

/// Servers at the far side of an ssh, with a stand-in for ssh that leads to the scripted server.
class GuiSsh : public WindowFixture {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase();
  void argumentsAreGuarded();
  void addressesAreRead();
  void aServerIsTriedAndAdded();
  void anSshThatFailsIsQuoted();
  void addedServersAreRemembered();
  void restartsAreFollowedOnOneStream();

 private:
  /// Puts an `ssh` first in PATH that runs this Python instead.
  void standIn(const QByteArray& body);
  /// One that joins its input and output with the scripted server.
  void standInThatConnects();
  QByteArray path_;
};

void GuiSsh::initTestCase() { path_ = qgetenv("PATH"); }

void GuiSsh::standIn(const QByteArray& body) {
  QFile script(directory_->filePath("ssh"_q));
  QVERIFY(script.open(QIODevice::WriteOnly));
  script.write("#!/usr/bin/env python3\nimport os, select, socket, sys\n" + body);
  script.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
  qputenv("PATH", directory_->path().toLocal8Bit() + ':' + path_);
}

void GuiSsh::standInThatConnects() {
  standIn(
      "far = socket.socket(socket.AF_UNIX)\n"
      "far.connect('" +
      directory_->filePath("far/echo.sock"_q).toLocal8Bit() +
      "')\n"
      "while True:\n"
      "    for source in select.select([far, 0], [], [])[0]:\n"
      "        piece = far.recv(65536) if source is far else os.read(0, 65536)\n"
      "        if not piece: sys.exit(0)\n"
      "        far.sendall(piece) if source == 0 else os.write(1, piece)\n");
  // Not where servers of this machine are looked for.
  QVERIFY(QDir(directory_->path()).mkpath("far"_q));
  echo_ = std::make_unique<ScriptedServer>(directory_->filePath("far"_q), "echo"_q);
  echo_->setInCharge(7);
  echo_->setGeneration(7, 3987, "live"_q, 1);
  echo_->open("7-1"_q, "192.0.2.1:5000"_q);
  QVERIFY(echo_->appear());
}

void GuiSsh::argumentsAreGuarded() {
  const auto arguments = sshArguments("-oProxyCommand=x"_q, "a;b"_q, false);
  const auto end = arguments.indexOf("--"_q);
  QVERIFY(end > 0);
  QCOMPARE(arguments.mid(end + 1),
           (QStringList{"-oProxyCommand=x"_q, "uninterruptiblectl"_q, "dial-stdio"_q, "'a;b'"_q}));
  QVERIFY(arguments.contains("BatchMode=yes"_q));
  QVERIFY(!sshArguments("db1"_q, {}, true).contains("BatchMode=yes"_q));
  const auto where = [](const QString& host) {
    const auto all = sshArguments(host, {}, true).join(QLatin1Char(' '));
    return all.section("ConnectTimeout=10 "_q, 1).section(" uninterruptiblectl"_q, 0, 0);
  };
  QCOMPARE(where("ada@db1:2222"_q), "-p 2222 -- ada@db1"_q);
  QCOMPARE(where("ada@[2001:db8::1]:22"_q), "-p 22 -- ada@2001:db8::1"_q);
  QCOMPARE(where("[2001:db8::1]"_q), "-- 2001:db8::1"_q);
  QCOMPARE(where("2001:db8::1"_q), "-- 2001:db8::1"_q);
}

void GuiSsh::addressesAreRead() {
  const auto address = ServerAddress::ofSsh("ssh://ada@db1/mail"_q);
  QVERIFY(address);
  QCOMPARE(address->host, "ada@db1"_q);
  QCOMPARE(address->name, "mail"_q);
  QCOMPARE(address->argument(), "ssh://ada@db1/mail"_q);
  QCOMPARE(ServerAddress::ofSsh("ssh://db1"_q).value_or(ServerAddress{}).argument(), "ssh://db1"_q);
  for (const auto& text : {"ssh://db1:2222/run/x.sock"_q, "ssh://db1:2222//run/x.sock"_q})
    QCOMPARE(ServerAddress::ofSsh(text).value_or(ServerAddress{}).argument(), "ssh://db1:2222//run/x.sock"_q);
  QVERIFY(!ServerAddress::ofSsh("ssh://-oProxyCommand=x"_q));
  QVERIFY(!ServerAddress::ofSsh("db1"_q));
}

void GuiSsh::aServerIsTriedAndAdded() {
  standInThatConnects();
  show();
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "addServerButton"_q), patience);
  QVERIFY(click(*window_, "addServerButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "addServerDialog"_q), patience);
  QVERIFY(!visible(*window_, "confirmButton"_q)->isEnabled());
  QTest::keyClicks(visible(*window_, "hostField"_q), "db1"_q);
  QTest::keyClicks(visible(*window_, "nameField"_q), "echo"_q);
  QVERIFY(click(*window_, "testButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "testResult"_q), "It answers: generation 7, 1 open connection."_q,
                            patience);
  QVERIFY(click(*window_, "confirmButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "serverName"_q), "echo"_q, patience);
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringList{"7-1"_q}, patience);
  QCOMPARE(visible<QAbstractItemView>(*window_, "serverList"_q)
               ->model()
               ->index(0, 0)
               .data(ServerListModel::GroupRole),
           QVariant("db1"_q));
  action("copy_restartAction"_q)->trigger();
  QCOMPARE(clipboard(), "uninterruptiblectl -s ssh://db1/echo restart"_q);
  action("rehearseAction"_q)->trigger();
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("restart"_q), 1, patience);
}

void GuiSsh::anSshThatFailsIsQuoted() {
  standIn(
      "sys.stderr.write('Warning: new key\\nada@db1: Permission denied (publickey).\\n')\nsys.exit(255)\n");
  settings_->setServers({{.name = {}, .path = {}, .host = "ada@db1"_q}});
  show();
  QTRY_COMPARE_WITH_TIMEOUT(
      text(*window_, "linkBannerText"_q),
      "ada@db1 cannot be reached through ssh to ada@db1: ada@db1: Permission denied (publickey)."_q,
      patience);
  QVERIFY(click(*window_, "linkBannerButton2"_q));  // Show Output
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "outputDialog"_q), patience);
  QVERIFY(
      visible<QPlainTextEdit>(*window_, "outputText"_q)->toPlainText().startsWith("Warning: new key\n"_q));
  QVERIFY(click(*window_, "cancelButton"_q));
  // What is edited takes the place of what it was.
  standInThatConnects();
  QVERIFY(click(*window_, "linkBannerButton3"_q));  // Edit...
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "addServerDialog"_q), patience);
  QCOMPARE(visible<QLineEdit>(*window_, "userField"_q)->text(), "ada"_q);
  QTest::keyClicks(visible(*window_, "nameField"_q), "echo"_q);
  QVERIFY(click(*window_, "confirmButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringList{"7-1"_q}, patience);
  QCOMPARE(settings_->servers().size(), 1);
  QCOMPARE(settings_->servers().first().name, "echo"_q);
}

void GuiSsh::addedServersAreRemembered() {
  standInThatConnects();
  settings_->setServers({{.name = "echo"_q, .path = {}, .host = "db1"_q}});
  show();
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringList{"7-1"_q}, patience);
}

void GuiSsh::restartsAreFollowedOnOneStream() {
  standInThatConnects();
  settings_->setServers({{.name = "echo"_q, .path = {}, .host = "db1"_q}});
  show();
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringList{"7-1"_q}, patience);
  // The far side goes on by itself: `moved`, and then the next greeting on the same stream.
  echo_->say(
      R"({"jsonrpc":"2.0","method":"moved","params":{"generation":8,"pid":4121}})"
      "\n"
      R"({"jsonrpc":"2.0","method":"dialed","params":{"number":2}})"
      "\n"
      R"({"jsonrpc":"2.0","method":"hello","params":{"protocol":1,"name":"echo","generation":8,"pid":4121,)"
      R"("library_version":"0.1.0","role":"operate"}})"
      "\n");
  QTRY_COMPARE_WITH_TIMEOUT(echo_->asked("subscribe"_q), 2, patience);
  // Without this the far side would throw away what is asked from now on.
  QCOMPARE(echo_->asked("dial"_q), 1);
  QCOMPARE(echo_->params("dial"_q).value("number"_q).toInt(), 2);
  QTRY_COMPARE_WITH_TIMEOUT(linkText(), "Connected to echo"_q, patience);
  QCOMPARE(echo_->accepted(), 1);
}

QTEST_MAIN(GuiSsh)
#include "gui_ssh.moc"
