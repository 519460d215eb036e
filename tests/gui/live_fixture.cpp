#include "gui/live_fixture.hpp"

#include "support/files.hpp"

using namespace uninterruptible::admin;
using namespace acting;

void LiveFixture::init() {
  sandbox_.emplace();
  // Before the I/O thread is there: the environment may not change under it.
  qputenv("UNINTERRUPTIBLE_CONTROL_DIR", QByteArray::fromStdString(sandbox_->control_directory()));
  settings_ = std::make_unique<Settings>(QString::fromStdString(*sandbox_ / "settings.ini"));
}

void LiveFixture::cleanup() {
  window_.reset();
  watch_.reset();
  settings_.reset();
  server_.reset();
  sandbox_.reset();
}

void LiveFixture::show() {
  watch_ = std::make_unique<ServerWatch>();
  window_ = std::make_unique<MainWindow>(watch_.get(), settings_.get());
  window_->show();
  QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
}

void LiveFixture::startServer(const std::string& name, const std::vector<std::string>& more) {
  std::vector<std::string> command{
      testing::program("echo-server"), "--bind", "tcp://127.0.0.1:0", "--lines", "--name", name};
  command.insert(command.end(), more.begin(), more.end());
  server_.reset();
  server_.emplace(sandbox_->start(command));
}

void LiveFixture::waitForServer(const QString& name) {
  QTRY_COMPARE_WITH_TIMEOUT(words("serverName"_q), name, patience);
  QTRY_VERIFY_WITH_TIMEOUT(card(1), patience);
  QTRY_VERIFY_WITH_TIMEOUT(!target().empty(), patience);
}

QTableView& LiveFixture::table() const { return *window_->findChild<QTableView*>("connectionTable"_q); }

QWidget* LiveFixture::card(int generation) const {
  return visible(*window_, "generationCard%1"_q.arg(generation));
}

QString LiveFixture::cardText(int generation, const QString& name) const {
  const auto* const shown = card(generation);
  return shown ? text(*shown, name) : QString();
}

void LiveFixture::clickRestart() {
  QTRY_VERIFY_WITH_TIMEOUT(click(*window_, "restartButton"_q), patience);
  QVERIFY(click(*window_, "confirmButton"_q));
}
