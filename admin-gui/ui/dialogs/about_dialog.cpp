#include "ui/dialogs/about_dialog.hpp"

#include <QDialogButtonBox>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/style/app_icon.hpp"
#include "ui/style/plain_label.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::admin {

AboutDialog::AboutDialog(QWidget* parent) : QDialog(parent) {
  setObjectName(QStringLiteral("aboutDialog"));
  setWindowTitle(tr("About Uninterruptible"));
  setAttribute(Qt::WA_DeleteOnClose);
  auto* const picture = new QLabel(this);
  picture->setTextFormat(Qt::PlainText);
  picture->setPixmap(appIcon().pixmap(64, 64));
  auto* const name = new PlainLabel(QStringLiteral("aboutName"), this);
  name->setText(tr("Uninterruptible %1").arg(QStringLiteral(UNINTERRUPTIBLE_VERSION)));
  name->setScale(1.3, true);
  auto* const text = new PlainLabel(QStringLiteral("aboutText"), this);
  text->setText(tr("Watches servers, restarts them without losing a connection, and tells what happened.\n"
                   "Speaks version %1 of the control protocol. MIT license.")
                    .arg(control::protocol_version));
  text->setProse();
  text->setMinimumWidth(fontMetrics().averageCharWidth() * 56);
  auto* const buttons = new QDialogButtonBox(this);
  auto* const close = buttons->addButton(tr("Close"), QDialogButtonBox::RejectRole);
  close->setObjectName(QStringLiteral("cancelButton"));
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  auto* const layout = new QVBoxLayout(this);
  layout->setContentsMargins(20, 18, 20, 16);
  layout->setSpacing(12);
  layout->addWidget(picture);
  layout->addWidget(name);
  layout->addWidget(text);
  layout->addWidget(buttons);
}

}  // namespace uninterruptible::admin
