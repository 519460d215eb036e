#include "ui/dialogs/command_field.hpp"

#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>

namespace uninterruptible::admin {

CommandField::CommandField(const QString& objectName, QWidget* parent)
    : QWidget(parent), field_(new QLineEdit(this)) {
  setObjectName(objectName + QStringLiteral("Pane"));
  field_->setObjectName(objectName);
  field_->setReadOnly(true);
  field_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  field_->setAccessibleName(tr("Command line that does the same"));
  auto* const copy = new QPushButton(tr("Copy as Command"), this);
  copy->setObjectName(objectName + QStringLiteral("Copy"));
  copy->setAutoDefault(false);
  connect(copy, &QPushButton::clicked, this,
          [this] { QGuiApplication::clipboard()->setText(field_->text()); });
  auto* const layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(field_, 1);
  layout->addWidget(copy);
}

void CommandField::setCommand(const QString& command) {
  field_->setText(command);
  field_->setCursorPosition(0);
}

QString CommandField::command() const { return field_->text(); }

}  // namespace uninterruptible::admin
