#pragma once

#include <QList>
#include <QWidget>

namespace uninterruptible::admin {

/// A line without axes that shows how a number went: the newest value at the right, zero at the bottom.
class Sparkline : public QWidget {
  Q_OBJECT

 public:
  explicit Sparkline(const QString& objectName, QWidget* parent = nullptr);
  /// `capacity` values fill the width; fewer leave room at the left.
  void setValues(const QList<double>& values, int capacity);
  [[nodiscard]] const QList<double>& values() const { return values_; }
  [[nodiscard]] QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QList<double> values_;
  int capacity_ = 1;
};

}  // namespace uninterruptible::admin
