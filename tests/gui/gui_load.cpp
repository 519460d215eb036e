// gui-load SCRIPTED-SERVER: how long the window's thread is busy with 10,000 connections of which 500 a
// second change and 100 a second are replaced, also while somebody scrolls and types, and with 2,000 lines of
// the log a second on top. Prints figures; asserts nothing, for they depend on the machine.

#include <QAbstractEventDispatcher>
#include <QAction>
#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QLineEdit>
#include <QProcess>
#include <QScrollBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QTextStream>
#include <QTimer>
#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>

#include "core/connections/connection_model.hpp"
#include "core/servers/server_watch.hpp"
#include "core/settings/settings.hpp"
#include "ui/window/main_window.hpp"

using namespace uninterruptible::admin;

namespace {

constexpr int connections = 10'000;

double threadTime() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1000 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// Milliseconds that the thread of the window was busy at a time: by its own clock from one sleep to the
/// next, and by the wall's for each event.
class BusyTimes : public QApplication {
 public:
  BusyTimes(int& argc, char* argv[]) : QApplication(argc, argv) {
    connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::aboutToBlock, this, [this] {
      const auto now = threadTime();
      cpus_ += now - cpu_;
      cpu_ = now;
    });
  }
  bool notify(QObject* receiver, QEvent* event) override {
    if (depth_ > 0) return QApplication::notify(receiver, event);
    QElapsedTimer wall;
    wall.start();
    ++depth_;
    const bool result = QApplication::notify(receiver, event);
    --depth_;
    walls_ += static_cast<double>(wall.nsecsElapsed()) / 1e6;
    return result;
  }
  void clear() {
    walls_.clear();
    cpus_.clear();
  }
  void print(QTextStream& out, const char* what) {
    const auto line = [&](const char* kind, QList<double> times) {
      if (times.isEmpty()) return;
      std::ranges::sort(times);
      const auto at = [&](double share) {
        return times.at(static_cast<qsizetype>(share * static_cast<double>(times.size() - 1)));
      };
      out << QStringLiteral("%1 %2  p50 %3  p99 %4  max %5 ms  (%6 times)\n")
                 .arg(QString::fromLatin1(what), -28)
                 .arg(QString::fromLatin1(kind), -4)
                 .arg(at(0.5), 6, 'f', 2)
                 .arg(at(0.99), 6, 'f', 2)
                 .arg(times.last(), 6, 'f', 2)
                 .arg(times.size());
    };
    line("cpu", cpus_);  // what other programs took does not count
    line("wall", walls_);
    out.flush();
  }

 private:
  int depth_ = 0;
  double cpu_ = threadTime();
  QList<double> walls_;
  QList<double> cpus_;
};

QString memory(const QByteArray& field) {
  QFile status(QStringLiteral("/proc/self/status"));
  if (!status.open(QIODevice::ReadOnly)) return {};
  for (const auto& line : status.readAll().split('\n')) {
    if (line.startsWith(field)) return QString::fromLatin1(line.mid(field.size() + 1).simplified());
  }
  return {};
}

void run(std::chrono::milliseconds time) {
  QEventLoop loop;
  QTimer::singleShot(time, &loop, &QEventLoop::quit);
  loop.exec();
}

bool waitUntil(const std::function<bool()>& done) {
  QElapsedTimer since;
  since.start();
  while (!done() && since.elapsed() < 60'000) run(std::chrono::milliseconds(1));
  return done();
}

}  // namespace

int main(int argc, char* argv[]) {
  BusyTimes busy(argc, argv);
  QTextStream out(stdout);
  const auto arguments = QApplication::arguments();
  if (arguments.size() != 2) {
    QTextStream(stderr) << "usage: gui-load SCRIPTED-SERVER\n";
    return 2;
  }
  const QTemporaryDir directory;
  qputenv("UNINTERRUPTIBLE_CONTROL_DIR", directory.path().toLocal8Bit());
  QProcess server;
  server.start(arguments.at(1), {directory.path(), QStringLiteral("load")});
  server.waitForStarted();
  const auto before = memory("VmRSS:");
  Settings settings(directory.filePath(QStringLiteral("settings.ini")));
  ServerWatch watch;
  MainWindow window(&watch, &settings, QStringLiteral("echo"));
  window.resize(1400, 900);
  window.show();
  auto& table = *window.findChild<QTableView*>(QStringLiteral("connectionTable"));
  QElapsedTimer since;
  if (!waitUntil([&] { return window.server() && window.server()->isConnected(); })) return 1;
  since.start();
  busy.clear();
  if (!waitUntil([&] { return table.model()->rowCount() == connections; })) return 1;
  out << "greeting to all rows in the table: " << since.elapsed() << " ms\n";
  window.repaint();
  out << "and on the screen: " << since.elapsed() << " ms\n";
  busy.print(out, "while they came");
  const auto measure = [&](const char* what, int column) {
    table.sortByColumn(column, Qt::DescendingOrder);
    table.scrollTo(table.model()->index(4000, 0), QAbstractItemView::PositionAtTop);
    table.selectRow(4003);
    run(std::chrono::milliseconds(500));
    busy.clear();
    run(std::chrono::seconds(8));
    busy.print(out, what);
  };
  measure("in the order of arrival", -1);
  measure("by peer", ConnectionModel::Peer);
  measure("by idle time", ConnectionModel::IdleFor);

  // As fast as a screen shows it, for four seconds each.
  const auto repeated = [&](const char* what, int interval, const std::function<void()>& act) {
    QTimer again;
    again.callOnTimeout(act);
    busy.clear();
    again.start(interval);
    run(std::chrono::seconds(4));
    busy.print(out, what);
  };
  auto& bar = *table.verticalScrollBar();
  int way = 7;
  repeated("and scrolled", 16, [&] {
    if (bar.value() + way < 0 || bar.value() + way > bar.maximum()) way = -way;
    bar.setValue(bar.value() + way);
  });
  const auto text = QStringLiteral("10.0.2 user=1");
  qsizetype typed = 0;
  auto& field = *window.findChild<QLineEdit*>(QStringLiteral("filterField"));
  repeated("and a filter typed", 160, [&] { field.setText(text.left(typed++ % (text.size() + 1))); });

  // 2,000 log lines a second on top of that; the model is at its limit when the measuring begins.
  window.findChild<QAction*>(QStringLiteral("showLogAction"))->trigger();
  auto& events = *window.findChild<QTableView*>(QStringLiteral("eventView"));
  if (!waitUntil([&] { return events.model()->rowCount() > 4000; })) return 1;
  measure("with log lines, at the end", -1);
  events.scrollTo(events.model()->index(2000, 0), QAbstractItemView::PositionAtTop);
  measure("with log lines, in between", -1);
  out << "selected still: " << table.selectionModel()->selectedRows().size() << "\n";
  out << "memory: " << before << " before the window, " << memory("VmRSS:") << " now, " << memory("VmHWM:")
      << " at most\n";
  server.kill();
  server.waitForFinished();
  return 0;
}
