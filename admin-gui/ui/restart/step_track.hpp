#pragma once

#include <QWidget>
#include <vector>

#include "core/restart/restart_report.hpp"

namespace uninterruptible::admin {

/// One stop of a restart: mark, word, and the time when it was reached.
class StepStop : public QWidget {
  Q_OBJECT

 public:
  explicit StepStop(QWidget* parent = nullptr);
  void setStop(const RestartStop& stop, bool first, bool last);
  [[nodiscard]] QSize sizeHint() const override;
  /// Its word is never cut off.
  [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  RestartStop stop_;
  bool first_ = false;
  bool last_ = false;
};

/// All stops in a row, joined by a line.
class StepTrack : public QWidget {
  Q_OBJECT

 public:
  explicit StepTrack(QWidget* parent = nullptr);
  void setStops(const std::vector<RestartStop>& stops);

 private:
  std::vector<StepStop*> stops_;
};

}  // namespace uninterruptible::admin
