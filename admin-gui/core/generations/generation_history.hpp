#pragma once

#include <QHash>
#include <QList>
#include <vector>

#include "uninterruptible/control.hpp"

namespace uninterruptible::admin {

/// How the numbers of each generation went lately: a sample a second, the last two minutes. A plain value.
class GenerationHistory {
 public:
  static constexpr int capacity = 120;

  /// Takes a sample of each; forgets those that are not there any more.
  void sample(const std::vector<control::GenerationStatus>& generations);
  /// Open connections, the newest last; empty for a generation that was never sampled.
  [[nodiscard]] QList<double> connections(quint64 generation) const;
  /// Connections accepted from one sample to the next.
  [[nodiscard]] QList<double> accepted(quint64 generation) const;

 private:
  struct Line {
    quint64 lastAccepted = 0;
    QList<double> connections;
    QList<double> accepted;
  };
  QHash<quint64, Line> lines_;
};

}  // namespace uninterruptible::admin
