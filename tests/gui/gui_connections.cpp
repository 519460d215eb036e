#include <QAbstractItemModelTester>
#include <QHash>
#include <QPersistentModelIndex>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>
#include <algorithm>
#include <initializer_list>
#include <memory>
#include <optional>
#include <utility>

#include "core/connections/connection_filter.hpp"
#include "core/connections/connection_model.hpp"

using namespace uninterruptible::admin;

namespace {

constexpr auto fatal = QAbstractItemModelTester::FailureReportingMode::QtTest;

ConnectionRow row(quint64 generation, quint64 number, const QString& peer = QStringLiteral("192.0.2.1:1")) {
  ConnectionRow result;
  result.id = QStringLiteral("%1-%2").arg(generation).arg(number);
  result.generation = generation;
  result.number = number;
  result.state = QStringLiteral("open");
  result.peer = peer;
  result.openedAt = 1'000'000 + static_cast<qint64>(number);
  return result;
}

QStringList ids(const QAbstractItemModel& model) {
  QStringList result;
  for (int place = 0; place < model.rowCount(); ++place) {
    result += model.index(place, 0).data(ConnectionModel::IdRole).toString();
  }
  return result;
}

/// What people see of a filter, told with plain vectors.
struct Expectation {
  QString word;
  std::optional<quint64> generation;
  int column = -1;
  Qt::SortOrder order = Qt::AscendingOrder;

  [[nodiscard]] bool accepts(const ConnectionRow& that) const {
    if (generation && that.generation != *generation) return false;
    return that.peer.contains(word) || that.id.contains(word);
  }
  [[nodiscard]] bool less(const ConnectionRow& one, const ConnectionRow& other) const {
    switch (column) {
      case ConnectionModel::Peer: return one.peer < other.peer;
      case ConnectionModel::Generation: return one.generation < other.generation;
      case ConnectionModel::BytesIn: return one.bytesIn < other.bytesIn;
      case ConnectionModel::OpenFor: return one.openedAt > other.openedAt;
      default: return false;
    }
  }
  [[nodiscard]] QStringList of(QList<ConnectionRow> rows) const {
    rows.removeIf([this](const ConnectionRow& that) { return !accepts(that); });
    std::ranges::stable_sort(rows, [this](const ConnectionRow& one, const ConnectionRow& other) {
      return order == Qt::AscendingOrder ? less(one, other) : less(other, one);
    });
    QStringList result;
    for (const auto& that : rows) result += that.id;
    return result;
  }
};

/// What views were told since the last time this was asked: a letter for each time, but one for all changes
/// in place.
class Notices {
 public:
  explicit Notices(const QAbstractItemModel& model)
      : inserted_(&model, &QAbstractItemModel::rowsInserted),
        removed_(&model, &QAbstractItemModel::rowsRemoved),
        moved_(&model, &QAbstractItemModel::layoutChanged),
        changed_(&model, &QAbstractItemModel::dataChanged),
        reset_(&model, &QAbstractItemModel::modelReset) {}
  [[nodiscard]] QString take() {
    QString result;
    for (const auto& [letter, spy] :
         {std::pair('i', &inserted_), std::pair('m', &moved_), std::pair('r', &removed_),
          std::pair('c', &changed_), std::pair('R', &reset_)}) {
      result +=
          QString(letter == 'c' ? std::min<qsizetype>(1, spy->size()) : spy->size(), QLatin1Char(letter));
      spy->clear();
    }
    return result;
  }

