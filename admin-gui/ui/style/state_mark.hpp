#pragma once

#include <QColor>
#include <QPalette>
#include <QPixmap>
#include <QString>
#include <QWidget>

class QPainter;

namespace uninterruptible::admin {

/// The shapes that go with the words for states; each can be told from the others without colour.
enum class Mark {
  None,
  Live,      ///< filled disc
  Standby,   ///< disc with two bars
  Draining,  ///< disc that runs empty
  Starting,  ///< half a ring
  Stopping,  ///< square
  Gone,      ///< empty ring, dashed
  Ahead,     ///< small empty ring
  Current,   ///< ring with a dot
  Reached,   ///< disc with a tick
  Broken,    ///< disc with a cross
  Notice,    ///< triangle with a stroke
};

/// What a colour says besides the shape. Everything else is painted in the palette's roles.
enum class Tone { Good, Busy, Bad, Calm };

/// A variant that can be read on the palette's background, light or dark.
[[nodiscard]] QColor toneColor(Tone tone, const QPalette& palette);
/// Between text and background.
[[nodiscard]] QColor subduedColor(const QPalette& palette);
[[nodiscard]] Tone toneOf(Mark mark);
/// The mark of a generation's or connection's state.
[[nodiscard]] Mark markOf(const QString& state);

void paintMark(QPainter& painter, const QRectF& where, Mark mark, const QPalette& palette);
[[nodiscard]] QPixmap markPixmap(Mark mark, int size, double ratio, const QPalette& palette);

/// A mark beside a word, as high as the text.
class StateMark : public QWidget {
  Q_OBJECT

 public:
  explicit StateMark(QWidget* parent = nullptr);
  void setMark(Mark mark);
  [[nodiscard]] Mark mark() const noexcept { return mark_; }
  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  Mark mark_ = Mark::None;
};

}  // namespace uninterruptible::admin
