// gui-screenshots DIRECTORY [dark]: the pictures of the manual, from a real server with real connections,
// real restarts and a real failure. Each is of what a person would see after the clicks before it.

#include <QApplication>
#include <QFile>
#include <QLocale>
#include <QTextStream>
#include <csignal>
#include <list>
#include <stdexcept>

#include "core/servers/server_watch.hpp"
#include "core/settings/settings.hpp"
#include "gui/acting.hpp"
#include "gui/picture.hpp"
#include "support/client.hpp"
#include "support/files.hpp"
#include "support/sandbox.hpp"
#include "ui/language/translation.hpp"
#include "ui/style/app_icon.hpp"
#include "ui/window/main_window.hpp"

using namespace uninterruptible::admin;
using namespace acting;

namespace {

QString operator""_q(const char* text, std::size_t size) {
  return QString::fromUtf8(text, static_cast<qsizetype>(size));
}

template <typename Condition>
void await(Condition&& condition, const char* what) {
  if (!QTest::qWaitFor(condition, patience)) throw std::runtime_error(std::string("never seen: ") + what);
}

class Photographer {
 public:
  Photographer(QString directory, bool dark) : directory_(std::move(directory)), dark_(dark) {
    const auto command =
        testing::program("echo-server") +
        " --bind tcp://127.0.0.1:0 --lines --name echo --drain-timeout 10m --start-command " +
        (sandbox_ / "start-echo") + " --version-text \"$(cat " + (sandbox_ / "version") + ")\"";
    testing::write_file(sandbox_ / "version", "2.0.4");
    // A program that does not start while its configuration is wrong, as the next version might.
    testing::write_file(sandbox_ / "start-echo",
                        "#!/bin/sh\nif [ -e " + sandbox_ / "broken" +
                            " ]; then\n  echo \"reading /etc/echo/echo.conf\"\n"
                            "  echo \"echo.conf:12: unknown key 'prot', did you mean 'port'?\" >&2\n"
                            "  exit 3\nfi\nexec " +
                            command + "\n",
                        0755);
    qputenv("UNINTERRUPTIBLE_CONTROL_DIR", QByteArray::fromStdString(sandbox_.control_directory()));
    settings_ = std::make_unique<Settings>(QString::fromStdString(sandbox_ / "settings.ini"));
    watch_ = std::make_unique<ServerWatch>();
    window_ = std::make_unique<MainWindow>(watch_.get(), settings_.get());
    window_->resize(1180, 760);
    window_->show();
  }

  void takeAll() {
    auto server = sandbox_.start({sandbox_ / "start-echo"}, {{"UNINTERRUPTIBLE_ROLLBACK_WINDOW", "1500ms"}});
    await([&] { return text(*window_, "serverAddresses"_q).startsWith("tcp://"_q); }, "the server");
    address_ = text(*window_, "serverAddresses"_q).toStdString();
    connect(12);
    awaitConnections(12);
    take("serving");

    press("restartButton"_q);
    await([&] { return isShown(*window_, "confirmButton"_q); }, "the restart dialog");
    take("dialog");
    testing::write_file(sandbox_ / "broken", "");
    press("confirmButton"_q);
    await([&] { return text(*window_, "restartHeadline"_q).contains("failed"_q); }, "the failure");
    talk(8);
    take("failed");
    QFile::remove(QString::fromStdString(sandbox_ / "broken"));
    testing::write_file(sandbox_ / "version", "2.1.0");

    restart();
    await([&] { return stepIs("trial"_q, "going on"_q); }, "the trial");
    take("trial");
    await([&] { return isShown(*window_, "showOldestButton"_q) && stepIs("final"_q, "reached after"_q); },
          "the drain");
    for (auto place = clients_.begin(); clients_.size() > 7;) place = std::next(clients_.erase(place));
    connect(6);
    awaitConnections(13);
    take("restart");

    press("showOldestButton"_q);
    auto& table = *window_->findChild<QTableView*>("connectionTable"_q);
    clickRow(table, 0);
    window_->findChild<QAction*>("detailsAction"_q)->trigger();
    await([&] { return isShown(*window_, "detailsSheet"_q); }, "the details");
    take("oldest");
    press("detailsClose"_q);

    window_->findChild<QAction*>("cutOffAction"_q)->trigger();
    await([&] { return isShown(*window_, "confirmButton"_q); }, "the cut dialog");
    take("cut");
    press("cancelButton"_q);
    clients_.erase(clients_.begin(), std::next(clients_.begin(), 7));
    await([&] { return text(*window_, "restartHeadline"_q).contains("finished"_q); }, "the end of the drain");
    if (isShown(*window_, "scopeAll"_q)) press("scopeAll"_q);
    awaitConnections(6);
    take("finished");
    window_->findChild<QAction*>("showHistoryAction"_q)->trigger();
    await([&] { return isShown(*window_, "restartSheetReport"_q); }, "the history");
    take("history");
    window_->findChild<QAction*>("showEventsAction"_q)->trigger();

    const auto live = text(*visible(*window_, "generationCard2"_q), "cardPid"_q).section(u' ', 1).toInt();
    ::kill(live, SIGKILL);
    await([&] { return text(*window_, "linkBannerText"_q).contains("Trying again"_q); }, "the loss");
    take("lost");
  }

