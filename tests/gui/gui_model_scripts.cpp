#include <QAbstractItemModelTester>
#include <QRandomGenerator>
#include <QTest>
#include <QThread>
#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include "core/connections/connection_filter.hpp"
#include "core/connections/connection_model.hpp"
#include "core/generations/generation_list_model.hpp"
#include "core/restart/restart_step_model.hpp"
#include "core/servers/server_list_model.hpp"

using namespace uninterruptible::admin;
namespace control = uninterruptible::control;

namespace {

constexpr auto fatal = QAbstractItemModelTester::FailureReportingMode::QtTest;

/// One of them.
template <typename List>
auto oneOf(QRandomGenerator& random, const List& list) {
  return *(std::begin(list) + random.bounded(static_cast<int>(std::size(list))));
}

}  // namespace

/// Models under scripts of changes that chance writes: they hold what a plain vector holds, and tell views of
/// each change as Qt wants it.
class GuiModelScripts : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase();
  void generations_data() { seeds(); }
  void generations();
  void steps_data() { seeds(); }
  void steps();
  void servers_data() { seeds(); }
  void servers();
  void filter_data() { seeds(); }
  void filter();

 private:
  static void seeds();
};

// An ssh that ends at once: whom it leads to is of no interest. Before there is a thread.
void GuiModelScripts::initTestCase() { qputenv("UNINTERRUPTIBLE_SSH", "false"); }

void GuiModelScripts::seeds() {
  QTest::addColumn<quint32>("seed");
  for (const quint32 seed : {1U, 2U, 3U, 4U, 5U}) QTest::addRow("seed %u", seed) << seed;
}

void GuiModelScripts::generations() {
  QFETCH(quint32, seed);
  QRandomGenerator random(seed);
  GenerationListModel model;
  const QAbstractItemModelTester tester(&model, fatal);
  const std::array states{"starting", "live", "standby", "draining", "stopping", "unheard of"};
  std::map<quint64, GenerationRow, std::greater<>> expected;
  for (int round = 0; round < 200; ++round) {
    std::vector<control::GenerationStatus> told;
    std::map<quint64, GenerationRow, std::greater<>> next;
    for (quint64 number = 1 + static_cast<quint64>(round) / 20; number < 9 + static_cast<quint64>(round) / 20;
         ++number) {
      if (random.bounded(3) == 0) continue;
      const auto before = expected.find(number);
      control::GenerationStatus status;
      if (before != expected.end() && random.bounded(2) == 0) status = before->second.status;
      status.generation = number;
      if (random.bounded(2) == 0) status.state = oneOf(random, states);
      if (random.bounded(2) == 0) status.connections = random.bounded(50U);
      const bool drains = status.state == "draining" || status.state == "stopping";
      GenerationRow row{.status = status};
      if (drains) row.drainFrom = status.connections;
      if (drains && before != expected.end()) {
        row.drainFrom =
            std::max<quint64>({row.drainFrom, before->second.drainFrom, before->second.status.connections});
      }
      next.emplace(number, row);
      told.push_back(status);
      if (random.bounded(20) == 0) told.push_back(status);  // a server may say anything twice
    }
    std::shuffle(told.begin(), told.end(), random);
    expected = next;
    model.setGenerations(told);
    QCOMPARE(model.rowCount(), static_cast<int>(expected.size()));
    int place = 0;
    for (const auto& [number, row] : expected) QVERIFY(model.at(place++) == row);
  }
}

void GuiModelScripts::steps() {
  QFETCH(quint32, seed);
  QRandomGenerator random(seed);
  RestartStepModel model;
  const QAbstractItemModelTester tester(&model, fatal);
  const std::array words{"requested", "spawned", "connected", "offered",   "ready",    "progress",
                         "committed", "trial",   "final",     "draining",  "finished", "rolled_back",
                         "rehearsed", "failed",  "requested", "unheard of"};
  RestartReport expected;
  bool withTrial = true;
  quint64 restart = 1;
  for (int round = 0; round < 400; ++round) {
    const auto dice = random.bounded(20);
    if (dice == 0) {
      model.clear();
      expected = {};
    } else if (dice < 3) {
      withTrial = !withTrial;
      model.setTrial(withTrial);
    } else {
      std::vector<control::Step> told(random.bounded(4U));
      for (auto& step : told) {
        if (random.bounded(9) == 0) ++restart;
        step.restart = restart - random.bounded(10U) / 9;  // now and then one of the restart before
        step.generation = step.restart + 1;
        step.step = oneOf(random, words);
        step.elapsed = std::chrono::milliseconds(random.bounded(9000));
        step.at = control::WallTime(std::chrono::milliseconds(1'000'000 + round));
        expected.apply(step);
      }
      model.apply(told);
    }
    const auto stops = expected.outcome() == RestartReport::Outcome::None ? std::vector<RestartStop>()
                                                                          : expected.stops(withTrial);
    QCOMPARE(model.rowCount(), static_cast<int>(stops.size()));
    for (int row = 0; row < model.rowCount(); ++row) {
      QVERIFY(model.at(row) == stops.at(static_cast<std::size_t>(row)));
    }
    QCOMPARE(model.report().headline(0), expected.headline(0));
  }
}

