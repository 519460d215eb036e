#pragma once

#include <QLabel>

namespace uninterruptible::admin {

/// A label that shows any text as it is, also one that looks like HTML.
class PlainLabel : public QLabel {
  Q_OBJECT

 public:
  explicit PlainLabel(const QString& objectName, QWidget* parent = nullptr);

  /// Relative to the size of the application's font.
  void setScale(double factor, bool bold);
  /// Drawn in the palette's colour for what matters less.
  void setSubdued();
  /// Breaks lines and can be selected and copied.
  void setProse();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void applySubdued();
  bool subdued_ = false;
};

}  // namespace uninterruptible::admin
