#include "ui/connections/scope_bar.hpp"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QToolButton>

#include "core/servers/server_monitor.hpp"
#include "core/text/wording.hpp"

namespace uninterruptible::admin {

ScopeBar::ScopeBar(QWidget* parent)
    : QWidget(parent), row_(new QHBoxLayout(this)), group_(new QButtonGroup(this)) {
  setObjectName(QStringLiteral("scopeBar"));
  setAccessibleName(tr("Which connections are shown"));
  row_->setContentsMargins(0, 0, 0, 0);
  row_->setSpacing(4);
  row_->addStretch(1);
}

void ScopeBar::setServer(ServerMonitor* server) {
  if (server_) server_->disconnect(this);
  server_ = server;
  if (server_) connect(server_, &ServerMonitor::statusChanged, this, &ScopeBar::refresh);
  choose({});
  refresh();
}

void ScopeBar::choose(std::optional<quint64> generation) {
  const auto place = generations_.indexOf(generation.value_or(0));
  if (place >= 0) buttons_.at(place)->setChecked(true);
  Q_EMIT chosen(place >= 0 ? generation : std::nullopt);
}

QToolButton* ScopeBar::makeButton(quint64 generation) {
  auto* const button = new QToolButton(this);
  button->setCheckable(true);
  button->setAutoRaise(true);
  button->setFocusPolicy(Qt::TabFocus);
  button->setObjectName(generation == 0 ? QStringLiteral("scopeAll")
                                        : QStringLiteral("scope%1").arg(generation));
  connect(button, &QToolButton::clicked, this,
          [this, generation] { Q_EMIT chosen(generation == 0 ? std::nullopt : std::optional(generation)); });
  group_->addButton(button);
  row_->insertWidget(row_->count() - 1, button);
  return button;
}

void ScopeBar::refresh() {
  QList<quint64> wanted{0};
  const auto* const generations = server_ ? server_->generations() : nullptr;
  for (int row = 0; generations && row < generations->rowCount(); ++row) {
    wanted += generations->at(row).status.generation;
  }
  if (wanted != generations_) {
    const auto* const checked = group_->checkedButton();
    const auto place = checked ? buttons_.indexOf(checked) : 0;
    const auto before = place < generations_.size() ? generations_.at(place) : 0;
    for (auto* const button : buttons_) {
      button->hide();
      button->deleteLater();
    }
    buttons_.clear();
    generations_ = wanted;
    for (const auto generation : wanted) buttons_ += makeButton(generation);
    // A generation that went takes its scope along.
    choose(before != 0 && wanted.contains(before) ? std::optional(before) : std::nullopt);
  }
  buttons_.front()->setText(tr("All %1").arg(wording::number(server_ ? server_->connectionCount() : 0)));
  for (qsizetype place = 1; place < buttons_.size(); ++place) {
    const auto& status = generations->at(static_cast<int>(place) - 1).status;
    buttons_.at(place)->setText(
        tr("Generation %1: %2").arg(QString::number(status.generation), wording::number(status.connections)));
  }
  setVisible(wanted.size() > 2);  // of one generation there is nothing to choose
}

}  // namespace uninterruptible::admin
