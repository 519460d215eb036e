// connection-view NAME: the open connections of one server, in a table of a program's own; and how many, on
// standard output. Everything that reads runs in a thread of ServerWatch; here nothing opens, waits or
// decodes.

#include <QApplication>
#include <QHeaderView>
#include <QTableView>
#include <QTextStream>
#include <QTimer>

#include "core/connections/connection_filter.hpp"
#include "core/servers/server_watch.hpp"

using namespace uninterruptible::admin;

int main(int argc, char* argv[]) {
  const QApplication application(argc, argv);
  if (argc != 2) {
    QTextStream(stderr) << "Usage: connection-view NAME\n";
    return 2;
  }
  const auto name = QString::fromLocal8Bit(argv[1]);

  ServerWatch watch;  // goes last: the models are in it
  ConnectionFilter sorted;
  QTableView view;
  view.setWindowTitle(name);
  view.setModel(&sorted);
  view.setSortingEnabled(true);
  view.sortByColumn(-1, Qt::AscendingOrder);
  view.horizontalHeader()->setStretchLastSection(true);
  view.resize(800, 400);
  view.show();

  auto* const servers = watch.servers();
  servers->setReadOnly(true);
  const auto attach = [&] {
    const int row = servers->find(name);
    if (row >= 0) sorted.setSourceModel(servers->at(row)->connections());
  };
  QObject::connect(servers, &QAbstractItemModel::rowsInserted, &view, attach);

  const auto tell = [&] { QTextStream(stdout) << name << ": " << sorted.rowCount() << " connections\n"; };
  QObject::connect(&sorted, &QAbstractItemModel::rowsInserted, &view, tell);
  QObject::connect(&sorted, &QAbstractItemModel::rowsRemoved, &view, tell);
  QObject::connect(&sorted, &QAbstractItemModel::modelReset, &view, tell);

  // Ages are worked out when they are painted.
  QTimer second;
  QObject::connect(&second, &QTimer::timeout, view.viewport(), qOverload<>(&QWidget::update));
  second.start(1000);
  return QApplication::exec();
}
