#pragma once

#include "ui/style/plain_label.hpp"

namespace uninterruptible::admin {

/// A label of one line for text of any length from outside: what finds no room ends in an ellipsis, and asks
/// for none. `widest` is how many average characters it wants at most.
class ElidedLabel : public PlainLabel {
  Q_OBJECT

 public:
  ElidedLabel(const QString& objectName, int widest, QWidget* parent = nullptr);
  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  const int widest_;
};

}  // namespace uninterruptible::admin
