#pragma once

#include <QFrame>

#include "core/generations/generation_list_model.hpp"
#include "ui/style/state_mark.hpp"

class QProgressBar;

namespace uninterruptible::admin {

class PlainLabel;

/// One generation: which, how it stands, its process, its connections, since when.
class GenerationCard : public QFrame {
  Q_OBJECT

 public:
  explicit GenerationCard(QWidget* parent = nullptr);
  void setRow(const GenerationRow& row);
  /// Shows ages as of now.
  void tick();

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void showTimes(qint64 now);

  GenerationRow row_;
  StateMark* mark_;
  PlainLabel* title_;
  PlainLabel* state_;
  PlainLabel* pid_;
  PlainLabel* connections_;
  PlainLabel* since_;
  PlainLabel* cutOff_;
  QProgressBar* drained_;
};

}  // namespace uninterruptible::admin
