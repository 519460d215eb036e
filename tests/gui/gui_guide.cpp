#include <QAction>
#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QUrl>

#include "gui/window_fixture.hpp"
#include "ui/guide/guide.hpp"

using namespace uninterruptible::admin;
using namespace acting;

/// Open Guide: where it looks, and what it does where there is none.
class GuiGuide : public WindowFixture {
  Q_OBJECT

 public Q_SLOTS:
  void opened(const QUrl& url) { opened_ = url; }

 private Q_SLOTS:
  void theGuideIsFoundWhereItIsInstalled();
  void itIsOpenedFromPageAndMenu();
  void withoutAGuideTheReasonIsTold();

 private:
  QUrl opened_;
};

void GuiGuide::theGuideIsFoundWhereItIsInstalled() {
  const QDir root(directory_->path());
  // Nothing that is installed on this machine.
  qputenv("XDG_DATA_HOME", root.filePath("home"_q).toLocal8Bit());
  qputenv("XDG_DATA_DIRS", root.filePath("system"_q).toLocal8Bit());
  const auto programs = root.filePath("prefix/bin"_q);
  QVERIFY(root.mkpath(programs));
  QCOMPARE(findGuide(programs), QString());
  const auto write = [](const QString& folder, const QString& name) {
    QFile file(QDir(folder).filePath(name));
    QVERIFY(QDir().mkpath(folder) && file.open(QIODevice::WriteOnly));
  };
  const auto beside = guideFolder(programs);
  QVERIFY(beside.startsWith(root.filePath("prefix/"_q)));
  const auto canonical = [](const QString& path) { return QFileInfo(path).canonicalFilePath(); };
  const auto system = root.filePath("system/doc/"_q + QFileInfo(beside).fileName());
  write(system, "README.md"_q);
  QCOMPARE(findGuide(programs), canonical(system + "/README.md"_q));
  write(system, "admin.md"_q);
  QCOMPARE(findGuide(programs), canonical(system + "/admin.md"_q));
  write(beside, "admin.md"_q);
  QCOMPARE(findGuide(programs), canonical(beside + "/admin.md"_q));
}

void GuiGuide::itIsOpenedFromPageAndMenu() {
  show();
  const auto path = directory_->filePath("admin.md"_q);
  window_->setGuide(path);
  QDesktopServices::setUrlHandler("file"_q, this, "opened");
  action("guideAction"_q)->trigger();
  QCOMPARE(opened_, QUrl::fromLocalFile(path));
  opened_.clear();
  QTRY_VERIFY_WITH_TIMEOUT(click(*window_, "openGuideButton"_q), patience);
  QCOMPARE(opened_, QUrl::fromLocalFile(path));
  QDesktopServices::unsetUrlHandler("file"_q);
}

void GuiGuide::withoutAGuideTheReasonIsTold() {
  show();
  const auto reason = "The guide was not installed with this program."_q;
  QVERIFY(!action("guideAction"_q)->isEnabled());
  QCOMPARE(action("guideAction"_q)->toolTip(), reason);
  QTRY_VERIFY_WITH_TIMEOUT(isShown(*window_, "openGuideButton"_q), patience);
  const auto* const button = visible<QPushButton>(*window_, "openGuideButton"_q);
  QVERIFY(!button->isEnabled());
  QCOMPARE(button->toolTip(), reason);
  window_->setGuide(directory_->filePath("admin.md"_q));
  QVERIFY(button->isEnabled());
  QCOMPARE(button->toolTip(), "Read how this program is used"_q);
}

QTEST_MAIN(GuiGuide)
#include "gui_guide.moc"
