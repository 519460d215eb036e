#pragma once

#include <QString>
#include <optional>

namespace uninterruptible::admin {

/// What the command line asks for.
struct LaunchOptions {
  QString server;               ///< name of the one to show first
  bool readOnly = false;        ///< look, and change nothing
  std::optional<int> exitCode;  ///< there is nothing to start: end with this
  QString output;               ///< to print before, with a newline at its end
};

/// Reads the command line without an application object, so that `--help` needs no display. Leaves alone what
/// is Qt's own (`-platform`, `-style` and the like).
[[nodiscard]] LaunchOptions parseCommandLine(const QStringList& arguments);

}  // namespace uninterruptible::admin
