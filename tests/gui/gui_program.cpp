#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

/// The program itself, as a shell starts it.
class GuiProgram : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void helpAndVersionNeedNoDisplay_data();
  void helpAndVersionNeedNoDisplay();
};

void GuiProgram::helpAndVersionNeedNoDisplay_data() {
  QTest::addColumn<QStringList>("arguments");
  QTest::addColumn<int>("exitCode");
  QTest::addColumn<QString>("start");
  const auto help = QStringLiteral("Usage: uninterruptible-admin");
  QTest::newRow("--help") << QStringList{QStringLiteral("--help")} << 0 << help;
  QTest::newRow("-h") << QStringList{QStringLiteral("-h")} << 0 << help;
  QTest::newRow("--version") << QStringList{QStringLiteral("--version")} << 0
                             << QStringLiteral("uninterruptible-admin ");
  QTest::newRow("unknown") << QStringList{QStringLiteral("--sever")} << 2
                           << QStringLiteral("uninterruptible-admin: unknown option");
}

void GuiProgram::helpAndVersionNeedNoDisplay() {
  QFETCH(QStringList, arguments);
  QFETCH(int, exitCode);
  QFETCH(QString, start);
  QProcess program;
  auto environment = QProcessEnvironment::systemEnvironment();
  for (const auto& name : {QStringLiteral("DISPLAY"), QStringLiteral("WAYLAND_DISPLAY")})
    environment.remove(name);
  // A platform that does not exist: whoever makes an application object ends there.
  environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("none"));
  program.setProcessEnvironment(environment);
  program.setProcessChannelMode(QProcess::MergedChannels);
  program.start(qEnvironmentVariable("UNINTERRUPTIBLE_BIN") + QStringLiteral("/uninterruptible-admin"),
                arguments);
  QVERIFY2(program.waitForFinished(), qPrintable(program.errorString()));
  const auto output = QString::fromUtf8(program.readAll());
  QVERIFY2(output.startsWith(start), qPrintable(output));
  QCOMPARE(program.exitStatus(), QProcess::NormalExit);
  QCOMPARE(program.exitCode(), exitCode);
}

QTEST_GUILESS_MAIN(GuiProgram)
#include "gui_program.moc"
