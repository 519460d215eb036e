#include <QAction>
#include <QFile>
#include <QLineEdit>
#include <QLocalServer>
#include <QLocalSocket>

#include "core/connections/connection_model.hpp"
#include "core/link/socket_file.hpp"
#include "core/text/wording.hpp"
#include "gui/window_fixture.hpp"
#include "ui/banners/link_text.hpp"

using namespace uninterruptible::admin;
using namespace acting;

namespace {

/// A socket file as a server leaves it behind that was killed.
void leaveSocket(const QString& path) {
  QLocalServer server;
  QVERIFY(server.listen(path + "2"_q));
  // The name goes with the server that was given it, another one stays.
  QVERIFY(QFile::rename(path + "2"_q, path));
}

Contact contact(LinkPhase phase) {
  Contact result;
  result.name = "echo"_q;
  result.path = "/run/x/echo.sock"_q;
  result.link.phase = phase;
  result.link.since = 1'000'000;
  return result;
}

}  // namespace

/// What the window says of a server that cannot be reached, does not answer, or has ended.
class GuiStates : public WindowFixture {
  Q_OBJECT

 private Q_SLOTS:
  void contactIsPutIntoWords_data();
  void contactIsPutIntoWords();
  void aStaleSocketIsRemoved();
  void livingSocketsStay();
  void aSlowGreetingIsWaitedFor();
  void tenThousandAreShown();
  void whoIsLostIsLookedFor();
  void aServerThatHangsUpAtOnceIsQuoted();
  void updatesArePaused();
  void serversAreChosenByKey();
};

void GuiStates::contactIsPutIntoWords_data() {
  QTest::addColumn<Contact>("contact");
  QTest::addColumn<QString>("banner");
  QTest::addColumn<QStringList>("buttons");
  auto that = contact(LinkPhase::Connecting);
  that.link.since = wording::now();
  QTest::newRow("connecting, no time yet") << that << QString() << QStringList();
  that.link.since -= 400;
  QTest::newRow("connecting") << that << "Connecting to echo ..."_q << QStringList{"Disconnect"_q};
  that = contact(LinkPhase::Lost);
  that.link.reason = "no such file"_q;
  that.link.attempt = 2;
  that.link.nextTry = wording::now() + 3500;
  QTest::newRow("never reached")
      << that << "echo cannot be reached (no such file). Trying again in 4 s (attempt 3)."_q
      << QStringList{"Try Now"_q, "Stop Trying"_q};
  that.known = true;
  that.link.nextTry = 0;
  QTest::newRow("lost, and given up")
      << that << "Lost echo at %1. Not trying any more."_q.arg(wording::clock(1'000'000))
      << QStringList{"Try Now"_q};
  that = contact(LinkPhase::Stale);
  that.link.file = {.exists = true, .owner = "ada"_q, .group = "ops"_q, .mode = 0600, .changedAt = 1'000'000};
  QTest::newRow("stale")
      << that
      << "/run/x/echo.sock was left behind by a server that is no longer running (since %1)."_q.arg(
             wording::clock(1'000'000))
      << QStringList{"Remove File..."_q, "Try Now"_q};
  that.link.phase = LinkPhase::Denied;
  QTest::newRow("denied") << that << "You may not open /run/x/echo.sock (owner ada, group ops, mode 600)."_q
                          << QStringList{"Copy Command"_q, "Try Now"_q};
  that = contact(LinkPhase::Silent);
  that.link.peer = 4121;
  that.link.peerCondition = "Its process 4121 is stopped."_q;
  QTest::newRow("silent") << that << "echo does not answer. Its process 4121 is stopped."_q
                          << QStringList{"Keep Waiting"_q, "Disconnect"_q};
  that = contact(LinkPhase::Unreachable);
  that.host = "db1"_q;
  that.link.reason = "Host key verification failed."_q;
  QTest::newRow("no way") << that
                          << "echo cannot be reached through ssh to db1: Host key verification failed."_q
                          << QStringList{"Try Now"_q, "Show Output"_q, "Edit..."_q};
  that = contact(LinkPhase::Connected);
  QTest::newRow("connected") << that << QString() << QStringList();
  that.link.stopping = true;
  that.connections = 310;
  QTest::newRow("stopping") << that << "echo is shutting down, 310 connections left."_q
                            << QStringList{"Cut Off..."_q};
}

void GuiStates::contactIsPutIntoWords() {
  QFETCH(Contact, contact);
  QFETCH(QString, banner);
  QFETCH(QStringList, buttons);
  const auto text = uninterruptible::admin::linkText(contact, wording::now());
  QCOMPARE(text.bannerText, banner);
  QStringList names;
  for (const auto verb : text.verbs) names += textOf(verb);
  QCOMPARE(names, buttons);
  if (contact.link.phase != LinkPhase::Denied) return;
  QCOMPARE(text.command, "sudo -u ada uninterruptiblectl -s /run/x/echo.sock status"_q);
  auto open = contact;
  open.link.file.mode = 0660;
  QCOMPARE(uninterruptible::admin::linkText(open, wording::now()).command,
           "sudo usermod -aG ops \"$USER\""_q);
}

void GuiStates::aStaleSocketIsRemoved() {
  const auto path = directory_->filePath("echo.sock"_q);
  leaveSocket(path);
  show();
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "linkBannerText"_q).contains("was left behind by a server"_q),
                           patience);
  QVERIFY(click(*window_, "linkBannerButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "removeFileDialog"_q), patience);
  QVERIFY(click(*window_, "confirmButton"_q));
  QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(path), patience);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "emptyPage"_q), patience);
}

