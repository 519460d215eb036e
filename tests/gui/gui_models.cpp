#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>
#include <QThread>
#include <algorithm>

#include "core/generations/generation_list_model.hpp"
#include "core/restart/restart_step_model.hpp"
#include "core/servers/server_list_model.hpp"
#include "core/text/wording.hpp"

using namespace uninterruptible::admin;
namespace control = uninterruptible::control;

namespace {

constexpr auto fatal = QAbstractItemModelTester::FailureReportingMode::QtTest;

control::GenerationStatus generation(std::uint64_t number, const char* state, std::uint64_t connections) {
  control::GenerationStatus status;
  status.generation = number;
  status.pid = static_cast<pid_t>(number) + 100;
  status.state = state;
  status.connections = connections;
  return status;
}

control::Step step(std::uint64_t number, const char* word, int elapsed, std::uint64_t restart = 1) {
  control::Step result;
  result.number = number;
  result.restart = restart;
  result.generation = restart + 1;
  result.step = word;
  result.elapsed = std::chrono::milliseconds(elapsed);
  result.at = control::WallTime(std::chrono::milliseconds(1'000'000 + elapsed));
  return result;
}

}  // namespace

class GuiModels : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void generationsAreMerged();
  void stepsTellTheStory();
  void aTrialIsLeftOutWhereThereIsNone();
  void aFailureSaysWhyAndWhatItMeans();
  void aNewRestartReplacesTheOld();
  void serversComeAndGo();
  void textBecomesPlain();
  void timesAreReadable();
};

void GuiModels::generationsAreMerged() {
  GenerationListModel model;
  const QAbstractItemModelTester tester(&model, fatal);
  model.setGenerations({generation(7, "live", 9)});
  QCOMPARE(model.index(0).data().toString(), QStringLiteral("Generation 7 - Live"));
  model.setGenerations({generation(7, "draining", 9), generation(8, "live", 1)});
  QCOMPARE(model.rowCount(), 2);
  QCOMPARE(model.at(0).status.generation, 8U);
  model.setGenerations({generation(7, "draining", 4), generation(8, "live", 6)});
  QCOMPARE(model.at(1).drainFrom, 9U);
  QCOMPARE(model.at(0).drainFrom, 0U);
  QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
  model.setGenerations({generation(7, "draining", 4), generation(8, "live", 6)});
  QCOMPARE(changed.size(), 0);
  model.setGenerations({generation(8, "live", 6), generation(9, "live", 0), generation(5, "draining", 1)});
  QCOMPARE(model.rowCount(), 3);
  QCOMPARE(model.at(2).status.generation, 5U);
  model.setGenerations({generation(9, "live", 6)});
  QCOMPARE(model.rowCount(), 1);
  QCOMPARE(model.at(0).status.connections, 6U);
}

