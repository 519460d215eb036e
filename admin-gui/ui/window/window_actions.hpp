#pragma once

#include <QHash>
#include <QObject>
#include <array>

#include "ui/window/action_rules.hpp"

class QAction;
class QPalette;

namespace uninterruptible::admin {

/// The actions of the window, one QAction each, for menus, tool bar, context menu and keys alike.
class WindowActions : public QObject {
  Q_OBJECT

 public:
  explicit WindowActions(QWidget* window);

  [[nodiscard]] QAction* at(Action action) const { return actions_.value(action); }
  /// The one that copies the command line of an action; nullptr where a command line says nothing.
  [[nodiscard]] QAction* copierOf(Action action) const { return copiers_.value(action); }
  [[nodiscard]] QList<QAction*> copiers() const;
  /// Enables what is possible, and says in the tooltips of the others why it is not.
  void apply(const Situation& situation);
  void drawIcons(const QPalette& palette);

 Q_SIGNALS:
  void triggered(uninterruptible::admin::Action action);
  void copyWanted(uninterruptible::admin::Action action);

 private:
  QHash<Action, QAction*> actions_;
  QHash<Action, QAction*> copiers_;
};

}  // namespace uninterruptible::admin
