#pragma once

#include <QDialog>
#include <QStringList>

namespace uninterruptible::admin {

/// What a ConfirmDialog asks.
struct Question {
  QString objectName;
  QString title;             ///< asks
  QString consequence;       ///< says with numbers what follows
  QString verb;              ///< on the button that does it
  bool destructive = false;  ///< then Cancel is what Enter does
  QStringList items{};       ///< what it is about, shown one a line
  QString command{};         ///< the line in a shell that does the same; can be copied
};

/// Asks before something that cannot be taken back. Opened with open(); deletes itself.
class ConfirmDialog : public QDialog {
  Q_OBJECT

 public:
  explicit ConfirmDialog(const Question& question, QWidget* parent = nullptr);
};

}  // namespace uninterruptible::admin
