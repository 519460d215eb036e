#pragma once

#include <QMetaType>
#include <QString>
#include <QStringList>
#include <variant>

#include "uninterruptible/control.hpp"

namespace uninterruptible::admin {

struct RestartCommand {
  control::RestartOptions options{};
};
struct CancelCommand {};
struct CloseCommand {
  QStringList ids;
  bool cut = false;
};
struct CloseMatchingCommand {
  control::CloseFilter filter;
  bool cut = false;
};
struct ShutDownCommand {
  bool now = false;
};
struct ExtendCommand {
  control::DrainExtension extension{};
};

/// One thing that can be asked of a server: what the window sends, and what its command line is called.
using LinkCommand = std::variant<RestartCommand, CancelCommand, CloseCommand, CloseMatchingCommand,
                                 ShutDownCommand, ExtendCommand>;

/// What a command was about, for the sentence that tells how it went.
enum class LinkRequest { Restart, Rehearse, Cancel, ShutDown, Close, Cut, Extend };

[[nodiscard]] LinkRequest requestOf(const LinkCommand& command);

/// The line that does the same in a shell, quoted where it must be. `server` is what `-s` takes.
[[nodiscard]] QString commandLine(const QString& server, const LinkCommand& command);

/// A duration as uninterruptiblectl takes it: `10m`, `90s`, `1500ms`.
[[nodiscard]] QString durationArgument(std::chrono::milliseconds time);

/// One word of a shell, quoted if it needs it.
[[nodiscard]] QString shellWord(const QString& word);

}  // namespace uninterruptible::admin

Q_DECLARE_METATYPE(uninterruptible::admin::LinkCommand)
