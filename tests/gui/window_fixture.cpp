#include "gui/window_fixture.hpp"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QGuiApplication>

#include <utility>

#include "core/connections/connection_model.hpp"
#include "core/servers/server_watch.hpp"
#include "gui/picture.hpp"
#include "ui/banners/undo_bar.hpp"

using namespace uninterruptible::admin;
using namespace acting;

namespace {

const QLocale& english() {
  static const QLocale locale(QLocale::English, QLocale::UnitedStates);
  return locale;
}

/// UNINTERRUPTIBLE_PICTURES=DIRECTORY: what each test function came to, as a picture. It is light, or dark
/// with UNINTERRUPTIBLE_PALETTE=dark, and has letters UNINTERRUPTIBLE_LETTERS times as big.
void useLookOfPictures() {
  picture::usePalette(qEnvironmentVariable("UNINTERRUPTIBLE_PALETTE") == "dark"_q);
  const auto times = qEnvironmentVariable("UNINTERRUPTIBLE_LETTERS").toDouble();
  if (times <= 0) return;
  auto font = QApplication::font();
  font.setPointSizeF(font.pointSizeF() * times);
  QApplication::setFont(font);
}

}  // namespace

// The rows of a test's data are made before init().
WindowFixture::WindowFixture() { QLocale::setDefault(english()); }

void WindowFixture::takePicture() const {
  const auto directory = qEnvironmentVariable("UNINTERRUPTIBLE_PICTURES");
  if (directory.isEmpty() || !window_) return;
  auto name = "%1/%2-%3"_q.arg(directory, QString::fromLatin1(metaObject()->className()),
                               QString::fromLatin1(QTest::currentTestFunction()));
  if (const auto* const tag = QTest::currentDataTag()) name += "-%1"_q.arg(QString::fromLatin1(tag));
  QVERIFY(picture::of(*window_).save(name.replace(u' ', u'_') + ".png"_q));
}

void WindowFixture::init() {
  if (static bool first = true;
      std::exchange(first, false) && qEnvironmentVariableIsSet("UNINTERRUPTIBLE_PICTURES"))
    useLookOfPictures();
  speak(english());
  directory_.emplace();
  QVERIFY(directory_->isValid());
  // Before the I/O thread is there: the environment may not change under it.
  qputenv("UNINTERRUPTIBLE_CONTROL_DIR", directory_->path().toLocal8Bit());
  echo_ = std::make_unique<ScriptedServer>(directory_->path(), "echo"_q);
  settings_ = std::make_unique<Settings>(directory_->filePath("settings.ini"_q));
}

void WindowFixture::cleanup() {
  takePicture();
  window_.reset();
  watch_.reset();
  settings_.reset();
  echo_.reset();
  directory_.reset();
  translation_.reset();
}

void WindowFixture::speak(const QLocale& locale) {
  translation_.reset();
  QLocale::setDefault(locale);
  translation_.emplace(locale);
}

void WindowFixture::show(const QString& wanted) {
  watch_ = std::make_unique<ServerWatch>();
  window_ = std::make_unique<MainWindow>(watch_.get(), settings_.get(), wanted);
  window_->show();
  QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
}

void WindowFixture::beginWithEcho() {
  echo_->setInCharge(7);
  echo_->setGeneration(7, 3987, "live"_q, 3);
  for (const auto& id : {"7-1"_q, "7-2"_q, "7-3"_q}) echo_->open(id, "192.0.2.%1:5000"_q.arg(id.back()));
  QVERIFY(echo_->appear());
  show();
  QTRY_COMPARE_WITH_TIMEOUT(table().model()->rowCount(), 3, patience);
  QTRY_VERIFY_WITH_TIMEOUT(card(7), patience);
}

void WindowFixture::beginDraining() {
  beginWithEcho();
  echo_->setGeneration(8, 4121, "live"_q, 1);
  echo_->open("8-1"_q, "192.0.2.9:5000"_q);
  echo_->setInCharge(8);
  echo_->setGeneration(7, 3987, "draining"_q, 3);
  echo_->setCutOff(7, 600'000);
  QTRY_VERIFY_WITH_TIMEOUT(card(7) && card(8) && isShown(*card(7), "showOldestButton"_q), patience);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*card(7), "extendButton"_q), patience);
}

QTableView& WindowFixture::table() const { return *window_->findChild<QTableView*>("connectionTable"_q); }

QStringList WindowFixture::ids() const { return column(table(), ConnectionModel::Id); }

QStringList WindowFixture::selected() const {
  QStringList result;
  for (const auto& index : table().selectionModel()->selectedRows()) {
    result += index.data(ConnectionModel::IdRole).toString();
  }
  result.sort();
  return result;
}

QWidget* WindowFixture::card(int generation) const {
  return visible(*window_, "generationCard%1"_q.arg(generation));
}

QAction* WindowFixture::action(const QString& name) const { return window_->findChild<QAction*>(name); }

QString WindowFixture::clipboard() const { return QGuiApplication::clipboard()->text(); }

void WindowFixture::setUndoDelay(int milliseconds) {
  window_->findChild<UndoBar*>("undoBar"_q)->setDelay(std::chrono::milliseconds(milliseconds));
}
