#include "ui/generations/generation_cards.hpp"

#include <QGridLayout>
#include <algorithm>

#include "core/generations/generation_list_model.hpp"
#include "ui/generations/generation_card.hpp"

namespace uninterruptible::admin {

GenerationCards::GenerationCards(QWidget* parent) : QWidget(parent), grid_(new QGridLayout(this)) {
  setObjectName(QStringLiteral("generationCards"));
  setAccessibleName(tr("Generations"));
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
  grid_->setContentsMargins(0, 0, 0, 0);
  grid_->setSpacing(10);
}

void GenerationCards::setModel(const GenerationListModel* model) {
  if (model_) model_->disconnect(this);
  model_ = model;
  if (model_) {
    connect(model_, &QAbstractItemModel::rowsInserted, this, &GenerationCards::rebuild);
    connect(model_, &QAbstractItemModel::rowsRemoved, this, &GenerationCards::rebuild);
    connect(model_, &QAbstractItemModel::dataChanged, this, &GenerationCards::rebuild);
  }
  rebuild();
}

void GenerationCards::tick() {
  for (auto* const card : cards_) card->tick();
}

void GenerationCards::rebuild() {
  const auto wanted = static_cast<std::size_t>(model_ ? model_->rowCount() : 0);
  const bool moved = wanted != cards_.size();
  while (cards_.size() > wanted) {
    delete cards_.back();
    cards_.pop_back();
  }
  while (cards_.size() < wanted) cards_.push_back(new GenerationCard(this));
  for (std::size_t row = 0; row < wanted; ++row) cards_[row]->setRow(model_->at(static_cast<int>(row)));
  if (moved) {
    columns_ = 0;
    arrange();
  }
}

void GenerationCards::resizeEvent(QResizeEvent*) { arrange(); }

void GenerationCards::arrange() {
  const int widest = fontMetrics().averageCharWidth() * 44;
  const int fit = std::clamp(width() / widest, 1, std::max(1, static_cast<int>(cards_.size())));
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
