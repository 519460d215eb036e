#include "gui/loop_probe.hpp"
#include "gui/slow_files.hpp"
#include "gui/window_fixture.hpp"

using namespace uninterruptible::admin;
using namespace acting;

/// Servers whose control sockets are on a file system that is very slow.
class GuiSlow : public WindowFixture {
  Q_OBJECT

 private Q_SLOTS:
  void aSlowFolderHoldsNothingUp();
};

void GuiSlow::aSlowFolderHoldsNothingUp() {
  constexpr int delay = 600;
  echo_->setInCharge(7);
  echo_->setGeneration(7, 3987, "live"_q, 1);
  echo_->open("7-1"_q, "192.0.2.1:5000"_q);
  QVERIFY(echo_->appear());
  show();  // what Qt itself looks for in the folder of the settings is not of interest
  QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringList{"7-1"_q}, patience);

  slow_files::slowDown(directory_->path().toStdString(), delay);
  const LoopProbe probe;
  echo_->hangUp();  // it is looked for again
  QTRY_VERIFY_WITH_TIMEOUT(slow_files::slowCalls() >= 1, patience);
  QTest::keyClick(window_.get(), Qt::Key_F5);
  QTRY_COMPARE_WITH_TIMEOUT(echo_->accepted(), 2, patience);
  QTRY_COMPARE_WITH_TIMEOUT(linkText(), "Connected to echo"_q, patience);
  QTRY_VERIFY_WITH_TIMEOUT(slow_files::slowCalls() >= 3, patience);
  slow_files::slowDown({}, 0);
  QCOMPARE(slow_files::slowCallsOfMainThread(), 0);
  QVERIFY2(probe.longest() < delay, qPrintable(QString::number(probe.longest())));
}

QTEST_MAIN(GuiSlow)
#include "gui_slow.moc"
