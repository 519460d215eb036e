#include "ui/window/window_actions.hpp"

#include <QAction>
#include <QCoreApplication>
#include <QKeySequence>
#include <QWidget>
#include <optional>

#include "ui/style/action_icons.hpp"

namespace uninterruptible::admin {
namespace {

struct Description {
  Action action;
  const char* objectName;
  const char* text;
  const char* tip;
  QKeySequence key{};
  bool command = false;  ///< a line in a shell does the same
};

constexpr const char* context = "WindowActions";

// The order is that of the menus.
QList<Description> descriptions() {
  return {
      {Action::Restart, "restartAction", QT_TRANSLATE_NOOP("WindowActions", "&Restart..."),
       QT_TRANSLATE_NOOP("WindowActions", "Start the next generation and hand over to it"),
       Qt::CTRL | Qt::Key_R, true},
      {Action::CancelRestart, "cancelRestartAction", QT_TRANSLATE_NOOP("WindowActions", "C&ancel Restart"),
       QT_TRANSLATE_NOOP("WindowActions", "Give up the restart; the old generation serves on"),
       Qt::CTRL | Qt::SHIFT | Qt::Key_R, true},
      {Action::Rehearse, "rehearseAction", QT_TRANSLATE_NOOP("WindowActions", "Re&hearse Restart"),
       QT_TRANSLATE_NOOP("WindowActions", "Start the new program until it is ready, and end it again"),
       Qt::CTRL | Qt::ALT | Qt::Key_R, true},
      {Action::ShowOldest, "showOldestAction", QT_TRANSLATE_NOOP("WindowActions", "Show &Oldest"),
       QT_TRANSLATE_NOOP("WindowActions", "Show who keeps the draining generation alive"),
       Qt::CTRL | Qt::Key_O},
      {Action::Extend, "extendAction", QT_TRANSLATE_NOOP("WindowActions", "&Extend Drain"),
       QT_TRANSLATE_NOOP("WindowActions", "Give draining generations ten minutes more"), Qt::CTRL | Qt::Key_E,
       true},
      {Action::CloseIdle, "closeIdleAction", QT_TRANSLATE_NOOP("WindowActions", "Close &Idle"),
       QT_TRANSLATE_NOOP("WindowActions",
                         "End those connections of the draining generation that were idle for a minute"),
       Qt::CTRL | Qt::Key_I, true},
      {Action::CutOff, "cutOffAction", QT_TRANSLATE_NOOP("WindowActions", "C&ut Off..."),
       QT_TRANSLATE_NOOP("WindowActions", "Cut all connections of the draining generation"),
       Qt::CTRL | Qt::SHIFT | Qt::Key_X, true},
      {Action::ShutDown, "shutDownAction", QT_TRANSLATE_NOOP("WindowActions", "&Shut Down..."),
       QT_TRANSLATE_NOOP("WindowActions", "Accept nobody any more and end with the last connection"),
       Qt::CTRL | Qt::SHIFT | Qt::Key_Q, true},
      {Action::ShutDownNow, "shutDownNowAction", QT_TRANSLATE_NOOP("WindowActions", "Shut Down &Now..."),
       QT_TRANSLATE_NOOP("WindowActions", "Cut all connections and end"), Qt::CTRL | Qt::ALT | Qt::Key_Q,
       true},
      {Action::RemoveServer, "removeServerAction", QT_TRANSLATE_NOOP("WindowActions", "Re&move from List"),
       QT_TRANSLATE_NOOP("WindowActions", "Take a server off the list that is not there any more")},
      {Action::Close, "closeAction", QT_TRANSLATE_NOOP("WindowActions", "&Close Connection"),
       QT_TRANSLATE_NOOP("WindowActions", "End the selected connections politely"), Qt::Key_Delete, true},
      {Action::Cut, "cutAction", QT_TRANSLATE_NOOP("WindowActions", "C&ut Connection..."),
       QT_TRANSLATE_NOOP("WindowActions", "End the selected connections at once; what is on its way is lost"),
       Qt::SHIFT | Qt::Key_Delete, true},
      {Action::Details, "detailsAction", QT_TRANSLATE_NOOP("WindowActions", "&Details"),
       QT_TRANSLATE_NOOP("WindowActions", "Show all that is known of a connection"), Qt::Key_Return},
      {Action::CopyRows, "copyRowsAction", QT_TRANSLATE_NOOP("WindowActions", "C&opy Rows"),
       QT_TRANSLATE_NOOP("WindowActions", "Copy the selected connections, for a spreadsheet"),
       QKeySequence::Copy},
      {Action::Export, "exportAction", QT_TRANSLATE_NOOP("WindowActions", "E&xport..."),
       QT_TRANSLATE_NOOP("WindowActions", "Write the connections that are shown into a file"),
       Qt::CTRL | Qt::Key_S},
      {Action::Filter, "filterAction", QT_TRANSLATE_NOOP("WindowActions", "&Filter"),
       QT_TRANSLATE_NOOP("WindowActions", "Show only connections with certain words"), QKeySequence::Find},
      {Action::Pause, "pauseAction", QT_TRANSLATE_NOOP("WindowActions", "&Pause Updates"),
       QT_TRANSLATE_NOOP("WindowActions", "Let the table stand still"), Qt::Key_F9},
  };
}

QString spoken(const char* text) { return QCoreApplication::translate(context, text); }

/// Whether its key means something else outside the table, as Return and Ctrl+C do.
bool ofTable(Action action) {
  return action == Action::Close || action == Action::Cut || action == Action::Details ||
         action == Action::CopyRows;
}

/// Without mnemonic and dots.
QString bare(QString text) { return text.remove(QLatin1Char('&')).remove(QLatin1String("...")); }

}  // namespace

WindowActions::WindowActions(QWidget* window) : QObject(window) {
  for (const auto& description : descriptions()) {
    auto* const action = new QAction(spoken(description.text), this);
    const auto kind = description.action;
    action->setObjectName(QString::fromLatin1(description.objectName));
    action->setStatusTip(spoken(description.tip));
    action->setToolTip(spoken(description.tip));
    action->setShortcut(description.key);
    action->setCheckable(kind == Action::Pause);
    if (ofTable(kind)) action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, this, [this, kind] { Q_EMIT triggered(kind); });
    actions_.insert(kind, action);
    if (!description.command) continue;
    auto* const copier = new QAction(bare(action->text()), this);
    copier->setObjectName(QStringLiteral("copy_") + action->objectName());
    copier->setStatusTip(tr("Copy the command line that does the same"));
    connect(copier, &QAction::triggered, this, [this, kind] { Q_EMIT copyWanted(kind); });
    copiers_.insert(kind, copier);
  }
}