void GuiModels::stepsTellTheStory() {
  RestartStepModel model;
  const QAbstractItemModelTester tester(&model, fatal);
  QCOMPARE(model.report().outcome(), RestartReport::Outcome::None);
  model.apply({step(1, "requested", 0), step(2, "spawned", 20)});
  QCOMPARE(model.rowCount(), 9);
  QCOMPARE(model.at(1).state, RestartStop::State::Reached);
  QCOMPARE(model.at(2).state, RestartStop::State::Current);
  QCOMPARE(model.at(3).state, RestartStop::State::Ahead);
  auto progress = step(3, "progress", 30);
  progress.text = "loading 3 of 9";
  model.apply({progress});
  QCOMPARE(model.report().remark(), QStringLiteral("loading 3 of 9"));
  model.apply({step(4, "connected", 40), step(5, "offered", 44), step(6, "ready", 840),
               step(7, "committed", 841), step(8, "trial", 842), step(9, "final", 2842),
               step(10, "draining", 2843)});
  QCOMPARE(model.report().outcome(), RestartReport::Outcome::Draining);
  QCOMPARE(model.at(4).elapsed.value_or(std::chrono::milliseconds(0)).count(), 840);
  QCOMPARE(model.at(8).state, RestartStop::State::Current);
  model.apply({step(11, "finished", 362'000)});
  QCOMPARE(model.report().outcome(), RestartReport::Outcome::Finished);
  QCOMPARE(model.at(8).state, RestartStop::State::Reached);
  QCOMPARE(model.report().headline(0), QStringLiteral("Restart into generation 2 finished in 6 m 02 s"));
}

void GuiModels::aTrialIsLeftOutWhereThereIsNone() {
  RestartStepModel model;
  model.apply({step(1, "requested", 0)});
  QCOMPARE(model.rowCount(), 9);
  model.setTrial(false);
  QCOMPARE(model.rowCount(), 8);
}

void GuiModels::aFailureSaysWhyAndWhatItMeans() {
  RestartStepModel model;
  auto failed = step(3, "failed", 412);
  failed.text = "the new process ended before it was ready";
  failed.failed_at = "spawned";
  failed.pid = 4188;
  failed.exit_status = 3;
  failed.output = {"config.yml:12: unknown key 'prot'"};
  model.apply({step(1, "requested", 0), step(2, "spawned", 20), failed});
  const auto& report = model.report();
  QCOMPARE(report.outcome(), RestartReport::Outcome::Failed);
  QCOMPARE(model.at(2).state, RestartStop::State::Broken);
  QVERIFY(report.reason().contains(QStringLiteral("Process 4188 exited with status 3.")));
  QCOMPARE(report.consequence(1), QStringLiteral("Generation 1 keeps serving. No connection was lost."));
  QCOMPARE(report.lastLines(), QStringList{QStringLiteral("config.yml:12: unknown key 'prot'")});
  const auto text = report.text(QStringLiteral("echo"), 1);
  QVERIFY(
      text.startsWith(QStringLiteral("echo: Restart into generation 2 failed after the step \"Spawned\"")));
  QVERIFY(text.contains(QStringLiteral("| config.yml:12")));

  auto back = step(4, "rolled_back", 900, 2);
  back.term_signal = 9;
  back.pid = 4200;
  model.apply({step(4, "requested", 0, 2), back});
  QVERIFY(model.report().reason().contains(QStringLiteral("SIGKILL")));
  // Here the promise that nothing was lost would be a lie.
  QVERIFY(!model.report().consequence(1).contains(QStringLiteral("No connection was lost")));
}

void GuiModels::aNewRestartReplacesTheOld() {
  RestartReport report;
  report.apply(step(1, "requested", 0, 1));
  report.apply(step(2, "failed", 5, 1));
  report.apply(step(3, "requested", 0, 2));
  QCOMPARE(report.outcome(), RestartReport::Outcome::Running);
  QVERIFY(report.lastLines().isEmpty());
  report.apply(step(4, "finished", 9, 1));  // of the old one, late
  QCOMPARE(report.outcome(), RestartReport::Outcome::Running);
}

void GuiModels::serversComeAndGo() {
  QThread io;
  io.start();
  {
    ServerListModel model(&io);
    const QAbstractItemModelTester tester(&model, fatal);
    const ServerAddress echo{.name = QStringLiteral("echo"), .path = QStringLiteral("/nowhere/echo.sock")};
    const ServerAddress mail{.name = QStringLiteral("mail"), .path = QStringLiteral("/nowhere/mail.sock")};
    model.setFound({echo});
    model.setFound({echo, mail});
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.find(QStringLiteral("mail")), 1);
    model.setFound({mail});  // never reached: goes with its socket
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.index(0).data().toString(), QStringLiteral("mail"));
  }
  io.quit();
  QVERIFY(io.wait());
}

void GuiModels::textBecomesPlain() {
  QCOMPARE(wording::plain("a\nb"), QStringLiteral("a\uFFFDb"));
  QCOMPARE(wording::plain("\xE2\x80\xAE"
                          "abc"),
           QStringLiteral("\uFFFDabc"));  // right-to-left override
  QCOMPARE(wording::plain("<b>x</b>"), QStringLiteral("<b>x</b>"));
  QCOMPARE(wording::plain(std::string(10'000, 'x')).size(), 2001);
}

void GuiModels::timesAreReadable() {
  using namespace std::chrono_literals;
  QCOMPARE(wording::elapsed(840ms), QStringLiteral("840 ms"));
  QCOMPARE(wording::elapsed(1400ms), QStringLiteral("1.4 s"));
  QCOMPARE(wording::elapsed(362s), QStringLiteral("6 m 02 s"));
  QCOMPARE(wording::age(0, 41'900), QStringLiteral("41 s"));
  QCOMPARE(wording::age(0, 7'860'000), QStringLiteral("2 h 11 m"));
  QCOMPARE(wording::age(5000, 0), QStringLiteral("0 s"));  // clocks differ
  QCOMPARE(wording::connections(1), QStringLiteral("1 connection"));
}

QTEST_GUILESS_MAIN(GuiModels)
#include "gui_models.moc"
