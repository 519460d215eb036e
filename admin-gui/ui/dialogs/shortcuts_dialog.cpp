#include "ui/dialogs/shortcuts_dialog.hpp"

#include <QAction>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace uninterruptible::admin {

ShortcutsDialog::ShortcutsDialog(const QList<const QAction*>& actions, QWidget* parent) : QDialog(parent) {
  setObjectName(QStringLiteral("shortcutsDialog"));
  setWindowTitle(tr("Keyboard Shortcuts"));
  setAttribute(Qt::WA_DeleteOnClose);
  auto* const list = new QTreeWidget(this);
  list->setObjectName(QStringLiteral("shortcutList"));
  list->setAccessibleName(windowTitle());
  list->setRootIsDecorated(false);
  list->setHeaderLabels({tr("Key"), tr("What it does")});
  const auto add = [&](const QString& key, const QString& what) {
    list->addTopLevelItem(new QTreeWidgetItem({key, what}));
  };
  for (const auto* const action : actions) {
    auto name = action->text();
    add(action->shortcut().toString(QKeySequence::NativeText),
        name.remove(QLatin1Char('&')).remove(QLatin1String("...")));
  }
  add(tr("Ctrl+1 to Ctrl+9"), tr("Choose a server"));
  add(tr("Ctrl+Z"), tr("Undo, as long as it is offered"));
  add(tr("Esc"), tr("Clear the filter, leave a dialog"));
  list->sortItems(1, Qt::AscendingOrder);
  list->resizeColumnToContents(0);
  auto* const buttons = new QDialogButtonBox(this);
  buttons->addButton(tr("Close"), QDialogButtonBox::RejectRole)
      ->setObjectName(QStringLiteral("cancelButton"));
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  auto* const layout = new QVBoxLayout(this);
  layout->addWidget(list);
  layout->addWidget(buttons);
  resize(fontMetrics().averageCharWidth() * 64, fontMetrics().height() * 26);
}

}  // namespace uninterruptible::admin
