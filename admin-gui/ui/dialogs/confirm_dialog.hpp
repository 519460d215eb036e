#pragma once

#include <QDialog>

class QPushButton;

namespace uninterruptible::admin {

/// Asks before something happens: the title asks, the text says what follows, the button is the verb. Opened
/// with open(), deletes itself when closed; accepted() means do it.
class ConfirmDialog : public QDialog {
  Q_OBJECT

 public:
  enum class Kind { Ordinary, Destructive };  ///< Cancel is the default button of a destructive one

  ConfirmDialog(const QString& objectName, Kind kind, const QString& question, const QString& consequence,
                const QString& verb, QWidget* parent);
};

}  // namespace uninterruptible::admin
