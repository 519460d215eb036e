// scripted-server DIRECTORY STATE: shows a made-up server to the admin tools until it is ended; for pictures.
// STATES: two (a restart that drains), trial, failed, empty, load (10,000 connections; each second 500 do
// something, 100 end and 100 others come; 2,000 log lines a second to who follows the log).

#include <QCoreApplication>
#include <QDir>
#include <QTextStream>
#include <QTimer>

#include "gui/scripted_server.hpp"

namespace {

void connections(ScriptedServer& server, int generation, int count, int from) {
  static const QStringList labels{QStringLiteral("user=ada"), QString(), QStringLiteral("user=grace"),
                                  QString(), QStringLiteral("batch import")};
  for (int number = 0; number < count; ++number) {
    server.open(QStringLiteral("%1-%2").arg(generation).arg(from + number),
                QStringLiteral("192.0.2.%1:%2").arg(10 + number * 7 % 200).arg(40112 + number * 131),
                labels.at(number % labels.size()));
  }
}

void steps(ScriptedServer& server, const QStringList& words) {
  int elapsed = 0;
  int next = 3;
  for (const auto& word : words) {
    server.step(word, elapsed);
    elapsed += next;
    next = next * 5 % 401 + 1;
  }
}

}  // namespace

int main(int argc, char* argv[]) {
  const QCoreApplication application(argc, argv);
  const auto arguments = QCoreApplication::arguments();
  if (arguments.size() != 3) {
    QTextStream(stderr) << "usage: scripted-server DIRECTORY two|trial|failed|empty|load\n";
    return 2;
  }
  ScriptedServer server(arguments.at(1), QStringLiteral("echo"));
  ScriptedServer other(arguments.at(1), QStringLiteral("mail"));
  other.setGeneration(1, 2210, QStringLiteral("live"), 1204);
  const auto state = arguments.at(2);
  server.setInCharge(7);
  server.beginRestart(8);
  const QStringList whole{QStringLiteral("requested"), QStringLiteral("spawned"), QStringLiteral("connected"),
                          QStringLiteral("offered"),   QStringLiteral("ready"),   QStringLiteral("committed"),
                          QStringLiteral("trial"),     QStringLiteral("final"),   QStringLiteral("draining")};
  if (state == QLatin1String("two")) {
    server.setGeneration(7, 3987, QStringLiteral("draining"), 23);
    server.setGeneration(8, 4121, QStringLiteral("live"), 17);
    server.setInCharge(8);
    connections(server, 7, 6, 401);
    connections(server, 8, 17, 1);
    steps(server, whole);
  } else if (state == QLatin1String("trial")) {
    server.setGeneration(7, 3987, QStringLiteral("standby"), 19);
    server.setGeneration(8, 4121, QStringLiteral("live"), 2);
    connections(server, 7, 19, 401);
    connections(server, 8, 2, 1);
    steps(server, whole.first(7));
  } else if (state == QLatin1String("failed")) {
    server.setGeneration(7, 3987, QStringLiteral("live"), 12);
    connections(server, 7, 12, 401);
    steps(server, whole.first(3));
    server.step(
        QStringLiteral("failed"), 412,
        {{QStringLiteral("text"), QStringLiteral("the new process ended before it was ready")},
         {QStringLiteral("failed_at"), QStringLiteral("connected")},
         {QStringLiteral("pid"), 4188},
         {QStringLiteral("exit_status"), 3},
         {QStringLiteral("output"), QJsonArray{QStringLiteral("reading config.yml"),
                                               QStringLiteral("config.yml:12: unknown key 'prot'")}}});
  } else if (state == QLatin1String("load")) {
    server.setGeneration(7, 3987, QStringLiteral("live"), 10'000);
    server.fill(7, 10'000);
    auto* const stirring = new QTimer(&server);
    stirring->callOnTimeout(&server, [&server] {
      server.stir(100);
      server.replace(20);
    });
    stirring->start(200);
    auto* const logging = new QTimer(&server);
    logging->callOnTimeout(&server, [&server] { server.log(40); });
    logging->start(20);
  } else {
    server.setGeneration(7, 3987, QStringLiteral("live"), 0);
  }
  if (state == QLatin1String("two")) {
    // Somebody who looks must have seen how many there were.
    QTimer::singleShot(1500, &server, [&] { server.setGeneration(7, 3987, QStringLiteral("draining"), 6); });
  }
  if (!server.appear() || !other.appear()) return 1;
  return QCoreApplication::exec();
}
