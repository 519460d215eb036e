#include "ui/dialogs/confirm_dialog.hpp"

#include <QDialogButtonBox>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/text/wording.hpp"
#include "ui/dialogs/command_field.hpp"
#include "ui/style/plain_label.hpp"

namespace uninterruptible::admin {
namespace {

/// The first ten, and how many more there are.
QString listOf(const QStringList& items) {
  constexpr qsizetype shown = 10;
  constexpr qsizetype longest = 100;  // a label may be of any length
  auto lines = items.mid(0, shown);
  for (auto& line : lines) {
    if (line.size() > longest) line = wording::cut(line, longest);
  }
  if (items.size() > shown) {
    lines +=
        ConfirmDialog::tr("and %1 more").arg(wording::number(static_cast<quint64>(items.size() - shown)));
  }
  return lines.join(QLatin1Char('\n'));
}

}  // namespace

ConfirmDialog::ConfirmDialog(const Question& question, QWidget* parent) : QDialog(parent) {
  setObjectName(question.objectName);
  setWindowTitle(question.title);
  setAccessibleName(question.title);
  setAccessibleDescription(question.consequence);
  setAttribute(Qt::WA_DeleteOnClose);

  auto* const title = new PlainLabel(QStringLiteral("question"), this);
  title->setText(question.title);
  title->setScale(1.2, true);
  auto* const text = new PlainLabel(QStringLiteral("consequence"), this);
  text->setText(question.consequence);
  text->setProse();
  text->setMinimumWidth(fontMetrics().averageCharWidth() * 60);
  auto* const items = new PlainLabel(QStringLiteral("items"), this);
  items->setText(listOf(question.items));
  items->setSubdued();
  items->setProse();
  items->setVisible(!question.items.isEmpty());
  auto* const command = new CommandField(QStringLiteral("command"), this);
  command->setCommand(question.command);
  command->setVisible(!question.command.isEmpty());

  auto* const buttons = new QDialogButtonBox(this);
  auto* const cancel = buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
  cancel->setObjectName(QStringLiteral("cancelButton"));
  auto* const go = buttons->addButton(question.verb, QDialogButtonBox::AcceptRole);
  go->setObjectName(QStringLiteral("confirmButton"));
  auto* const first = question.destructive ? cancel : go;
  first->setDefault(true);
  first->setFocus();
  connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

  auto* const layout = new QVBoxLayout(this);
  layout->setContentsMargins(20, 18, 20, 16);
  layout->setSpacing(12);
  layout->addWidget(title);
  layout->addWidget(text);
  layout->addWidget(items);
  layout->addWidget(command);
  layout->addSpacing(6);
  layout->addWidget(buttons);
}

}  // namespace uninterruptible::admin
