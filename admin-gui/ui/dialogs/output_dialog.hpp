#pragma once

#include <QDialog>
#include <QStringList>

namespace uninterruptible::admin {

/// Lines that another program wrote, as they are. Opened with open(); deletes itself.
class OutputDialog : public QDialog {
  Q_OBJECT

 public:
  OutputDialog(const QString& title, const QStringList& lines, QWidget* parent = nullptr);
};

}  // namespace uninterruptible::admin
