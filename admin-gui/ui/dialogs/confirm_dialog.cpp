#include "ui/dialogs/confirm_dialog.hpp"

#include <QDialogButtonBox>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/style/plain_label.hpp"

namespace uninterruptible::admin {

ConfirmDialog::ConfirmDialog(const QString& objectName, Kind kind, const QString& question,
                             const QString& consequence, const QString& verb, QWidget* parent)
    : QDialog(parent) {
  setObjectName(objectName);
  setWindowTitle(question);
  setAccessibleName(question);
  setAccessibleDescription(consequence);
  setAttribute(Qt::WA_DeleteOnClose);

  auto* const title = new PlainLabel(QStringLiteral("question"), this);
  title->setText(question);
  title->setScale(1.2, true);
  auto* const text = new PlainLabel(QStringLiteral("consequence"), this);
  text->setText(consequence);
  text->setProse();
  text->setMinimumWidth(fontMetrics().averageCharWidth() * 60);

  auto* const buttons = new QDialogButtonBox(this);
  auto* const cancel = buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
  cancel->setObjectName(QStringLiteral("cancelButton"));
  auto* const go = buttons->addButton(verb, QDialogButtonBox::AcceptRole);
  go->setObjectName(QStringLiteral("confirmButton"));
  auto* const first = kind == Kind::Destructive ? cancel : go;
  first->setDefault(true);
  first->setFocus();
  connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

  auto* const layout = new QVBoxLayout(this);
  layout->setContentsMargins(20, 18, 20, 16);
  layout->setSpacing(12);
  layout->addWidget(title);
  layout->addWidget(text);
  layout->addSpacing(6);
  layout->addWidget(buttons);
}

}  // namespace uninterruptible::admin
