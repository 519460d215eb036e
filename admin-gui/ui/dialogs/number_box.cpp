#include "ui/dialogs/number_box.hpp"

namespace uninterruptible::admin {

NumberBox::NumberBox(const char* objectName, double least, double most, QWidget* parent)
    : QDoubleSpinBox(parent) {
  setObjectName(QString::fromLatin1(objectName));
  setDecimals(3);
  setRange(least, most);
}

QString NumberBox::textFromValue(double value) const {
  auto text = QDoubleSpinBox::textFromValue(value);
  const auto zero = locale().zeroDigit();
  while (text.endsWith(zero)) text.chop(zero.size());
  if (text.endsWith(locale().decimalPoint())) text.chop(locale().decimalPoint().size());
  return text;
}

}  // namespace uninterruptible::admin
