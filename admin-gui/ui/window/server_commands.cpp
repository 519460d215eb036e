#include "ui/window/server_commands.hpp"

#include <algorithm>

#include "core/servers/server_monitor.hpp"
#include "core/settings/settings.hpp"
#include "core/text/wording.hpp"
#include "ui/banners/undo_bar.hpp"
#include "ui/dialogs/confirm_dialog.hpp"
#include "ui/dialogs/restart_dialog.hpp"

namespace uninterruptible::admin {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds idleEnough = 1min;
constexpr std::chrono::milliseconds usualExtension = 10min;
constexpr qsizetype unasked = 10;  // so many connections are closed without a question, but with an undo

CloseMatchingCommand idleOf(quint64 generation) {
  return {.filter = {.generation = generation, .idle = idleEnough}, .cut = false};
}

CloseMatchingCommand allOf(quint64 generation) { return {.filter = {.generation = generation}, .cut = true}; }

}  // namespace

ServerCommands::ServerCommands(QWidget* window, Settings* settings, UndoBar* undo)
    : QObject(window), window_(window), settings_(settings), undo_(undo) {}

void ServerCommands::setServer(ServerMonitor* server) { server_ = server; }

std::optional<LinkCommand> ServerCommands::commandFor(Action action, const QStringList& ids) const {
  switch (action) {
    case Action::Restart: return RestartCommand{};
    case Action::Rehearse: return RestartCommand{.options = {.rehearse = true}};
    case Action::CancelRestart: return CancelCommand{};
    case Action::ShutDown: return ShutDownCommand{};
    case Action::ShutDownNow: return ShutDownCommand{.now = true};
    case Action::Extend: return ExtendCommand{.extension = {.generation = {}, .by = usualExtension}};
    case Action::CloseIdle: return idleOf(longestDraining());
    case Action::CutOff: return allOf(longestDraining());
    case Action::Close: return CloseCommand{.ids = ids, .cut = false};
    case Action::Cut: return CloseCommand{.ids = ids, .cut = true};
    default: return {};
  }
}

QString ServerCommands::lineFor(Action action, const QStringList& ids) const {
  const auto command = commandFor(action, ids);
  return command && server_ ? commandLine(server_->address().argument(), *command) : QString();
}

void ServerCommands::carryOut(Action action, const QStringList& ids) {
  if (!server_) return;
  switch (action) {
    case Action::Restart: return restart();
    case Action::ShutDown: return shutDown();
    case Action::ShutDownNow: return shutDownNow();
    case Action::CloseIdle: return closeIdle(longestDraining());
    case Action::CutOff: return cutOff(longestDraining());
    case Action::Close: return close(ids);
    case Action::Cut: return cut(ids);
    default:
      if (const auto command = commandFor(action, ids)) server_->send(*command);
  }
}

void ServerCommands::restart() {
  if (settings_->asksBeforeRestart(server_->address().argument())) return askRestart();
  server_->send(RestartCommand{});
}

void ServerCommands::askRestart() {
  auto* const dialog = new RestartDialog(*server_, window_);
  connect(dialog, &QDialog::accepted, server_, [this, dialog, server = server_.data()] {
    if (dialog->isLastTime()) settings_->setAsksBeforeRestart(server->address().argument(), false);
    server->send(dialog->command());
  });
  connect(server_, &QObject::destroyed, dialog, &QDialog::reject);
  dialog->open();
}

void ServerCommands::shutDown() {
  ask({.objectName = QStringLiteral("shutDownDialog"),
       .title = tr("Shut down %1?").arg(server_->name()),
       .consequence = tr("New clients are refused from now on. Those that are connected (%1) may finish; %2 "
                         "ends with the last one.")
                          .arg(wording::number(server_->connectionCount()), server_->name()),
       .verb = tr("Shut Down"),
       .destructive = true},
      ShutDownCommand{});
}

void ServerCommands::shutDownNow() {
  QStringList ids;
  for (int row = 0; row < server_->connections()->rowCount(); ++row)
    ids += server_->connections()->at(row).id;
  ask({.objectName = QStringLiteral("shutDownNowDialog"),
       .title = tr("Cut %Ln connection(s) and end %1 now?", nullptr, static_cast<int>(ids.size()))
                    .arg(server_->name()),
       .consequence = tr("What has not been delivered yet is lost. New clients are refused."),
       .verb = tr("Shut Down Now"),
       .destructive = true,
       .items = describe(ids)},
      ShutDownCommand{.now = true});
}

void ServerCommands::close(const QStringList& ids) {
  if (ids.isEmpty()) return;
  const CloseCommand command{.ids = ids, .cut = false};
  const auto count = static_cast<int>(ids.size());
  if (ids.size() <= unasked) {
    return undo_->begin(server_, tr("Closing %Ln connection(s)", nullptr, count),
                        tr("Closing %Ln connection(s) in %1 s", nullptr, count), command);
  }
  ask({.objectName = QStringLiteral("closeDialog"),
       .title = tr("Close %Ln connection(s)?", nullptr, count),
       .consequence =
           tr("Each client gets what the server still has to say to it, and then the end of the connection."),
       .verb = tr("Close Connection(s)", nullptr, count),
       .destructive = true,
       .items = describe(ids)},
      command);
}

