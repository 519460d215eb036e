#pragma once

#include <QWidget>

class QPushButton;

namespace uninterruptible::admin {

class PlainLabel;
class ServerMonitor;

/// What stands where an empty table would be: that nothing matches, or how to become the first connection.
class TableNote : public QWidget {
  Q_OBJECT

 public:
  explicit TableNote(QWidget* parent);
  /// `filter` as it was typed; `narrowed` when there are connections that are not shown.
  void explain(const ServerMonitor& server, const QString& filter, bool narrowed);

 Q_SIGNALS:
  void clearWanted();

 private:
  QString invitation_;  ///< the command that connects; empty if none is known
  PlainLabel* text_;
  QPushButton* clear_;
  QPushButton* copy_;
};

}  // namespace uninterruptible::admin
