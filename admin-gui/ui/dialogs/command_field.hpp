#pragma once

#include <QWidget>

class QLineEdit;

namespace uninterruptible::admin {

/// A command line that can be read, selected and copied with a button.
class CommandField : public QWidget {
  Q_OBJECT

 public:
  explicit CommandField(const QString& objectName, QWidget* parent = nullptr);
  void setCommand(const QString& command);
  [[nodiscard]] QString command() const;

 private:
  QLineEdit* field_;
};

}  // namespace uninterruptible::admin
