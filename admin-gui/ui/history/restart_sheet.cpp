#include "ui/history/restart_sheet.hpp"

#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QVBoxLayout>

#include "core/servers/server_monitor.hpp"
#include "core/text/wording.hpp"
#include "ui/history/history_marks.hpp"
#include "ui/style/elided_label.hpp"

namespace uninterruptible::admin {

RestartSheet::RestartSheet(QWidget* parent)
    : QFrame(parent),
      mark_(new StateMark(this)),
      title_(new ElidedLabel(QStringLiteral("restartSheetTitle"), 60, this)),
      verdict_(new PlainLabel(QStringLiteral("restartSheetVerdict"), this)),
      report_(new QPlainTextEdit(this)),
      copy_(new QPushButton(tr("Copy Report"), this)) {
  setObjectName(QStringLiteral("restartSheet"));
  auto strong = title_->font();
  strong.setBold(true);
  title_->setFont(strong);
  verdict_->setProse();
  report_->setObjectName(QStringLiteral("restartSheetReport"));
  report_->setAccessibleName(tr("Report of the restart"));
  report_->setReadOnly(true);
  report_->setTabChangesFocus(true);
  report_->setLineWrapMode(QPlainTextEdit::NoWrap);
  report_->setFrameShape(NoFrame);
  report_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  copy_->setObjectName(QStringLiteral("copyHistoryReportButton"));
  connect(copy_, &QPushButton::clicked, this, &RestartSheet::copy);
  auto* const head = new QHBoxLayout;
  head->setSpacing(8);
  head->addWidget(mark_);
  head->addWidget(title_, 1);
  head->addWidget(copy_);
  auto* const layout = new QVBoxLayout(this);
  layout->setContentsMargins(8, 4, 4, 4);
  layout->setSpacing(4);
  layout->addLayout(head);
  layout->addWidget(verdict_);
  layout->addWidget(report_, 1);
  setMinimumWidth(fontMetrics().averageCharWidth() * 30);
}

void RestartSheet::setServer(ServerMonitor* server) {
  if (server_) server_->restarts()->disconnect(this);
  server_ = server;
  restart_ = 0;
  if (server_) connect(server_->restarts(), &HistoryModel::changed, this, &RestartSheet::refresh);
  refresh();
}

void RestartSheet::showRestart(quint64 restart) {
  restart_ = restart;
  refresh();
}

void RestartSheet::refresh() {
  const auto* const entry = server_ ? server_->restarts()->find(restart_) : nullptr;
  for (auto* const widget : findChildren<QWidget*>(Qt::FindDirectChildrenOnly)) widget->setVisible(entry);
  if (!entry) return;
  const auto& record = entry->record;
  mark_->setMark(markOfOutcome(wording::plain(record.outcome)));
  const auto word = history::outcome(record);
  const auto number = QString::number(record.restart);
  const auto asked = history::askedFor(*entry);
  title_->setText(asked.isEmpty() ? tr("Restart %1: %2").arg(number, word)
                                  : tr("Restart %1: %2, %3").arg(number, word, asked));
  setAccessibleName(title_->text());
  verdict_->setText(history::verdict(record));
  verdict_->setVisible(!verdict_->text().isEmpty());
  const auto text =
      history::report(*entry, server_->name(),
                      {server_->versionOf(record.old_generation), server_->versionOf(record.generation)});
  if (text == report_->toPlainText()) return;
  const auto place = report_->verticalScrollBar()->value();
  report_->setPlainText(text);
  report_->verticalScrollBar()->setValue(place);
}

void RestartSheet::copy() { QGuiApplication::clipboard()->setText(report_->toPlainText()); }

}  // namespace uninterruptible::admin