 private:
  QSignalSpy inserted_;
  QSignalSpy removed_;
  QSignalSpy moved_;
  QSignalSpy changed_;
  QSignalSpy reset_;
};

/// Indexes that a selection would hold, by the id of their rows.
class Holders {
 public:
  explicit Holders(const QAbstractItemModel& model) : model_(model) {}
  void holdAll() {
    held_.clear();
    for (int place = 0; place < model_.rowCount(); ++place) {
      const auto index = model_.index(place, place % ConnectionModel::ColumnCount);
      held_.insert(index.data(ConnectionModel::IdRole).toString(), index);
    }
  }
  /// Whether each of them is at its row still, and those whose row is gone are gone.
  [[nodiscard]] bool areTrue() const {
    const auto there = ids(model_);
    for (auto each = held_.cbegin(); each != held_.cend(); ++each) {
      if (each->isValid() != there.contains(each.key())) return false;
      if (each->isValid() && each->data(ConnectionModel::IdRole).toString() != each.key()) return false;
    }
    return true;
  }

 private:
  const QAbstractItemModel& model_;
  QHash<QString, QPersistentModelIndex> held_;
};

}  // namespace

/// The models of connections, by random scripts and by what is promised of them.
class GuiConnections : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void editsEqualPlainVectors_data();
  void editsEqualPlainVectors();
  void aBatchIsToldOnce();
  void nothingMovesWhileFrozen();
  void replacingKeepsWhatStays();
  void theFilterLooksIntoAllText();
  void sortingIsNumeric();
  void alikeRowsStayInTheOrderOfArrival();
  void aSourceMayGoFirst();
};

void GuiConnections::editsEqualPlainVectors_data() {
  QTest::addColumn<quint32>("seed");
  QTest::addColumn<int>("rows");
  for (quint32 seed = 1; seed <= 6; ++seed) QTest::addRow("few, seed %u", seed) << seed << 12;
  for (const quint32 seed : {21U}) QTest::addRow("many, seed %u", seed) << seed << 400;
}

void GuiConnections::editsEqualPlainVectors() {
  QFETCH(quint32, seed);
  QFETCH(int, rows);
  QRandomGenerator random(seed);
  ConnectionModel model;
  const QAbstractItemModelTester tester(&model, fatal);
  ConnectionFilter filter;
  filter.setSourceModel(&model);
  const QAbstractItemModelTester filterTester(&filter, fatal);
  Expectation wanted;
  Holders modelHolders(model);
  Holders filterHolders(filter);
  QList<ConnectionRow> expected;
  quint64 next = 1;
  const auto somePeer = [&] {
    return QStringLiteral("%1.0.2.%2:5").arg(random.bounded(2) ? 192 : 10).arg(random.bounded(60));
  };
  for (int round = 0; round < (rows > 100 ? 20 : 60); ++round) {
    modelHolders.holdAll();
    filterHolders.holdAll();
    QList<ConnectionRow> changed;
    QStringList removed;
    for (auto entry = expected.begin(); entry != expected.end();) {
      const auto dice = random.bounded(10);
      if (dice < (round % 7 == 6 ? 5 : 2)) {
        removed += entry->id;
        entry = expected.erase(entry);
        continue;
      }
      if (dice < 4) {
        entry->bytesIn += random.bounded(40U);
        if (dice == 3) entry->peer = somePeer();
        changed += *entry;
      }
      ++entry;
    }
    removed += QStringLiteral("9-999");  // nobody knows it
    const auto fresh = random.bounded(round == 0 ? rows : rows / 3);
    for (int count = 0; count < fresh; ++count) {
      expected += row(1 + next % 3, next, somePeer());
      changed += expected.last();
      if (count % 5 == 0) changed += expected.last();  // told twice
      ++next;
    }
    if (round % 9 == 8) {
      model.replace(expected);
    } else {
      model.apply(changed, removed);
    }
    QCOMPARE(model.rowCount(), static_cast<int>(expected.size()));
    for (int place = 0; place < model.rowCount(); ++place) {
      QVERIFY(model.at(place) == expected.at(place));
      QCOMPARE(model.find(expected.at(place).id), place);
    }
    QVERIFY(modelHolders.areTrue());
    QCOMPARE(ids(filter), wanted.of(expected));
    QVERIFY(filterHolders.areTrue());

    filterHolders.holdAll();
    switch (random.bounded(6)) {
      case 0:
        wanted.word = random.bounded(2) ? QStringLiteral("192") : QString();
        filter.setText(wanted.word);
        break;
      case 1:
        wanted.generation = random.bounded(2) ? std::optional<quint64>(1 + random.bounded(3U)) : std::nullopt;
        filter.setGeneration(wanted.generation);
        break;
      case 2:
      case 3: {
        const QList<int> columns{-1, ConnectionModel::Peer, ConnectionModel::Generation,
                                 ConnectionModel::BytesIn, ConnectionModel::OpenFor};
        wanted.column = columns.at(random.bounded(static_cast<int>(columns.size())));
        wanted.order = random.bounded(2) ? Qt::AscendingOrder : Qt::DescendingOrder;
        filter.sort(wanted.column, wanted.order);
        break;
      }
      default: break;
    }
    QCOMPARE(ids(filter), wanted.of(expected));
    QVERIFY(filterHolders.areTrue());
  }
}

