#pragma once

#include <QFrame>
#include <QList>
#include <QString>

#include "ui/style/state_mark.hpp"

class QHBoxLayout;
class QProgressBar;
class QPushButton;

namespace uninterruptible::admin {

class PlainLabel;

/// What a banner offers to do.
enum class BannerVerb {
  Dismiss,
  TryNow,
  StopTrying,
  KeepWaiting,
  Disconnect,
  RemoveFromList,
  RemoveFile,
  CopyCommand,
  CutOff,
  Resume,
  ShowOutput,
  Edit,
};

[[nodiscard]] QString textOf(BannerVerb verb);

/// A line across the page that says something and may offer things to do about it. Never a box in the way.
class Banner : public QFrame {
  Q_OBJECT

 public:
  explicit Banner(const QString& objectName, QWidget* parent = nullptr);

  /// Shows it, with a button for each verb. Assistive technology is told when the text is new and
  /// `announced`.
  void say(Mark mark, const QString& text, const QList<BannerVerb>& verbs = {}, bool announced = true);
  /// A thin line that moves: something is awaited.
  void setBusy(bool busy);
  [[nodiscard]] QString text() const;

 Q_SIGNALS:
  void chosen(uninterruptible::admin::BannerVerb verb);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void setVerbs(const QList<BannerVerb>& verbs);

  StateMark* mark_;
  PlainLabel* text_;
  QProgressBar* busy_;
  QHBoxLayout* row_;
  QList<BannerVerb> verbs_;
  QList<QPushButton*> buttons_;
};

/// Tells assistive technology that there is news in `widget`: it reads what its accessible name is now.
void announce(QWidget& widget);

/// Paints a panel: the palette's base, a hairline around it, and a bar in the mark's tone at its left edge.
void paintPanel(QWidget& widget, Mark edge);

}  // namespace uninterruptible::admin
