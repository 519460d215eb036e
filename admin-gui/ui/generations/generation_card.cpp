#include "ui/generations/generation_card.hpp"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QVBoxLayout>

#include "core/servers/server_monitor.hpp"
#include "core/text/wording.hpp"
#include "ui/banners/banner.hpp"
#include "ui/generations/drain_buttons.hpp"
#include "ui/generations/sparkline.hpp"
#include "ui/style/elided_label.hpp"
#include "ui/style/plain_label.hpp"

namespace uninterruptible::admin {

GenerationCard::GenerationCard(QWidget* parent)
    : QFrame(parent),
      mark_(new StateMark(this)),
      title_(new PlainLabel(QStringLiteral("cardTitle"), this)),
      state_(new PlainLabel(QStringLiteral("cardState"), this)),
      pid_(new PlainLabel(QStringLiteral("cardPid"), this)),
      version_(new ElidedLabel(QStringLiteral("cardVersion"), 24, this)),
      connections_(new PlainLabel(QStringLiteral("cardConnections"), this)),
      connectionLine_(new Sparkline(QStringLiteral("cardConnectionLine"), this)),
      rate_(new PlainLabel(QStringLiteral("cardRate"), this)),
      rateLine_(new Sparkline(QStringLiteral("cardRateLine"), this)),
      since_(new PlainLabel(QStringLiteral("cardSince"), this)),
      oldest_(new PlainLabel(QStringLiteral("cardOldest"), this)),
      cutOff_(new PlainLabel(QStringLiteral("cardCutOff"), this)),
      drained_(new QProgressBar(this)),
      buttons_(new DrainButtons(this)) {
  title_->setScale(1.1, true);
  state_->setScale(1.1, false);
  connections_->setScale(1.3, true);
  for (auto* const label : {pid_, since_, oldest_, cutOff_, rate_}) label->setSubdued();
  version_->setSubdued();
  connectionLine_->setAccessibleName(tr("Open connections in the last two minutes"));
  rateLine_->setAccessibleName(tr("Accepted connections in the last two minutes"));
  drained_->setObjectName(QStringLiteral("cardDrained"));
  drained_->setAccessibleName(tr("Connections that have finished"));
  drained_->setTextVisible(false);
  drained_->setFixedHeight(fontMetrics().height() / 2);
  connect(buttons_, &DrainButtons::showOldest, this, [this] { Q_EMIT showOldest(number()); });
  connect(buttons_, &DrainButtons::closeIdle, this, [this] { Q_EMIT closeIdle(number()); });
  connect(buttons_, &DrainButtons::cutOff, this, [this] { Q_EMIT cutOff(number()); });
  connect(buttons_, &DrainButtons::extend, this, [this](auto by) { Q_EMIT extend(number(), by); });
  arrange();
}

void GenerationCard::arrange() {
  const auto line = [] {
    auto* const result = new QHBoxLayout;
    result->setSpacing(8);
    return result;
  };
  auto* const head = line();
  head->addWidget(mark_);
  head->addWidget(title_);
  head->addWidget(state_);
  head->addStretch(1);
  head->addWidget(pid_);
  head->addWidget(version_);
  auto* const middle = line();
  middle->addWidget(connections_);
  middle->addWidget(connectionLine_, 1);
  middle->addWidget(rateLine_, 1);
  middle->addWidget(rate_);
  auto* const foot = line();
  foot->addWidget(since_);
  foot->addStretch(1);
  foot->addWidget(oldest_);
  foot->addWidget(cutOff_);
  auto* const layout = new QVBoxLayout(this);
  layout->setContentsMargins(16, 10, 14, 10);
  layout->setSpacing(6);
  layout->addLayout(head);
  layout->addLayout(middle);
  layout->addWidget(drained_);
  layout->addLayout(foot);
  layout->addWidget(buttons_);
  layout->addStretch(1);
}

bool GenerationCard::isDraining() const { return row_.drainFrom > 0 && row_.status.state == "draining"; }

void GenerationCard::setRow(const GenerationRow& row, const ServerMonitor& server) {
  row_ = row;
  const auto& status = row.status;
  const auto state = wording::plain(status.state);
  const auto name = QString::number(status.generation);
  setObjectName(QStringLiteral("generationCard%1").arg(name));
  // Of a server that is lost nobody knows what it does now.
  const bool current = server.isCurrent();
  mark_->setMark(current ? markOf(state) : Mark::Gone);
  title_->setText(tr("Generation %1").arg(name));
  state_->setText(current ? wording::state(state)
                          : tr("%1, as of %2").arg(wording::state(state), wording::clock(server.asOf())));
  pid_->setText(tr("pid %1").arg(status.pid));
  version_->setText(tr("version %1").arg(wording::plain(status.version)));
  version_->setVisible(!status.version.empty());
  const bool draining = isDraining();
  connections_->setText(
      draining ? tr("%1 of %2 left").arg(wording::number(status.connections), wording::number(row.drainFrom))
               : wording::connections(status.connections));
  drained_->setVisible(draining);
  buttons_->setVisible(state == QLatin1String("draining"));
  buttons_->setPossible(status.cut_off_at.has_value(), server.link().mayOperate);
  rate_->setVisible(state == QLatin1String("live"));
  rateLine_->setVisible(state == QLatin1String("live"));
  if (draining) {
    drained_->setMaximum(static_cast<int>(row.drainFrom));
    drained_->setValue(static_cast<int>(row.drainFrom - status.connections));
  }
  tick(server);
  setAccessibleName(tr("Generation %1, %2, %3").arg(name, state_->text(), connections_->text()));
  update();
}

void GenerationCard::tick(const ServerMonitor& server) {
  showTimes(server, server.asOf());
  showHistory(server);
}

void GenerationCard::showTimes(const ServerMonitor& server, qint64 now) {
  const auto& status = row_.status;
  const auto start = wording::toMilliseconds(status.draining_since.value_or(status.started_at));
  const auto text = status.draining_since ? tr("draining since %1 (%2)") : tr("since %1 (%2)");
  since_->setText(text.arg(wording::clock(start), wording::age(start, now)));
  const auto opened = isDraining() ? server.connections()->oldest(number()) : 0;
  oldest_->setVisible(opened != 0);
  oldest_->setText(tr("oldest %1").arg(wording::age(opened, now)));
  cutOff_->setVisible(status.cut_off_at.has_value());
  if (!status.cut_off_at) return;
  const auto end = wording::toMilliseconds(*status.cut_off_at);
  cutOff_->setText(tr("cut off at %1 (in %2)").arg(wording::clock(end), wording::age(now, end)));
}

void GenerationCard::showHistory(const ServerMonitor& server) {
  const auto accepted = server.history().accepted(number());
  connectionLine_->setValues(server.history().connections(number()), GenerationHistory::capacity);
  rateLine_->setValues(accepted, GenerationHistory::capacity);
  rate_->setText(tr("%1 new/s").arg(accepted.isEmpty() ? 0 : static_cast<int>(accepted.last())));
}

void GenerationCard::paintEvent(QPaintEvent*) { paintPanel(*this, mark_->mark()); }

}  // namespace uninterruptible::admin
