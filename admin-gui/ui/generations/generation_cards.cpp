#include "ui/generations/generation_cards.hpp"

#include <QGridLayout>
#include <algorithm>

#include "core/servers/server_monitor.hpp"
#include "ui/generations/generation_card.hpp"

namespace uninterruptible::admin {

GenerationCards::GenerationCards(QWidget* parent) : QWidget(parent), grid_(new QGridLayout(this)) {
  setObjectName(QStringLiteral("generationCards"));
  setAccessibleName(tr("Generations"));
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
  grid_->setContentsMargins(0, 0, 0, 0);
  grid_->setSpacing(10);
}

void GenerationCards::setServer(ServerMonitor* server) {
  if (server_) {
    server_->generations()->disconnect(this);
    server_->disconnect(this);
  }
  server_ = server;
  if (server_) {
    const auto* const model = server_->generations();
    connect(model, &QAbstractItemModel::rowsInserted, this, &GenerationCards::rebuild);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &GenerationCards::rebuild);
    connect(model, &QAbstractItemModel::dataChanged, this, &GenerationCards::rebuild);
    connect(server_, &ServerMonitor::linkChanged, this, &GenerationCards::rebuild);
    connect(server_, &ServerMonitor::sampled, this, &GenerationCards::tick);
  }
  rebuild();
}

void GenerationCards::tick() {
  if (!server_) return;
  for (auto* const card : cards_) card->tick(*server_);
  arrange();  // what they say may have got too long to stand side by side
}

GenerationCard* GenerationCards::makeCard() {
  auto* const card = new GenerationCard(this);
  connect(card, &GenerationCard::showOldest, this, &GenerationCards::showOldest);
  connect(card, &GenerationCard::closeIdle, this, &GenerationCards::closeIdle);
  connect(card, &GenerationCard::cutOff, this, &GenerationCards::cutOff);
  connect(card, &GenerationCard::extend, this, &GenerationCards::extend);
  return card;
}

void GenerationCards::rebuild() {
  const auto wanted = static_cast<std::size_t>(server_ ? server_->generations()->rowCount() : 0);
  const bool moved = wanted != cards_.size();
  while (cards_.size() > wanted) {
    delete cards_.back();
    cards_.pop_back();
  }
  while (cards_.size() < wanted) cards_.push_back(makeCard());
  for (std::size_t row = 0; row < wanted; ++row) {
    cards_[row]->setRow(server_->generations()->at(static_cast<int>(row)), *server_);
  }
  if (moved) columns_ = 0;
  arrange();
}

QSize GenerationCards::minimumSizeHint() const {
  int widest = 0;
  for (const auto* const card : cards_) widest = std::max(widest, card->minimumSizeHint().width());
  return {widest, QWidget::minimumSizeHint().height()};
}

void GenerationCards::resizeEvent(QResizeEvent*) { arrange(); }

void GenerationCards::arrange() {
  int widest = fontMetrics().averageCharWidth() * 44;
  for (const auto* const card : cards_) widest = std::max(widest, card->minimumSizeHint().width());
  // In a narrow window cards stand above each other, even where two would just fit.
  constexpr int narrow = 900;
  const int room = window()->width() < narrow ? 1 : std::max(1, static_cast<int>(cards_.size()));
  const int gaps = grid_->horizontalSpacing();
  const int fit = std::clamp((width() + gaps) / (widest + gaps), 1, room);
  if (fit == columns_) return;
  for (int column = 0; column < grid_->columnCount(); ++column) grid_->setColumnStretch(column, 0);
  columns_ = fit;
  int place = 0;
  for (auto* const card : cards_) {
    grid_->addWidget(card, place / columns_, place % columns_);
    grid_->setColumnStretch(place % columns_, 1);
    card->show();
    ++place;
  }
}

}  // namespace uninterruptible::admin