void GuiConnections::aBatchIsToldOnce() {
  ConnectionModel model;
  ConnectionFilter filter;
  filter.setSourceModel(&model);
  filter.sort(ConnectionModel::IdleFor);
  Notices ofModel(model);
  Notices ofFilter(filter);
  QList<ConnectionRow> rows;
  for (quint64 number = 1; number <= 1000; ++number) rows += row(1, number);
  model.apply(rows, {});
  QCOMPARE(ofModel.take(), QStringLiteral("i"));
  QCOMPARE(ofFilter.take(), QStringLiteral("i"));

  QList<ConnectionRow> changed;
  for (qsizetype place = 10; place < 1000; place += 7) {
    rows[place].activeAt = 2'000'000 + place * 7919 % 1000;
    changed += rows.at(place);
  }
  model.apply(changed, {});
  QCOMPARE(ofModel.take(), QStringLiteral("c"));
  QCOMPARE(ofFilter.take(), QStringLiteral("mc"));

  // They change, and stay in order.
  for (auto& that : changed) that.bytesIn += 5;
  model.apply(changed, {});
  QCOMPARE(ofModel.take(), QStringLiteral("c"));
  QCOMPARE(ofFilter.take(), QStringLiteral("c"));

  QStringList gone;
  for (qsizetype place = 0; place < 1000; place += 5) gone += rows.at(place).id;
  model.apply({row(1, 2001), row(1, 2002), rows.at(1)}, gone);
  QCOMPARE(ofModel.take(), QStringLiteral("imr"));
  QCOMPARE(ofFilter.take(), QStringLiteral("imr"));

  model.apply({rows.at(1)}, gone);  // nothing that is not known
  model.replace({});
  QCOMPARE(ofModel.take(), QStringLiteral("r"));
  QCOMPARE(ofFilter.take(), QStringLiteral("r"));
}

void GuiConnections::nothingMovesWhileFrozen() {
  ConnectionModel model;
  model.apply(
      {row(1, 1, QStringLiteral("a")), row(1, 2, QStringLiteral("c")), row(1, 3, QStringLiteral("e"))}, {});
  ConnectionFilter filter;
  filter.setSourceModel(&model);
  filter.setGeneration(1);
  filter.sort(ConnectionModel::Peer, Qt::DescendingOrder);
  const auto list = [](std::initializer_list<int> numbers) {
    QStringList result;
    for (const int number : numbers) result += QStringLiteral("1-%1").arg(number);
    return result;
  };
  QCOMPARE(ids(filter), list({3, 2, 1}));
  filter.setFrozen(true);
  auto moved = row(1, 1, QStringLiteral("f"));
  auto leaving = row(1, 2, QStringLiteral("c"));
  leaving.generation = 2;
  model.apply({moved, leaving, row(1, 4, QStringLiteral("d")), row(2, 5)}, {});
  QCOMPARE(ids(filter), list({3, 2, 1, 4}));
  model.apply({}, {QStringLiteral("1-3")});  // an end is an end
  QCOMPARE(ids(filter), list({2, 1, 4}));
  filter.setFrozen(false);
  QCOMPARE(ids(filter), list({1, 4}));
}

