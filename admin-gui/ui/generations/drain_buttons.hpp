#pragma once

#include <QWidget>
#include <chrono>
#include <optional>

class QPushButton;

namespace uninterruptible::admin {

/// What can be done about a generation that drains.
class DrainButtons : public QWidget {
  Q_OBJECT

 public:
  explicit DrainButtons(QWidget* parent = nullptr);
  /// Without a cut-off there is nothing to extend; who only observes can look, and nothing else.
  void setPossible(bool limited, bool mayOperate);

 Q_SIGNALS:
  void showOldest();
  void closeIdle();
  void cutOff();
  /// Without a time: never cut off.
  void extend(std::optional<std::chrono::milliseconds> by);

 private:
  QPushButton* extend_;
  QPushButton* closeIdle_;
  QPushButton* cutOff_;
};

}  // namespace uninterruptible::admin