void GuiStates::livingSocketsStay() {
  QVERIFY(echo_->appear());
  const auto path = directory_->filePath("echo.sock"_q);
  QCOMPARE(removeStaleSocket(path), "A server answers there."_q);
  QVERIFY(QFile::exists(path));
  const auto other = directory_->filePath("settings.ini"_q);
  QFile file(other);
  QVERIFY(file.open(QIODevice::WriteOnly));
  QCOMPARE(removeStaleSocket(other), "It is no socket."_q);
  QVERIFY(QFile::exists(other));
  QVERIFY(removeStaleSocket(directory_->filePath("nothing"_q)).isEmpty());
}

void GuiStates::aSlowGreetingIsWaitedFor() {
  echo_->setSilent(true);
  QVERIFY(echo_->appear());
  show();
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "linkBannerText"_q), "Connecting to echo ..."_q, patience);
  QVERIFY(isShown(*window_, "linkBannerBusy"_q));
  QVERIFY(click(*window_, "linkBannerButton"_q));  // Disconnect
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "linkBannerText"_q).endsWith("Not trying any more."_q), patience);
  QVERIFY(!isShown(*window_, "linkBannerBusy"_q));
}

void GuiStates::tenThousandAreShown() {
  constexpr int many = 10'000;
  echo_->setInCharge(7);
  echo_->setGeneration(7, 3987, "live"_q, many);
  echo_->fill(7, many);
  QVERIFY(echo_->appear());
  show();
  QTRY_COMPARE_WITH_TIMEOUT(table().model()->rowCount(), many, patience);
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "selectionLabel"_q),
                            "0 selected of %1"_q.arg(wording::number(many)), patience);
  clickRow(table(), 2);
  table().sortByColumn(ConnectionModel::BytesIn, Qt::DescendingOrder);
  QCOMPARE(ids().first(), "7-%1"_q.arg(many));
  QCOMPARE(selected(), QStringList{"7-3"_q});
  echo_->stir(500);
  echo_->replace(100);
  QTRY_VERIFY_WITH_TIMEOUT(table().model()->rowCount() == many && ids().contains("7-10001"_q), patience);
  QCOMPARE(selected(), QStringList{"7-3"_q});
}

void GuiStates::whoIsLostIsLookedFor() {
  beginWithEcho();
  echo_->vanish();
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "linkBannerText"_q).startsWith("Lost echo at "_q), patience);
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "linkBannerText"_q).contains("(attempt "_q), patience);
  QVERIFY(click(*window_, "linkBannerButton2"_q));  // Stop Trying
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "linkBannerText"_q).endsWith("Not trying any more."_q), patience);
  QVERIFY(echo_->appear());
  QVERIFY(click(*window_, "linkBannerButton"_q));  // Try Now
  QTRY_COMPARE_WITH_TIMEOUT(linkText(), "Connected to echo"_q, patience);
}

void GuiStates::aServerThatHangsUpAtOnceIsQuoted() {
  echo_->setSilent(true);
  QVERIFY(echo_->appear());
  show();
  QTRY_COMPARE_WITH_TIMEOUT(echo_->clients(), 1, patience);
  echo_->say(R"({"jsonrpc":"2.0","id":null,"error":{"code":4,"message":"you have no role here"}})"
             "\n");
  echo_->hangUp();
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "linkBannerText"_q).contains("you have no role here"_q), patience);
  QVERIFY(text(*window_, "linkBannerText"_q).startsWith("You may not open "_q));
  QVERIFY(click(*window_, "linkBannerButton"_q));
  QVERIFY(clipboard().startsWith("sudo "_q));
}

void GuiStates::updatesArePaused() {
  beginWithEcho();
  QTest::keyClick(window_.get(), Qt::Key_F9);
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "pauseBannerText"_q).startsWith("Paused at "_q), patience);
  echo_->open("7-4"_q, "192.0.2.4:5000"_q);
  echo_->close({"7-1"_q});
  QTRY_VERIFY_WITH_TIMEOUT(text(*window_, "pauseBannerText"_q).endsWith(" 2 changes waiting."_q), patience);
  QCOMPARE(ids(), (QStringList{"7-1"_q, "7-2"_q, "7-3"_q}));
  QVERIFY(action("pauseAction"_q)->isChecked());
  QVERIFY(click(*window_, "pauseBannerButton"_q));
  QTRY_COMPARE_WITH_TIMEOUT(ids(), (QStringList{"7-2"_q, "7-3"_q, "7-4"_q}), patience);
  QVERIFY(!isShown(*window_, "pauseBanner"_q));
  QVERIFY(!action("pauseAction"_q)->isChecked());
}

void GuiStates::serversAreChosenByKey() {
  beginWithEcho();
  ScriptedServer mail(directory_->path(), "mail"_q);
  mail.setGeneration(1, 5000, "live"_q, 0);
  QVERIFY(mail.appear());
  auto* const list = visible<QAbstractItemView>(*window_, "serverList"_q);
  QTRY_COMPARE_WITH_TIMEOUT(list->model()->rowCount(), 2, patience);
  QTest::keyClick(window_.get(), Qt::Key_2, Qt::ControlModifier);
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "serverName"_q), "mail"_q, patience);
  QTest::keyClick(window_.get(), Qt::Key_1, Qt::ControlModifier);
  QTRY_COMPARE_WITH_TIMEOUT(text(*window_, "serverName"_q), "echo"_q, patience);
}

QTEST_MAIN(GuiStates)
#include "gui_states.moc"