void ServerCommands::cut(const QStringList& ids) {
  if (ids.isEmpty()) return;
  ask({.objectName = QStringLiteral("cutDialog"),
       .title = tr("Cut %Ln connection(s) now?", nullptr, static_cast<int>(ids.size())),
       .consequence = tr("Both directions end at once. What has not been delivered yet is lost."),
       .verb = tr("Cut Connection(s)", nullptr, static_cast<int>(ids.size())),
       .destructive = true,
       .items = describe(ids)},
      CloseCommand{.ids = ids, .cut = true});
}

void ServerCommands::extend(quint64 generation, std::optional<std::chrono::milliseconds> by) {
  if (server_) server_->send(ExtendCommand{.extension = {.generation = generation, .by = by}});
}

void ServerCommands::closeIdle(quint64 generation) {
  if (!server_ || generation == 0) return;
  const auto number = QString::number(generation);
  undo_->begin(
      server_, tr("Closing what was idle for a minute in generation %1").arg(number),
      tr("Closing what was idle for a minute in generation %2, in %1 s").arg(QStringLiteral("%1"), number),
      idleOf(generation));
}

void ServerCommands::cutOff(quint64 generation) {
  if (!server_ || generation == 0) return;
  const auto ids = idsOf(generation);
  const auto* const status = server_->generation(generation);
  const auto count = wording::plural(status ? status->connections : 0);
  ask({.objectName = QStringLiteral("cutDialog"),
       .title = tr("Cut %Ln connection(s) now?", nullptr, count),
       .consequence =
           tr("Generation %1 ends with them. Both directions end at once. What has not been delivered "
              "yet is lost.")
               .arg(generation),
       .verb = tr("Cut Connection(s)", nullptr, count),
       .destructive = true,
       .items = describe(ids)},
      allOf(generation));
}

quint64 ServerCommands::longestDraining() const {
  if (!server_ || !server_->status()) return 0;
  for (const auto& generation : server_->status()->generations) {  // by number
    if (generation.state == "draining") return generation.generation;
  }
  return 0;
}

void ServerCommands::ask(Question question, const LinkCommand& command) {
  question.command = commandLine(server_->address().argument(), command);
  constexpr qsizetype longestLine = 400;  // a thousand ids are nothing to be read
  if (question.command.size() > longestLine) question.command.clear();
  auto* const dialog = new ConfirmDialog(question, window_);
  connect(dialog, &QDialog::accepted, server_, [server = server_.data(), command] { server->send(command); });
  connect(server_, &QObject::destroyed, dialog, &QDialog::reject);
  dialog->open();
}

QStringList ServerCommands::describe(const QStringList& ids) const {
  QStringList lines;
  for (const auto& id : ids) {
    const auto row = server_->connections()->find(id);
    const auto known = row < 0 ? ConnectionRow{} : server_->connections()->at(row);
    lines += QStringList{id, known.peer, known.label}.join(QStringLiteral("  ")).trimmed();
  }
  return lines;
}

QStringList ServerCommands::idsOf(quint64 generation) const {
  QStringList ids;
  const auto* const all = server_->connections();
  for (int row = 0; row < all->rowCount(); ++row) {
    if (all->at(row).generation == generation) ids += all->at(row).id;
  }
  return ids;
}

QString sentenceFor(const LinkAnswer& answer) {
  switch (answer.request) {
    case LinkRequest::Restart:
      return answer.queued ? ServerCommands::tr("The restart begins when the one that goes on has ended")
                           : QString();
    case LinkRequest::Close:
      return ServerCommands::tr("Closing %Ln connection(s)", nullptr, wording::plural(answer.count));
    case LinkRequest::Cut:
      return ServerCommands::tr("Cut %Ln connection(s)", nullptr, wording::plural(answer.count));
    case LinkRequest::Extend: {
      QStringList ends;
      for (const auto& drain : answer.drains) {
        ends += drain.cut_off_at ? ServerCommands::tr("Generation %1 is cut off at %2")
                                       .arg(QString::number(drain.generation),
                                            wording::clock(wording::toMilliseconds(*drain.cut_off_at)))
                                 : ServerCommands::tr("Generation %1 is not cut off").arg(drain.generation);
      }
      return ends.join(QStringLiteral("; "));
    }
    default: return {};
  }
}

QString sentenceFor(LinkRequest request, const QString& reason) {
  switch (request) {
    case LinkRequest::Restart: return ServerCommands::tr("No restart: %1").arg(reason);
    case LinkRequest::Rehearse: return ServerCommands::tr("No rehearsal: %1").arg(reason);
    case LinkRequest::Cancel: return ServerCommands::tr("Not cancelled: %1").arg(reason);
    case LinkRequest::ShutDown: return ServerCommands::tr("Not shut down: %1").arg(reason);
    case LinkRequest::Close: return ServerCommands::tr("Not closed: %1").arg(reason);
    case LinkRequest::Cut: return ServerCommands::tr("Not cut: %1").arg(reason);
    case LinkRequest::Extend: return ServerCommands::tr("Not extended: %1").arg(reason);
  }
  return {};
}

}  // namespace uninterruptible::admin
