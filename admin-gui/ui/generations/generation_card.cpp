#include "ui/generations/generation_card.hpp"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QVBoxLayout>

#include "core/text/wording.hpp"
#include "ui/banners/banner.hpp"
#include "ui/style/plain_label.hpp"

namespace uninterruptible::admin {

GenerationCard::GenerationCard(QWidget* parent)
    : QFrame(parent),
      mark_(new StateMark(this)),
      title_(new PlainLabel(QStringLiteral("cardTitle"), this)),
      state_(new PlainLabel(QStringLiteral("cardState"), this)),
      pid_(new PlainLabel(QStringLiteral("cardPid"), this)),
      connections_(new PlainLabel(QStringLiteral("cardConnections"), this)),
      since_(new PlainLabel(QStringLiteral("cardSince"), this)),
      cutOff_(new PlainLabel(QStringLiteral("cardCutOff"), this)),
      drained_(new QProgressBar(this)) {
  title_->setScale(1.1, true);
  state_->setScale(1.1, false);
  connections_->setScale(1.3, true);
  pid_->setSubdued();
  since_->setSubdued();
  cutOff_->setSubdued();
  drained_->setObjectName(QStringLiteral("cardDrained"));
  drained_->setAccessibleName(tr("Connections that have finished"));
  drained_->setTextVisible(false);
  drained_->setFixedHeight(fontMetrics().height() / 2);

  auto* const head = new QHBoxLayout;
  head->setSpacing(8);
  head->addWidget(mark_);
  head->addWidget(title_);
  head->addWidget(state_);
  head->addStretch(1);
  head->addWidget(pid_);
  auto* const foot = new QHBoxLayout;
  foot->addWidget(since_);
  foot->addStretch(1);
  foot->addWidget(cutOff_);
  auto* const layout = new QVBoxLayout(this);
  layout->setContentsMargins(16, 10, 14, 10);
  layout->setSpacing(6);
  layout->addLayout(head);
  layout->addWidget(connections_);
  layout->addWidget(drained_);
  layout->addLayout(foot);
  layout->addStretch(1);
}

void GenerationCard::setRow(const GenerationRow& row) {
  row_ = row;
  const auto& status = row.status;
  const auto state = wording::plain(status.state);
  const auto number = QString::number(status.generation);
  setObjectName(QStringLiteral("generationCard%1").arg(number));
  mark_->setMark(markOf(state));
  title_->setText(tr("Generation %1").arg(number));
  state_->setText(wording::state(state));
  pid_->setText(tr("pid %1").arg(status.pid));
  const bool draining = row.drainFrom > 0 && state == QLatin1String("draining");
  connections_->setText(
      draining ? tr("%1 of %2 left").arg(wording::number(status.connections), wording::number(row.drainFrom))
               : wording::connections(status.connections));
  drained_->setVisible(draining);
  if (draining) {
    drained_->setMaximum(static_cast<int>(row.drainFrom));
    drained_->setValue(static_cast<int>(row.drainFrom - status.connections));
  }
  showTimes(wording::now());
  setAccessibleName(tr("Generation %1, %2, %3").arg(number, state_->text(), connections_->text()));
  update();
}

void GenerationCard::tick() { showTimes(wording::now()); }

void GenerationCard::showTimes(qint64 now) {
  const auto& status = row_.status;
  const auto start = wording::toMilliseconds(status.draining_since.value_or(status.started_at));
  const auto text = status.draining_since ? tr("draining since %1 (%2)") : tr("since %1 (%2)");
  since_->setText(text.arg(wording::clock(start), wording::age(start, now)));
  cutOff_->setVisible(status.cut_off_at.has_value());
  if (!status.cut_off_at) return;
  const auto end = wording::toMilliseconds(*status.cut_off_at);
  cutOff_->setText(tr("cut off at %1 (in %2)").arg(wording::clock(end), wording::age(now, end)));
}

void GenerationCard::paintEvent(QPaintEvent*) { paintPanel(*this, mark_->mark()); }

}  // namespace uninterruptible::admin
