#pragma once

#include <QDoubleSpinBox>

namespace uninterruptible::admin {

/// A number to the thousandth, shown without zeros that say nothing: `2`, `1.5`, `0.25`.
class NumberBox : public QDoubleSpinBox {
  Q_OBJECT

 public:
  NumberBox(const char* objectName, double least, double most, QWidget* parent = nullptr);

  [[nodiscard]] QString textFromValue(double value) const override;
};

}  // namespace uninterruptible::admin
