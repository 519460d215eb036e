#include "ui/banners/undo_bar.hpp"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QPushButton>

#include "core/servers/server_monitor.hpp"
#include "ui/banners/banner.hpp"
#include "ui/style/plain_label.hpp"

namespace uninterruptible::admin {

UndoBar::UndoBar(QWidget* parent)
    : QWidget(parent),
      label_(new PlainLabel(QStringLiteral("undoBarText"), this)),
      rest_(new QProgressBar(this)),
      undo_(new QPushButton(tr("&Undo"), this)) {
  setObjectName(QStringLiteral("undoBar"));
  undo_->setObjectName(QStringLiteral("undoButton"));
  undo_->setShortcut(Qt::CTRL | Qt::Key_Z);
  rest_->setTextVisible(false);
  rest_->setAccessibleName(tr("Time left to undo"));
  rest_->setFixedSize(fontMetrics().averageCharWidth() * 16, fontMetrics().height() / 2);
  auto* const layout = new QHBoxLayout(this);
  layout->setContentsMargins(14, 6, 8, 6);
  layout->addWidget(label_, 1);
  layout->addWidget(rest_);
  layout->addWidget(undo_);
  timer_.setSingleShot(true);
  clock_.setInterval(std::chrono::milliseconds(100));
  connect(&timer_, &QTimer::timeout, this, &UndoBar::commit);
  connect(&clock_, &QTimer::timeout, this, &UndoBar::showRest);
  connect(undo_, &QPushButton::clicked, this, &UndoBar::undo);
  hide();
}

void UndoBar::begin(ServerMonitor* server, const QString& text, const QString& countdown,
                    const LinkCommand& command) {
  commit();
  server_ = server;
  countdown_ = countdown;
  command_ = command;
  rest_->setMaximum(static_cast<int>(delay_.count()));
  timer_.start(delay_);
  clock_.start();
  setAccessibleName(text);
  showRest();
  show();
  announce(*this);
}

void UndoBar::commit() {
  const bool waited = !isHidden();
  undo();
  if (waited && server_) server_->send(command_);
}

void UndoBar::undo() {
  timer_.stop();
  clock_.stop();
  hide();
}

void UndoBar::showRest() {
  const auto left = std::max(0, timer_.remainingTime());
  rest_->setValue(left);
  label_->setText(countdown_.arg((left + 999) / 1000));
}

void UndoBar::paintEvent(QPaintEvent*) { paintPanel(*this, Mark::Stopping); }

}  // namespace uninterruptible::admin
