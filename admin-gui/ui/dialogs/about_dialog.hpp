#pragma once

#include <QDialog>

namespace uninterruptible::admin {

/// Which program this is. Opened with open(); deletes itself.
class AboutDialog : public QDialog {
  Q_OBJECT

 public:
  explicit AboutDialog(QWidget* parent = nullptr);
};

}  // namespace uninterruptible::admin
