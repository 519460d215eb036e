#pragma once

#include <QObject>
#include <QPointer>
#include <QStringList>
#include <chrono>
#include <optional>

#include "core/link/link_events.hpp"
#include "ui/window/action_rules.hpp"

class QWidget;

namespace uninterruptible::admin {

struct Question;
class ServerMonitor;
class Settings;
class UndoBar;

/// What the actions do to the server that is shown: ask where something is at stake, then tell the server. A
/// question stays about the server it was asked of, also if another one is chosen meanwhile.
class ServerCommands : public QObject {
  Q_OBJECT

 public:
  /// Dialogs belong to `window`; all three must outlive this.
  ServerCommands(QWidget* window, Settings* settings, UndoBar* undo);

  void setServer(ServerMonitor* server);

  /// What an action would send now; empty where it sends nothing. `ids` are the selected connections.
  [[nodiscard]] std::optional<LinkCommand> commandFor(Action action, const QStringList& ids) const;
  /// The same as a line for a shell, empty where there is none.
  [[nodiscard]] QString lineFor(Action action, const QStringList& ids) const;
  void carryOut(Action action, const QStringList& ids);

  /// Of one generation. Without `by` it is not cut off any more.
  void extend(quint64 generation, std::optional<std::chrono::milliseconds> by);
  void closeIdle(quint64 generation);
  void cutOff(quint64 generation);
  /// The one that drains longest; 0 if none does.
  [[nodiscard]] quint64 longestDraining() const;

 private:
  void restart();
  void askRestart();
  void shutDown();
  void shutDownNow();
  void close(const QStringList& ids);
  void cut(const QStringList& ids);
  void ask(Question question, const LinkCommand& command);
  /// Connections in words, the first ones as they stand in the table.
  [[nodiscard]] QStringList describe(const QStringList& ids) const;
  [[nodiscard]] QStringList idsOf(quint64 generation) const;

  QWidget* const window_;
  Settings* const settings_;
  UndoBar* const undo_;
  QPointer<ServerMonitor> server_;
};

/// How a request went, as a sentence for the status bar.
[[nodiscard]] QString sentenceFor(const LinkAnswer& answer);
/// Why a request came to nothing.
[[nodiscard]] QString sentenceFor(LinkRequest request, const QString& reason);

}  // namespace uninterruptible::admin