void GuiModelScripts::servers() {
  QFETCH(quint32, seed);
  QRandomGenerator random(seed);
  QThread io;
  io.start();
  {
    ServerListModel model(&io);
    const QAbstractItemModelTester tester(&model, fatal);
    QList<ServerAddress> expected;
    for (int round = 0; round < 60; ++round) {
      const auto firstFar = std::ranges::find_if(expected, [](const auto& one) { return !one.isLocal(); });
      switch (random.bounded(3)) {
        case 0: {
          QList<ServerAddress> found;
          for (int number = 0; number < 8; ++number) {
            const auto name = QStringLiteral("s%1").arg(number);
            const ServerAddress one{.name = name, .path = QStringLiteral("/nowhere/") + name, .host = {}};
            if (random.bounded(2)) found += one;
          }
          std::shuffle(found.begin(), found.end(), random);
          // Those that stay keep their places, new ones come behind them.
          QList<ServerAddress> next;
          std::copy_if(expected.begin(), firstFar, std::back_inserter(next),
                       [&](const auto& one) { return found.contains(one); });
          for (const auto& one : found) {
            if (!next.contains(one)) next += one;
          }
          std::copy(firstFar, expected.end(), std::back_inserter(next));
          expected = next;
          model.setFound(found);
          break;
        }
        case 1: {
          const ServerAddress address{.name = QStringLiteral("n%1").arg(random.bounded(3)),
                                      .path = {},
                                      .host = QStringLiteral("h%1").arg(random.bounded(3))};
          model.add(address);
          if (expected.contains(address)) break;
          auto place = expected.size();
          for (qsizetype row = 0; row < expected.size(); ++row) {
            if (expected.at(row).host == address.host) place = row + 1;
          }
          expected.insert(place, address);
          break;
        }
        default:
          if (expected.isEmpty()) break;
          const auto row = random.bounded(static_cast<int>(expected.size()));
          model.remove(row);
          expected.remove(row);
      }
      QCOMPARE(model.rowCount(), static_cast<int>(expected.size()));
      for (int row = 0; row < model.rowCount(); ++row) QVERIFY(model.at(row)->address() == expected.at(row));
    }
  }
  io.quit();
  QVERIFY(io.wait());
}

void GuiModelScripts::filter() {
  QFETCH(quint32, seed);
  QRandomGenerator random(seed);
  ConnectionModel model;
  ConnectionFilter filter;
  filter.setSourceModel(&model);
  const QAbstractItemModelTester tester(&filter, fatal);
  const QStringList texts{{}, QStringLiteral("10"), QStringLiteral("192 open"), QStringLiteral("nothing")};
  QList<ConnectionRow> rows;
  std::optional<quint64> generation;
  QString text;
  int column = -1;
  for (quint64 round = 0; round < 150; ++round) {
    switch (random.bounded(6)) {
      case 0: filter.setText(text = oneOf(random, texts)); break;
      case 1:
        generation = random.bounded(2) ? std::optional<quint64>(1 + random.bounded(3U)) : std::nullopt;
        filter.setGeneration(generation);
        break;
      case 2:
        filter.sort(column =
                        oneOf(random, std::array<int, 3>{-1, ConnectionModel::Id, ConnectionModel::BytesIn}));
        break;
      default: {
        // Rows that come, change and go while nothing may move: afterwards all is in order again.
        const bool frozen = random.bounded(3) == 0;
        filter.setFrozen(frozen);
        QList<ConnectionRow> changed;
        QStringList gone;
        for (auto row = rows.begin(); row != rows.end();) {
          const auto dice = random.bounded(6);
          if (dice == 0) gone += row->id;
          if (dice == 1) {
            row->bytesIn = random.bounded(1000U);
            row->peer = QStringLiteral("10.0.0.%1").arg(random.bounded(200));
            changed += *row;
          }
          row = dice == 0 ? rows.erase(row) : row + 1;
        }
        for (quint64 fresh = 0; fresh < 5; ++fresh) {
          ConnectionRow row;
          row.generation = 1 + random.bounded(3U);
          row.number = round * 5 + fresh;
          row.id = QStringLiteral("%1-%2").arg(row.generation).arg(row.number);
          row.state = QStringLiteral("open");
          row.peer = QStringLiteral("192.0.2.%1").arg(random.bounded(200));
          row.bytesIn = random.bounded(1000U);
          rows += row;
          changed += row;
        }
        model.apply(changed, gone);
        filter.setFrozen(false);
      }
    }
    QStringList expected;
    for (const auto& row : rows) {
      const auto words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
      const auto all = row.id + QLatin1Char(' ') + row.peer + QStringLiteral("  Open");
      const bool matches = std::ranges::all_of(
          words, [&](const auto& word) { return all.contains(word, Qt::CaseInsensitive); });
      if (matches && (!generation || row.generation == *generation)) expected += row.id;
    }
    QStringList shown;
    QList<std::pair<quint64, quint64>> keys;
    for (int place = 0; place < filter.rowCount(); ++place) {
      shown += filter.index(place, 0).data(ConnectionModel::IdRole).toString();
      const auto& row = model.at(model.find(shown.last()));
      keys += column == ConnectionModel::BytesIn ? std::pair<quint64, quint64>(row.bytesIn, 0)
                                                 : std::pair(row.generation, row.number);
    }
    if (column != -1) {
      QVERIFY(std::ranges::is_sorted(keys));
      shown.sort();
      expected.sort();
    }
    QCOMPARE(shown, expected);
  }
}

QTEST_GUILESS_MAIN(GuiModelScripts)
#include "gui_model_scripts.moc"
