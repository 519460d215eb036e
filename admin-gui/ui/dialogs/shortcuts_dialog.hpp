#pragma once

#include <QDialog>
#include <QList>

class QAction;

namespace uninterruptible::admin {

/// All keys of the program, from the actions themselves. Opened with open(); deletes itself.
class ShortcutsDialog : public QDialog {
  Q_OBJECT

 public:
  explicit ShortcutsDialog(const QList<const QAction*>& actions, QWidget* parent = nullptr);
};

}  // namespace uninterruptible::admin