QList<QAction*> WindowActions::copiers() const {
  QList<QAction*> result;
  for (const auto& description : descriptions()) {
    if (auto* const copier = copierOf(description.action)) result += copier;
  }
  return result;
}

void WindowActions::apply(const Situation& situation) {
  for (auto entry = actions_.cbegin(); entry != actions_.cend(); ++entry) {
    const auto rule = ruleFor(entry.key(), situation);
    auto* const action = entry.value();
    action->setEnabled(rule.enabled);
    action->setToolTip(rule.enabled ? action->statusTip() : rule.why);
    if (auto* const copier = copierOf(entry.key())) copier->setEnabled(rule.enabled);
  }
  at(Action::Pause)->setChecked(situation.paused);
  // One place for both: what can be done about a restart is to begin it or to take it back.
  const bool revocable = ruleFor(Action::CancelRestart, situation).enabled;
  at(Action::CancelRestart)
      ->setText(situation.restart == RestartStage::Trial ? tr("Roll &Back") : tr("C&ancel Restart"));
  at(Action::CancelRestart)->setVisible(revocable);
  at(Action::Restart)->setVisible(!revocable);
}

void WindowActions::drawIcons(const QPalette& palette) {
  for (const auto& [action, glyph] :
       {std::pair(Action::Restart, Glyph::Restart), std::pair(Action::CancelRestart, Glyph::Back),
        std::pair(Action::ShutDown, Glyph::ShutDown), std::pair(Action::Close, Glyph::Close),
        std::pair(Action::Pause, Glyph::Pause)}) {
    at(action)->setIcon(glyphIcon(glyph, palette));
  }
}

}  // namespace uninterruptible::admin
