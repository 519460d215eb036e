#include "ui/window/launch_options.hpp"

#include <QStringList>

namespace uninterruptible::admin {
namespace {

constexpr auto help =
    "Usage: uninterruptible-admin [OPTIONS]\n"
    "\n"
    "Shows the uninterruptible servers of this machine and their connections, and restarts them.\n"
    "\n"
    "Options:\n"
    "  -s, --server NAME   show this server first; ssh://[user@]host[/name] for one elsewhere\n"
    "      --read-only     look, and change nothing\n"
    "  -h, --help          print this and exit\n"
    "  -V, --version       print the version and exit\n"
    "\n"
    "Environment:\n"
    "  UNINTERRUPTIBLE_CONTROL_DIR   look for servers in this directory only\n"
    "\n"
    "Exit status: 0 the window was closed, 2 wrong usage.\n"
    "See also: uninterruptiblectl(1)\n";

LaunchOptions wrong(const QString& message) {
  return {.server = {},
          .readOnly = false,
          .exitCode = 2,
          .output =
              QStringLiteral("uninterruptible-admin: %1\nTry: uninterruptible-admin --help\n").arg(message)};
}

/// Options of Qt itself that take no argument; all others of them take one.
bool standsAlone(const QString& option) {
  return option == QLatin1String("reverse") || option.contains(QLatin1Char('='));
}

bool isQtOption(const QString& option) {
  static const QStringList known{
      QStringLiteral("platform"),     QStringLiteral("platformtheme"), QStringLiteral("platformpluginpath"),
      QStringLiteral("plugin"),       QStringLiteral("style"),         QStringLiteral("stylesheet"),
      QStringLiteral("display"),      QStringLiteral("geometry"),      QStringLiteral("qwindowgeometry"),
      QStringLiteral("qwindowtitle"), QStringLiteral("qwindowicon"),   QStringLiteral("reverse"),
      QStringLiteral("session")};
  return known.contains(option.section(QLatin1Char('='), 0, 0));
}

}  // namespace

LaunchOptions parseCommandLine(const QStringList& arguments) {
  LaunchOptions result;
  for (qsizetype place = 1; place < arguments.size(); ++place) {
    const auto& argument = arguments.at(place);
    if (argument == QLatin1String("-h") || argument == QLatin1String("--help")) {
      return {.server = {}, .readOnly = false, .exitCode = 0, .output = QString::fromLatin1(help)};
    }
    if (argument == QLatin1String("-V") || argument == QLatin1String("--version")) {
      return {.server = {},
              .readOnly = false,
              .exitCode = 0,
              .output = QStringLiteral("uninterruptible-admin " UNINTERRUPTIBLE_VERSION "\n")};
    }
    if (argument == QLatin1String("-s") || argument == QLatin1String("--server")) {
      if (place + 1 == arguments.size()) return wrong(QStringLiteral("%1 needs a name").arg(argument));
      result.server = arguments.at(++place);
    } else if (argument == QLatin1String("--read-only")) {
      result.readOnly = true;
    } else if (argument.startsWith(QLatin1String("--server="))) {
      result.server = argument.section(QLatin1Char('='), 1);
    } else if (auto option = argument; option.remove(0, option.startsWith(QLatin1String("--")) ? 2 : 1),
                                       argument.startsWith(QLatin1Char('-')) && isQtOption(option)) {
      if (!standsAlone(option)) ++place;
    } else {
      return wrong(QStringLiteral("unknown option or argument: %1").arg(argument));
    }
  }
  return result;
}

}  // namespace uninterruptible::admin
