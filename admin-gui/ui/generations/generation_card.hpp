#pragma once

#include <QFrame>
#include <chrono>
#include <optional>

#include "core/generations/generation_list_model.hpp"
#include "ui/style/state_mark.hpp"

class QProgressBar;

namespace uninterruptible::admin {

class DrainButtons;
class ElidedLabel;
class PlainLabel;
class ServerMonitor;
class Sparkline;

/// One generation: which, how it stands, its process and the program's version, its connections and how they
/// went lately, since when; while it drains also who is left, until when, and what can be done about it.
class GenerationCard : public QFrame {
  Q_OBJECT

 public:
  explicit GenerationCard(QWidget* parent = nullptr);
  void setRow(const GenerationRow& row, const ServerMonitor& server);
  /// Shows ages as of now, or as of when contact was lost, and what was sampled.
  void tick(const ServerMonitor& server);

 Q_SIGNALS:
  void showOldest(quint64 generation);
  void closeIdle(quint64 generation);
  void cutOff(quint64 generation);
  void extend(quint64 generation, std::optional<std::chrono::milliseconds> by);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void arrange();
  void showTimes(const ServerMonitor& server, qint64 now);
  void showHistory(const ServerMonitor& server);
  [[nodiscard]] bool isDraining() const;
  [[nodiscard]] quint64 number() const { return row_.status.generation; }

  GenerationRow row_;
  StateMark* mark_;
  PlainLabel* title_;
  PlainLabel* state_;
  PlainLabel* pid_;
  ElidedLabel* version_;
  PlainLabel* connections_;
  Sparkline* connectionLine_;
  PlainLabel* rate_;
  Sparkline* rateLine_;
  PlainLabel* since_;
  PlainLabel* oldest_;
  PlainLabel* cutOff_;
  QProgressBar* drained_;
  DrainButtons* buttons_;
};

}  // namespace uninterruptible::admin