 private:
  void connect(int count) {
    for (int number = 0; number < count; ++number) clients_.emplace_back(address_);
    talk(clients_.size());
  }
  /// The first of them say something, each as much as its place is high.
  void talk(std::size_t count) {
    std::size_t place = 0;
    for (auto& client : clients_) {
      if (place == count) return;
      if (!client.ask(std::string(100 + 97 * place++, '.'))) throw std::runtime_error("no answer");
    }
  }
  void awaitConnections(int count) {
    auto* const table = window_->findChild<QTableView*>("connectionTable"_q);
    await([&] { return table->model()->rowCount() == count; }, "all connections");
  }
  void press(const QString& name) {
    if (!click(*window_, name)) throw std::runtime_error("cannot be clicked: " + name.toStdString());
  }
  void restart() {
    press("restartButton"_q);
    await([&] { return isShown(*window_, "confirmButton"_q); }, "the restart dialog");
    press("confirmButton"_q);
  }
  [[nodiscard]] bool stepIs(const QString& step, const QString& how) const {
    const auto* const stop = visible(*window_, "step_"_q + step);
    return stop && stop->accessibleName().contains(how);
  }

  void take(const char* name) {
    QTest::qWait(300);  // what was pressed is drawn released again, sparklines get a sample
    const auto path =
        "%1/admin-%2%3.png"_q.arg(directory_, QString::fromLatin1(name), dark_ ? "-dark"_q : ""_q);
    if (!picture::of(*window_).save(path)) throw std::runtime_error("cannot write " + path.toStdString());
    QTextStream(stdout) << path << '\n';
  }

  const QString directory_;
  const bool dark_;
  const testing::Sandbox sandbox_;
  std::string address_;
  std::list<testing::Client> clients_;  ///< in the order in which they came
  std::unique_ptr<Settings> settings_;
  std::unique_ptr<ServerWatch> watch_;
  std::unique_ptr<MainWindow> window_;
};

}  // namespace

int main(int argc, char* argv[]) {
  const QApplication application(argc, argv);
  if (argc < 2 || argc > 3) {
    QTextStream(stderr) << "Usage: gui-screenshots DIRECTORY [dark]\n";
    return 2;
  }
  const Translation translation(QLocale(QLocale::English, QLocale::UnitedStates));
  picture::usePalette(argc == 3);
  QApplication::setWindowIcon(appIcon());
  try {
    Photographer(QString::fromLocal8Bit(argv[1]), argc == 3).takeAll();
  } catch (const std::exception& error) {
    QTextStream(stderr) << "gui-screenshots: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
