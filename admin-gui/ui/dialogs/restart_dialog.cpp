#include "ui/dialogs/restart_dialog.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <chrono>
#include <cmath>

#include "core/servers/server_monitor.hpp"
#include "core/text/wording.hpp"
#include "ui/dialogs/command_field.hpp"
#include "ui/dialogs/number_box.hpp"
#include "ui/style/plain_label.hpp"

namespace uninterruptible::admin {
namespace {

using namespace std::chrono_literals;

template <typename Widget>
Widget* named(Widget* widget, const char* objectName) {
  widget->setObjectName(QString::fromLatin1(objectName));
  return widget;
}

double inSeconds(std::chrono::milliseconds time) { return static_cast<double>(time.count()) / 1000; }

std::chrono::milliseconds fromSeconds(double seconds) {
  return std::chrono::milliseconds(std::llround(seconds * 1000));
}

QString startCommand(const ServerMonitor& server) {
  QStringList words;
  if (server.status()) {
    for (const auto& word : server.status()->start_command) words += shellWord(wording::plain(word));
  }
  return words.join(QLatin1Char(' '));
}

/// The check box decides whether the fields beside it count.
QWidget* row(QCheckBox* box, std::initializer_list<QWidget*> fields, QWidget* parent) {
  auto* const result = new QWidget(parent);
  auto* const layout = new QHBoxLayout(result);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(box);
  for (auto* const field : fields) {
    layout->addWidget(field);
    field->setEnabled(box->isChecked());
    QObject::connect(box, &QCheckBox::toggled, field, &QWidget::setEnabled);
  }
  layout->addStretch(1);
  return result;
}

}  // namespace

RestartDialog::RestartDialog(const ServerMonitor& server, QWidget* parent)
    : QDialog(parent),
      argument_(server.address().argument()),
      limitsDrain_(named(new QCheckBox(tr("&Cut off what is left after"), this), "limitDrain")),
      drain_(new NumberBox("drainValue", 0.001, 9999, this)),
      drainUnit_(named(new QComboBox(this), "drainUnit")),
      setsTrial_(named(new QCheckBox(tr("&Trial of the new generation"), this), "setTrial")),
      trial_(new NumberBox("trialValue", 0, 3600, this)),
      rehearse_(named(
          new QCheckBox(tr("Re&hearse only: start the new program until it is ready, and end it"), this),
          "rehearseBox")),
      lastTime_(named(new QCheckBox(tr("&Do not ask again for this server"), this), "lastTimeBox")),
      line_(new CommandField(QStringLiteral("command"), this)),
      go_(nullptr) {
  setObjectName(QStringLiteral("restartDialog"));
  setAttribute(Qt::WA_DeleteOnClose);
  const auto question = tr("Restart %1?").arg(server.name());
  setWindowTitle(question);
  setAccessibleName(question);
  auto* const title = new PlainLabel(QStringLiteral("question"), this);
  title->setText(question);
  title->setScale(1.2, true);
  auto* const text = new PlainLabel(QStringLiteral("consequence"), this);
  text->setText(
      tr("New connections go to a new process. Those that are open (%1) may finish on the old one. If "
         "the new process does not get ready, the old one goes on serving.")
          .arg(wording::number(server.connectionCount())));
  text->setProse();
  text->setMinimumWidth(fontMetrics().averageCharWidth() * 64);
  setAccessibleDescription(text->text());
  auto* const program = named(new QLineEdit(startCommand(server), this), "startCommand");
  program->setReadOnly(true);
  program->setCursorPosition(0);

  auto* const form = new QFormLayout;
  form->addRow(tr("&Program that is started:"), program);
  form->addRow(makeDrain(server));
  form->addRow(makeTrial(server));
  form->addRow(rehearse_);
  form->addRow(lastTime_);
  auto* const layout = new QVBoxLayout(this);
  layout->setContentsMargins(20, 18, 20, 16);
  layout->setSpacing(12);
  layout->addWidget(title);
  layout->addWidget(text);
  layout->addLayout(form);
  layout->addWidget(line_);
  layout->addSpacing(6);
  layout->addWidget(makeButtons());
  for (auto* const box : {limitsDrain_, setsTrial_, rehearse_}) {
    connect(box, &QCheckBox::toggled, this, &RestartDialog::refresh);
  }
  connect(drain_, &QDoubleSpinBox::valueChanged, this, &RestartDialog::refresh);
  connect(trial_, &QDoubleSpinBox::valueChanged, this, &RestartDialog::refresh);
  connect(drainUnit_, &QComboBox::currentIndexChanged, this, &RestartDialog::refresh);
  refresh();
}

QWidget* RestartDialog::makeDrain(const ServerMonitor& server) {
  drainUnit_->addItem(tr("seconds"), 1);
  drainUnit_->addItem(tr("minutes"), 60);
  drainUnit_->addItem(tr("hours"), 3600);
  drainUnit_->setAccessibleName(tr("Unit of the time to drain"));
  drain_->setAccessibleName(tr("Time to drain"));
  const auto configured = server.status() ? server.status()->drain_timeout : 0ms;
  const auto shown = configured == 0ms ? 10min : configured;
  const bool minutes = shown % 1min == 0ms;
  drainUnit_->setCurrentIndex(minutes ? 1 : 0);
  drain_->setValue(inSeconds(shown) / (minutes ? 60 : 1));
  limitsDrain_->setToolTip(configured == 0ms ? tr("Otherwise: never")
                                             : tr("Otherwise: after %1").arg(wording::elapsed(configured)));
  return row(limitsDrain_, {drain_, drainUnit_}, this);
}

QWidget* RestartDialog::makeTrial(const ServerMonitor& server) {
  const auto configured = server.status() ? server.status()->rollback_window : 0ms;
  trial_->setSuffix(tr(" s"));
  trial_->setSpecialValueText(tr("none"));
  trial_->setAccessibleName(tr("Length of the trial"));
  trial_->setValue(inSeconds(configured));
  setsTrial_->setToolTip(configured == 0ms ? tr("Otherwise: none")
                                           : tr("Otherwise: %1").arg(wording::elapsed(configured)));
  return row(setsTrial_, {trial_}, this);
}

QDialogButtonBox* RestartDialog::makeButtons() {
  auto* const buttons = new QDialogButtonBox(this);
  named(buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole), "cancelButton");
  go_ = named(buttons->addButton(tr("Restart"), QDialogButtonBox::AcceptRole), "confirmButton");
  go_->setDefault(true);
  go_->setFocus();
  connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  return buttons;
}

RestartCommand RestartDialog::command() const {
  RestartCommand result;
  result.options.rehearse = rehearse_->isChecked();
  if (result.options.rehearse) return result;
  if (limitsDrain_->isChecked()) {
    result.options.drain_timeout = fromSeconds(drain_->value() * drainUnit_->currentData().toInt());
  }
  if (setsTrial_->isChecked()) result.options.rollback_window = fromSeconds(trial_->value());
  return result;
}

bool RestartDialog::isLastTime() const { return lastTime_->isChecked(); }

void RestartDialog::refresh() {
  const bool rehearses = rehearse_->isChecked();
  // A rehearsal ends before any of these would matter.
  for (auto* const box : {limitsDrain_, setsTrial_, lastTime_}) box->setEnabled(!rehearses);
  go_->setText(rehearses ? tr("Rehearse") : tr("Restart"));
  line_->setCommand(commandLine(argument_, command()));
}

}  // namespace uninterruptible::admin
