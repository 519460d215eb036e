#pragma once

#include <QFrame>

#include "core/restart/restart_report.hpp"
#include "ui/style/state_mark.hpp"

class QPlainTextEdit;
class QPushButton;

namespace uninterruptible::admin {

class ElidedLabel;
class PlainLabel;
class ServerMonitor;
class StepTrack;

/// The latest restart while it matters: who asked for it and its steps as they happen; what became of those
/// who were connected; when it failed, why, and what the new
/// process wrote last, until it is dismissed; when it finished, for ten more seconds.
class RestartStrip : public QFrame {
  Q_OBJECT

 public:
  explicit RestartStrip(QWidget* parent = nullptr);
  /// `server` must outlive its use here; nullptr for none.
  void setServer(ServerMonitor* server);
  void tick();

 Q_SIGNALS:
  void tryAgain();
  void cancelWanted();

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void refresh();
  void showPast(const RestartReport& report);
  void showFailure(const RestartReport& report);
  void showButtons(const RestartReport& report);
  [[nodiscard]] bool matters(const RestartReport& report) const;
  void dismiss();
  void copyReport();

  ServerMonitor* server_ = nullptr;
  qint64 dismissedEnd_ = 0;  ///< the end of the restart that is not to be shown any more
  RestartReport::Outcome announced_ = RestartReport::Outcome::None;  ///< what assistive technology was told
  Mark edge_ = Mark::None;
  StateMark* mark_;
  PlainLabel* headline_;
  ElidedLabel* asker_;
  PlainLabel* remark_;
  StepTrack* track_;
  PlainLabel* reason_;
  PlainLabel* consequence_;
  QPlainTextEdit* lastLines_;
  PlainLabel* ledger_;
  QPushButton* cancel_;
  QPushButton* tryAgain_;
  QPushButton* copy_;
  QPushButton* dismiss_;
};

}  // namespace uninterruptible::admin
