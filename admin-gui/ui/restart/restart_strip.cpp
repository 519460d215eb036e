#include "ui/restart/restart_strip.hpp"

#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <utility>

#include "core/servers/server_monitor.hpp"
#include "core/text/wording.hpp"
#include "ui/banners/banner.hpp"
#include "ui/restart/step_track.hpp"
#include "ui/style/elided_label.hpp"
#include "ui/style/plain_label.hpp"
#include "ui/window/action_rules.hpp"

namespace uninterruptible::admin {
namespace {

constexpr qint64 afterglow = 10'000;  // milliseconds that a finished restart stays on the page

Mark markOf(RestartReport::Outcome outcome) {
  switch (outcome) {
    case RestartReport::Outcome::Finished:
    case RestartReport::Outcome::Rehearsed: return Mark::Reached;
    case RestartReport::Outcome::Failed:
    case RestartReport::Outcome::RolledBack: return Mark::Broken;
    case RestartReport::Outcome::Draining: return Mark::Draining;
    default: return Mark::Current;
  }
}

bool isFailure(const RestartReport& report) { return !report.reason().isEmpty(); }

QPushButton* button(const QString& objectName, const QString& text, QWidget* parent) {
  auto* const result = new QPushButton(text, parent);
  result->setObjectName(objectName);
  return result;
}

}  // namespace

RestartStrip::RestartStrip(QWidget* parent)
    : QFrame(parent),
      mark_(new StateMark(this)),
      headline_(new PlainLabel(QStringLiteral("restartHeadline"), this)),
      asker_(new ElidedLabel(QStringLiteral("restartAsker"), 40, this)),
      remark_(new PlainLabel(QStringLiteral("restartRemark"), this)),
      track_(new StepTrack(this)),
      reason_(new PlainLabel(QStringLiteral("restartReason"), this)),
      consequence_(new PlainLabel(QStringLiteral("restartConsequence"), this)),
      lastLines_(new QPlainTextEdit(this)),
      ledger_(new PlainLabel(QStringLiteral("restartLedger"), this)),
      cancel_(button(QStringLiteral("cancelRestartButton"), tr("Cancel Restart"), this)),
      tryAgain_(button(QStringLiteral("tryAgainButton"), tr("Try Again"), this)),
      copy_(button(QStringLiteral("copyReportButton"), tr("Copy Report"), this)),
      dismiss_(button(QStringLiteral("dismissButton"), tr("Dismiss"), this)) {
  setObjectName(QStringLiteral("restartStrip"));
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
  headline_->setScale(1.1, true);
  headline_->setWordWrap(true);
  asker_->setSubdued();
  ledger_->setProse();
  remark_->setSubdued();
  remark_->setWordWrap(true);
  reason_->setProse();
  consequence_->setProse();
  auto strong = consequence_->font();
  strong.setBold(true);
  consequence_->setFont(strong);
  lastLines_->setObjectName(QStringLiteral("lastLines"));
  lastLines_->setAccessibleName(tr("Last lines the new process wrote"));
  lastLines_->setReadOnly(true);
  lastLines_->setTabChangesFocus(true);
  lastLines_->setLineWrapMode(QPlainTextEdit::NoWrap);
  lastLines_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  connect(cancel_, &QPushButton::clicked, this, &RestartStrip::cancelWanted);
  connect(tryAgain_, &QPushButton::clicked, this, &RestartStrip::tryAgain);
  connect(copy_, &QPushButton::clicked, this, &RestartStrip::copyReport);
  connect(dismiss_, &QPushButton::clicked, this, &RestartStrip::dismiss);

  auto* const head = new QHBoxLayout;
  head->setSpacing(8);
  head->addWidget(mark_);
  head->addWidget(headline_, 1);
  head->addWidget(asker_);
  head->addWidget(cancel_);
  head->addWidget(tryAgain_);
  head->addWidget(copy_);
  head->addWidget(dismiss_);
  auto* const layout = new QVBoxLayout(this);
  layout->setContentsMargins(16, 10, 14, 10);
  layout->setSpacing(8);
  layout->addLayout(head);
  layout->addWidget(track_);
  layout->addWidget(remark_);
  layout->addWidget(reason_);
  layout->addWidget(lastLines_);
  layout->addWidget(consequence_);
  layout->addWidget(ledger_);
  hide();
}

void RestartStrip::setServer(ServerMonitor* server) {
  if (server_) {
    server_->steps()->disconnect(this);
    server_->restarts()->disconnect(this);
    server_->disconnect(this);
  }
  server_ = server;
  dismissedEnd_ = 0;
  if (server_) {
    connect(server_->steps(), &RestartStepModel::reportChanged, this, &RestartStrip::refresh);
    connect(server_->restarts(), &HistoryModel::changed, this, &RestartStrip::refresh);
    connect(server_, &ServerMonitor::statusChanged, this, &RestartStrip::refresh);
    connect(server_, &ServerMonitor::linkChanged, this, &RestartStrip::refresh);
  }
  refresh();
}

void RestartStrip::tick() {
  if (isVisible()) refresh();
}

bool RestartStrip::matters(const RestartReport& report) const {
  switch (report.outcome()) {
    case RestartReport::Outcome::None: return false;
    case RestartReport::Outcome::Running:
    case RestartReport::Outcome::Draining: return true;
    case RestartReport::Outcome::Finished: return wording::now() - report.endedAt() < afterglow;
    case RestartReport::Outcome::Failed:
    case RestartReport::Outcome::Rehearsed:
    case RestartReport::Outcome::RolledBack: return report.endedAt() != dismissedEnd_;
  }
  return false;
}

void RestartStrip::refresh() {
  if (!server_ || !matters(server_->steps()->report())) {
    announced_ = RestartReport::Outcome::None;
    return hide();
  }
  const auto& report = server_->steps()->report();
  edge_ = markOf(report.outcome());
  mark_->setMark(edge_);
  headline_->setText(report.headline(wording::now()));
  setAccessibleName(headline_->text());
  std::vector<RestartStop> stops;
  for (int row = 0; row < server_->steps()->rowCount(); ++row) stops.push_back(server_->steps()->at(row));
  track_->setStops(stops);
  const bool failed = isFailure(report);
  remark_->setText(report.remark());
  remark_->setVisible(!failed && !report.remark().isEmpty());
  showPast(report);
  showButtons(report);
  reason_->setVisible(failed);
  consequence_->setVisible(failed);
  lastLines_->setVisible(failed && !report.lastLines().isEmpty());
  if (failed) showFailure(report);
  show();
  update();
  // Steps and seconds go on without a word; how it ends is news.
  if (std::exchange(announced_, report.outcome()) != report.outcome()) announce(*this);
}

void RestartStrip::showButtons(const RestartReport& report) {
  const bool going = report.outcome() == RestartReport::Outcome::Running;
  const auto stage = stageOf(report.lastStep(), going);
  const bool mayOperate = server_->isConnected() && server_->link().mayOperate;
  cancel_->setVisible(mayOperate && (stage == RestartStage::Starting || stage == RestartStage::Trial));
  cancel_->setText(stage == RestartStage::Trial ? tr("Roll Back") : tr("Cancel Restart"));
  const bool rehearsed = report.outcome() == RestartReport::Outcome::Rehearsed;
  tryAgain_->setVisible(isFailure(report) && mayOperate);
  copy_->setVisible(isFailure(report) || rehearsed);
  dismiss_->setVisible(isFailure(report) || rehearsed);
}

void RestartStrip::showPast(const RestartReport& report) {
  const auto* const entry = server_->restarts()->find(report.restart());
  const auto asked = entry ? history::askedFor(*entry) : QString();
  asker_->setText(asked);
  asker_->setVisible(!asked.isEmpty());
  // Of what failed the consequence is told.
  const bool tells = entry && (report.outcome() == RestartReport::Outcome::Draining ||
                               report.outcome() == RestartReport::Outcome::Finished);
  QStringList account;
  if (tells) account = {history::verdict(entry->record), history::gap(entry->record)};
  account.removeAll(QString());
  ledger_->setText(account.join(QStringLiteral(" - ")));
  ledger_->setVisible(!account.isEmpty());
}

void RestartStrip::showFailure(const RestartReport& report) {
  reason_->setText(report.reason());
  consequence_->setText(report.consequence(server_->status() ? server_->status()->generation : 0));
  const auto lines = report.lastLines().join(QLatin1Char('\n'));
  if (lines == lastLines_->toPlainText()) return;
  lastLines_->setPlainText(lines);
  const auto shown = std::clamp<qsizetype>(report.lastLines().size(), 1, 6);
  const auto frame =
      2 * lastLines_->frameWidth() + 2 * static_cast<int>(lastLines_->document()->documentMargin());
  lastLines_->setFixedHeight(static_cast<int>(shown) * QFontMetrics(lastLines_->font()).lineSpacing() +
                             frame + 2);
}

void RestartStrip::dismiss() {
  if (server_) dismissedEnd_ = server_->steps()->report().endedAt();
  refresh();
}

void RestartStrip::copyReport() {
  if (!server_) return;
  const auto serving = server_->status() ? server_->status()->generation : 0;
  QGuiApplication::clipboard()->setText(server_->steps()->report().text(server_->name(), serving));
}

void RestartStrip::paintEvent(QPaintEvent*) { paintPanel(*this, edge_); }

}  // namespace uninterruptible::admin
