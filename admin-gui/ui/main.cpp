#include <QApplication>
#include <QLocale>
#include <QStringList>
#include <cstdio>

#include "core/servers/server_watch.hpp"
#include "core/settings/settings.hpp"
#include "ui/guide/guide.hpp"
#include "ui/language/translation.hpp"
#include "ui/style/app_icon.hpp"
#include "ui/window/launch_options.hpp"
#include "ui/window/main_window.hpp"

int main(int argc, char* argv[]) {
  using namespace uninterruptible::admin;

  // Before the application, so that help needs no display.
  QStringList arguments;
  for (int place = 0; place < argc; ++place) arguments += QString::fromLocal8Bit(argv[place]);
  const auto options = parseCommandLine(arguments);
  if (options.exitCode) {
    std::fputs(qPrintable(options.output), *options.exitCode == 0 ? stdout : stderr);
    return *options.exitCode;
  }

  const QApplication application(argc, argv);
  QApplication::setOrganizationDomain(QStringLiteral("uninterruptible.github.io"));
  QApplication::setOrganizationName(QStringLiteral("uninterruptible"));
  QApplication::setApplicationName(QStringLiteral("uninterruptible-admin"));
  QApplication::setApplicationDisplayName(QStringLiteral("Uninterruptible"));
  QApplication::setDesktopFileName(QStringLiteral("io.github.uninterruptible.Admin"));
  QApplication::setWindowIcon(appIcon());

  // Before anything is shown that has words.
  const Translation translation{QLocale()};
  Settings settings;
  ServerWatch watch;
  watch.servers()->setReadOnly(options.readOnly);
  MainWindow window(&watch, &settings, options.server);
  window.setGuide(findGuide());
  window.show();
  return QApplication::exec();
}
