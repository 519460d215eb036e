#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <algorithm>
#include <chrono>

/// Watches whether the thread it lives in handles its events: how late a timer of 10 ms comes at worst.
class LoopProbe : public QObject {
 public:
  LoopProbe() {
    since_.start();
    timer_.setInterval(std::chrono::milliseconds(10));
    timer_.setTimerType(Qt::PreciseTimer);
    connect(&timer_, &QTimer::timeout, this, [this] { longest_ = std::max(longest_, since_.restart()); });
    timer_.start();
  }

  /// The longest time without an event so far, in milliseconds; what goes on counts.
  [[nodiscard]] qint64 longest() const { return std::max(longest_, since_.elapsed()); }

 private:
  QTimer timer_;
  QElapsedTimer since_;
  qint64 longest_ = 0;
};
