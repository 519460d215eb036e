#include "ui/connections/details_sheet.hpp"

#include <QClipboard>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "core/servers/server_monitor.hpp"
#include "core/text/wording.hpp"
#include "ui/style/plain_label.hpp"

namespace uninterruptible::admin {
namespace {

/// A moment, and how long ago that is.
QString momentText(qint64 time, qint64 now) {
  return DetailsSheet::tr("%1 (%2 ago)").arg(wording::clock(time), wording::age(time, now));
}

/// As people read it, and exactly where that is something else.
QString bytesText(quint64 count) {
  constexpr quint64 smallest = 1000;
  if (count < smallest) return wording::bytes(count);
  return DetailsSheet::tr("%1 (%2 bytes)").arg(wording::bytes(count), wording::number(count));
}

}  // namespace

DetailsSheet::DetailsSheet(QWidget* parent)
    : QFrame(parent), title_(new PlainLabel(QStringLiteral("detailsTitle"), this)) {
  setObjectName(QStringLiteral("detailsSheet"));
  setFrameShape(QFrame::StyledPanel);
  title_->setScale(1.2, true);
  // A label may be longer than the window is high.
  auto* const content = new QWidget(this);
  auto* const form = new QFormLayout(content);
  form->setContentsMargins(0, 0, 0, 0);
  auto* const scroll = new QScrollArea(this);
  scroll->setObjectName(QStringLiteral("detailsScroll"));
  scroll->setAccessibleName(tr("Details"));
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setWidgetResizable(true);
  scroll->setWidget(content);
  scroll->viewport()->setAutoFillBackground(false);
  content->setAutoFillBackground(false);
  setMinimumWidth(fontMetrics().averageCharWidth() * 40);
  state_ = addLine(form, tr("State"), "detailsState");
  generation_ = addLine(form, tr("Generation"), "detailsGeneration");
  peer_ = addLine(form, tr("Peer"), "detailsPeer");
  local_ = addLine(form, tr("Local address"), "detailsLocal");
  label_ = addLine(form, tr("Label"), "detailsLabel");
  opened_ = addLine(form, tr("Opened"), "detailsOpened");
  active_ = addLine(form, tr("Last active"), "detailsActive");
  in_ = addLine(form, tr("In"), "detailsIn");
  out_ = addLine(form, tr("Out"), "detailsOut");
  auto* const copy = new QPushButton(tr("Copy"), this);
  copy->setObjectName(QStringLiteral("detailsCopy"));
  connect(copy, &QPushButton::clicked, this, &DetailsSheet::copy);
  auto* const close = new QPushButton(tr("Close"), this);
  close->setObjectName(QStringLiteral("detailsClose"));
  connect(close, &QPushButton::clicked, this, &QWidget::hide);
  auto* const buttons = new QHBoxLayout;
  buttons->addStretch(1);
  buttons->addWidget(copy);
  buttons->addWidget(close);
  auto* const layout = new QVBoxLayout(this);
  layout->addWidget(title_);
  layout->addWidget(scroll, 1);
  layout->addLayout(buttons);
  hide();
}

PlainLabel* DetailsSheet::addLine(QFormLayout* form, const QString& name, const char* objectName) {
  auto* const value = new PlainLabel(QString::fromLatin1(objectName), this);
  value->setProse();
  auto* const caption = new PlainLabel({}, this);
  caption->setText(name);
  caption->setSubdued();
  caption->setBuddy(value);
  form->addRow(caption, value);
  lines_ += {name, value};
  return value;
}

void DetailsSheet::setServer(ServerMonitor* server) {
  if (server_) server_->disconnect(this);
  server_ = server;
  hide();
  if (!server) return;
  connect(server, &ServerMonitor::statusChanged, this, &DetailsSheet::refresh);
  connect(server, &ServerMonitor::linkChanged, this, &DetailsSheet::refresh);
}

void DetailsSheet::showConnection(const QString& id) {
  row_ = {};
  row_.id = id;
  ended_ = false;
  show();
  refresh();
}

void DetailsSheet::refresh() {
  if (isHidden() || !server_) return;
  const auto place = server_->connections()->find(row_.id);
  if (place >= 0) row_ = server_->connections()->at(place);
  ended_ = place < 0;
  const auto now = server_->asOf();
  title_->setText(tr("Connection %1").arg(row_.id));
  setAccessibleName(title_->text());
  state_->setText(ended_ ? tr("Ended") : wording::state(row_.state));
  const auto version = wording::cut(server_->versionOf(row_.generation), 24);
  const auto generation = QString::number(row_.generation);
  generation_->setText(version.isEmpty() ? generation : tr("%1 (version %2)").arg(generation, version));
  peer_->setText(row_.peer);
  local_->setText(row_.local);
  label_->setText(row_.label.isEmpty() ? tr("none") : row_.label);
  opened_->setText(momentText(row_.openedAt, now));
  active_->setText(momentText(row_.activeAt, now));
  in_->setText(bytesText(row_.bytesIn));
  out_->setText(bytesText(row_.bytesOut));
  // Who cannot see that a caption stands beside its value would hear the caption alone.
  for (const auto& [name, value] : lines_) value->setAccessibleName(tr("%1: %2").arg(name, value->text()));
}

void DetailsSheet::copy() {
  QStringList text{title_->text()};
  for (const auto& [name, value] : lines_) text += name + QStringLiteral(": ") + value->text();
  QGuiApplication::clipboard()->setText(text.join(QLatin1Char('\n')) + QLatin1Char('\n'));
}

void DetailsSheet::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) return hide();
  QFrame::keyPressEvent(event);
}

}  // namespace uninterruptible::admin
