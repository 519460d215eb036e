#include "core/connections/connection_filter.hpp"

#include <algorithm>
#include <compare>
#include <tuple>

#include "core/connections/connection_model.hpp"
#include "core/text/wording.hpp"

namespace uninterruptible::admin {
namespace {

std::strong_ordering compare(const QString& one, const QString& other) { return one.compare(other) <=> 0; }

std::strong_ordering compare(int column, const ConnectionRow& one, const ConnectionRow& other) {
  switch (column) {
    case ConnectionModel::Id:
      return std::tie(one.generation, one.number) <=> std::tie(other.generation, other.number);
    case ConnectionModel::Generation: return one.generation <=> other.generation;
    case ConnectionModel::State: return compare(one.state, other.state);
    case ConnectionModel::Peer: return compare(one.peer, other.peer);
    case ConnectionModel::Label: return compare(one.label, other.label);
    case ConnectionModel::Local: return compare(one.local, other.local);
    // By the moment, not by the age: the moment stays. Who came last has been open for the shortest time.
    case ConnectionModel::OpenFor: return other.openedAt <=> one.openedAt;
    case ConnectionModel::IdleFor: return other.activeAt <=> one.activeAt;
    case ConnectionModel::BytesIn: return one.bytesIn <=> other.bytesIn;
    case ConnectionModel::BytesOut: return one.bytesOut <=> other.bytesOut;
    default: return std::strong_ordering::equal;
  }
}

}  // namespace

void ConnectionFilter::setSourceModel(ConnectionModel* source) {
  if (source == source_) return;
  if (source_) source_->disconnect(this);
  beginResetModel();
  source_ = source;
  shown_.clear();
  endResetModel();
  if (!source) return;
  connect(source, &ConnectionModel::edited, this, &ConnectionFilter::follow);
  connect(source, &QObject::destroyed, this, [this] {
    beginResetModel();
    source_ = nullptr;
    shown_.clear();
    endResetModel();
  });
  judgeAll();
}

int ConnectionFilter::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(shown_.size());
}

int ConnectionFilter::columnCount(const QModelIndex& parent) const {
  return source_ && !parent.isValid() ? source_->columnCount() : 0;
}

QVariant ConnectionFilter::data(const QModelIndex& index, int role) const {
  if (!source_ || !checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto row = shown_.at(index.row());
  return row == gone ? QVariant() : source_->data(source_->index(row, index.column()), role);
}

QVariant ConnectionFilter::headerData(int section, Qt::Orientation orientation, int role) const {
  return source_ ? source_->headerData(section, orientation, role) : QVariant();
}

const ConnectionRow& ConnectionFilter::at(int row) const { return source_->at(shown_.at(row)); }

void ConnectionFilter::sort(int column, Qt::SortOrder order) {
  column_ = column;
  order_ = order;
  judgeAll();
}

void ConnectionFilter::setText(const QString& text) {
  const auto words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
  if (words == words_) return;
  words_ = words;
  judgeAll();
}

void ConnectionFilter::setGeneration(std::optional<quint64> generation) {
  if (generation == generation_) return;
  generation_ = generation;
  judgeAll();
}

void ConnectionFilter::setFrozen(bool frozen) {
  if (frozen == frozen_) return;
  frozen_ = frozen;
  if (!frozen) judgeAll();
}

void ConnectionFilter::follow(const QList<int>& places, const QBitArray& touched) {
  Q_EMIT aboutToRearrange();
  for (auto& row : shown_) row = places.at(row);
  arrange(touched, !frozen_);
  Q_EMIT rearranged();
}

void ConnectionFilter::judgeAll() {
  if (!source_) return;
  Q_EMIT aboutToRearrange();
  arrange(QBitArray(source_->rowCount(), true), true);
  Q_EMIT rearranged();
}

/// `inOrder`: what does not match any more goes, and everything comes to where it belongs.
void ConnectionFilter::arrange(const QBitArray& touched, bool inOrder) {
  QBitArray known(touched.size());
  QList<int> order;  // what is to be shown, as rows of the source
  order.reserve(touched.size());
  for (const auto row : shown_) {
    if (row == gone) continue;
    known.setBit(row);
    if (!inOrder || !touched.testBit(row) || accepts(source_->at(row))) order += row;
  }
  const auto staying = order.size();
  for (int row = 0; row < touched.size(); ++row) {
    if (touched.testBit(row) && !known.testBit(row) && accepts(source_->at(row))) order += row;
  }
  const auto fresh = order.mid(staying);
  if (inOrder) {
    const auto before = [this](int one, int other) { return precedes(one, other); };
    const auto moving =
        std::stable_partition(order.begin(), order.end(), [&](int row) { return !touched.testBit(row); });
    std::sort(moving, order.end(), before);
    std::inplace_merge(order.begin(), moving, order.end(), before);
  }

  QList<int> placeOf(touched.size(), gone);
  QBitArray different(order.size());
  for (int place = 0; place < order.size(); ++place) {
    placeOf[order.at(place)] = place;
    different.setBit(place, known.testBit(order.at(place)) && touched.testBit(order.at(place)));
  }
  QList<int> places;
  places.reserve(shown_.size() + fresh.size());
  for (const auto row : shown_ + fresh) places += row == gone ? gone : placeOf.at(row);
  rearrange(shown_, fresh, places);
  announce(different);
}

bool ConnectionFilter::accepts(const ConnectionRow& row) const {
  if (generation_ && row.generation != *generation_) return false;
  return std::ranges::all_of(words_, [&row](const auto& word) {
    const auto has = [&word](const QString& text) { return text.contains(word, Qt::CaseInsensitive); };
    return has(row.id) || has(row.peer) || has(row.label) || has(wording::state(row.state));
  });
}

/// By the rows themselves: through QVariants, ten thousand of them take several frames to sort.
bool ConnectionFilter::precedes(int one, int other) const {
  const auto order = compare(column_, source_->at(one), source_->at(other));
  if (order == 0) return one < other;
  return order_ == Qt::AscendingOrder ? order < 0 : order > 0;
}

}  // namespace uninterruptible::admin
