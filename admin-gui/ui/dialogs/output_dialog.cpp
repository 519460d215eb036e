#include "ui/dialogs/output_dialog.hpp"

#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace uninterruptible::admin {

OutputDialog::OutputDialog(const QString& title, const QStringList& lines, QWidget* parent)
    : QDialog(parent) {
  setObjectName(QStringLiteral("outputDialog"));
  setWindowTitle(title);
  setAttribute(Qt::WA_DeleteOnClose);
  auto* const text = new QPlainTextEdit(lines.join(QLatin1Char('\n')), this);
  text->setObjectName(QStringLiteral("outputText"));
  text->setAccessibleName(title);
  text->setReadOnly(true);
  text->setTabChangesFocus(true);
  text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  auto* const buttons = new QDialogButtonBox(this);
  buttons->addButton(tr("Close"), QDialogButtonBox::RejectRole)
      ->setObjectName(QStringLiteral("cancelButton"));
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  auto* const layout = new QVBoxLayout(this);
  layout->addWidget(text);
  layout->addWidget(buttons);
  resize(fontMetrics().averageCharWidth() * 90, fontMetrics().height() * 18);
}

}  // namespace uninterruptible::admin
