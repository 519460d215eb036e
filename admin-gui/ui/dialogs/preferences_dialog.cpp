#include "ui/dialogs/preferences_dialog.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/settings/settings.hpp"

namespace uninterruptible::admin {
namespace {

QComboBox* choice(const char* objectName, QWidget* parent) {
  auto* const box = new QComboBox(parent);
  box->setObjectName(QString::fromLatin1(objectName));
  return box;
}

void choose(QComboBox* box, const QVariant& value) {
  box->setCurrentIndex(std::max(0, box->findData(value)));
}

}  // namespace

PreferencesDialog::PreferencesDialog(Settings* settings, bool trayAvailable, QWidget* parent)
    : QDialog(parent),
      settings_(settings),
      sizes_(choice("sizesBox", this)),
      times_(choice("timesBox", this)),
      interval_(choice("intervalBox", this)),
      askAgain_(new QCheckBox(tr("&Ask again before every restart"), this)),
      tray_(new QCheckBox(tr("Stay in the t&ray when the window is closed, and notify"), this)) {
  setObjectName(QStringLiteral("preferencesDialog"));
  setWindowTitle(tr("Preferences"));
  setAttribute(Qt::WA_DeleteOnClose);
  sizes_->addItem(tr("1 kB is 1,000 bytes"), false);
  sizes_->addItem(tr("1 KiB is 1,024 bytes"), true);
  choose(sizes_, settings->usesBinarySizes());
  times_->addItem(tr("How long ago"), false);
  times_->addItem(tr("The time of day"), true);
  choose(times_, settings->showsMoments());
  for (const auto& [text, ms] :
       {std::pair(tr("5 times a second"), 200), std::pair(tr("Twice a second"), 500),
        std::pair(tr("Every second"), 1000), std::pair(tr("Every 5 seconds"), 5000)}) {
    interval_->addItem(text, ms);
  }
  choose(interval_, static_cast<int>(settings->interval().count()));
  askAgain_->setObjectName(QStringLiteral("askAgainBox"));
  const bool nothingToForget = settings->unaskedServers() == 0;
  askAgain_->setChecked(nothingToForget);
  askAgain_->setEnabled(!nothingToForget);
  askAgain_->setToolTip(nothingToForget ? tr("All servers are asked about.") : QString());
  tray_->setObjectName(QStringLiteral("trayBox"));
  tray_->setChecked(settings->usesTray() && trayAvailable);
  tray_->setEnabled(trayAvailable);
  tray_->setToolTip(trayAvailable ? tr("Tells of restarts that failed or, while the window is out of sight, "
                                       "finished, and of servers that were lost.")
                                  : tr("This desktop has no tray."));

  auto* const form = new QFormLayout;
  form->addRow(tr("&Sizes:"), sizes_);
  form->addRow(tr("&Times in the table:"), times_);
  form->addRow(tr("&Updates at most:"), interval_);
  form->addRow(askAgain_);
  form->addRow(tray_);
  auto* const buttons = new QDialogButtonBox(this);
  buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole)
      ->setObjectName(QStringLiteral("cancelButton"));
  auto* const save = buttons->addButton(tr("Save"), QDialogButtonBox::AcceptRole);
  save->setObjectName(QStringLiteral("confirmButton"));
  save->setDefault(true);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  // Written before anybody hears of it.
  connect(buttons, &QDialogButtonBox::accepted, this, [this] {
    apply();
    accept();
  });
  auto* const layout = new QVBoxLayout(this);
  layout->setContentsMargins(20, 18, 20, 16);
  layout->setSpacing(14);
  layout->addLayout(form);
  layout->addWidget(buttons);
}

void PreferencesDialog::apply() {
  settings_->setUsesBinarySizes(sizes_->currentData().toBool());
  settings_->setShowsMoments(times_->currentData().toBool());
  settings_->setInterval(std::chrono::milliseconds(interval_->currentData().toInt()));
  if (tray_->isEnabled()) settings_->setUsesTray(tray_->isChecked());
  if (askAgain_->isEnabled() && askAgain_->isChecked()) settings_->askAboutAll();
}

}  // namespace uninterruptible::admin