void GuiConnections::replacingKeepsWhatStays() {
  ConnectionModel model;
  model.apply({row(1, 1), row(1, 2), row(1, 3)}, {});
  const QPersistentModelIndex kept(model.index(2, 0));
  model.replace({row(1, 3), row(2, 4)});
  QVERIFY(kept.isValid());
  QCOMPARE(kept.data(ConnectionModel::IdRole).toString(), QStringLiteral("1-3"));
  QCOMPARE(ids(model), (QStringList{QStringLiteral("1-3"), QStringLiteral("2-4")}));
}

void GuiConnections::theFilterLooksIntoAllText() {
  ConnectionModel model;
  auto labelled = row(1, 2, QStringLiteral("[2001:db8::9]:443"));
  labelled.label = QStringLiteral("user=Ada");
  model.apply({row(1, 1), labelled}, {});
  ConnectionFilter filter;
  filter.setSourceModel(&model);
  for (const auto& text : {"ada", "2001:db8", "1-2", "open ada"}) {
    filter.setText(QString::fromLatin1(text));
    QVERIFY2(ids(filter) == QStringList{QStringLiteral("1-2")}, text);
  }
  filter.setText(QStringLiteral("closing"));
  QCOMPARE(filter.rowCount(), 0);
  filter.setText({});
  QCOMPARE(filter.rowCount(), 2);
}

void GuiConnections::sortingIsNumeric() {
  ConnectionModel model;
  auto big = row(2, 1);
  big.bytesIn = 1'000'000;
  auto small = row(10, 2);
  small.bytesIn = 999;
  model.apply({small, big, row(10, 10)}, {});
  ConnectionFilter filter;
  filter.setSourceModel(&model);
  filter.sort(ConnectionModel::Id);
  QCOMPARE(ids(filter),
           (QStringList{QStringLiteral("2-1"), QStringLiteral("10-2"), QStringLiteral("10-10")}));
  filter.sort(ConnectionModel::BytesIn);
  QCOMPARE(ids(filter),
           (QStringList{QStringLiteral("10-10"), QStringLiteral("10-2"), QStringLiteral("2-1")}));
  filter.sort(ConnectionModel::OpenFor);  // the youngest has been open for the shortest time
  QCOMPARE(ids(filter).first(), QStringLiteral("10-10"));
  filter.sort(-1);
  QCOMPARE(ids(filter).first(), QStringLiteral("10-2"));
}

void GuiConnections::alikeRowsStayInTheOrderOfArrival() {
  ConnectionModel model;
  model.apply({row(1, 5), row(1, 4), row(2, 1), row(1, 9)}, {});
  ConnectionFilter filter;
  filter.setSourceModel(&model);
  filter.sort(ConnectionModel::Generation, Qt::DescendingOrder);
  QCOMPARE(ids(filter), (QStringList{QStringLiteral("2-1"), QStringLiteral("1-5"), QStringLiteral("1-4"),
                                     QStringLiteral("1-9")}));
}

void GuiConnections::aSourceMayGoFirst() {
  auto model = std::make_unique<ConnectionModel>();
  model->apply({row(1, 1)}, {});
  ConnectionFilter filter;
  filter.setSourceModel(model.get());
  const QAbstractItemModelTester tester(&filter, fatal);
  QCOMPARE(filter.rowCount(), 1);
  model.reset();
  QCOMPARE(filter.rowCount(), 0);
  filter.setText(QStringLiteral("x"));
  filter.setSourceModel(nullptr);
}

QTEST_GUILESS_MAIN(GuiConnections)
#include "gui_connections.moc"
