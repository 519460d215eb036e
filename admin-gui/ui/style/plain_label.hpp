#pragma once

#include <QLabel>

namespace uninterruptible::admin {

/// A label that shows any text as it is, also one that looks like HTML. However long the text or a word of it
/// is, it makes no window wider: what does not fit ends in an ellipsis, and is read in the tool tip.
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

  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override;

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void applySubdued();
  [[nodiscard]] QSize bounded(QSize size, int characters) const;
  [[nodiscard]] bool fits() const;
  bool subdued_ = false;
};

}  // namespace uninterruptible::admin
