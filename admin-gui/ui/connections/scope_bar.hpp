#pragma once

#include <QList>
#include <QWidget>
#include <optional>

class QButtonGroup;
class QHBoxLayout;
class QToolButton;

namespace uninterruptible::admin {

class ServerMonitor;

/// Which connections the table shows: all, or those of one generation; with their numbers.
class ScopeBar : public QWidget {
  Q_OBJECT

 public:
  explicit ScopeBar(QWidget* parent = nullptr);
  /// `server` must outlive its use here; nullptr for none.
  void setServer(ServerMonitor* server);
  void choose(std::optional<quint64> generation);

 Q_SIGNALS:
  void chosen(std::optional<quint64> generation);

 private:
  void refresh();
  QToolButton* makeButton(quint64 generation);

  ServerMonitor* server_ = nullptr;
  QHBoxLayout* row_;
  QButtonGroup* group_;
  QList<QToolButton*> buttons_;  ///< the first one is for all; each knows its generation
  QList<quint64> generations_;   ///< of the buttons, 0 for all
};

}  // namespace uninterruptible::admin
