#include "gui/desktop.hpp"

#include <signal.h>

#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>
#include <stdexcept>

#include "support/eventually.hpp"

using testing::eventually;
using testing::Sandbox;

namespace {

std::string launcherOfAids() {
  for (const char* const path :
       {"/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher"}) {
    if (QFileInfo(QString::fromLatin1(path)).isExecutable()) return path;
  }
  return {};
}

}  // namespace

Desktop::Desktop(const Sandbox& sandbox) : sandbox_(sandbox) {
  for (const char* const program : {"Xvfb", "openbox", "xdotool", "xprop"}) {
    if (!QStandardPaths::findExecutable(QString::fromLatin1(program)).isEmpty()) continue;
    missing_ = std::string("there is no ") + program;
    return;
  }
  // It chooses a number that nobody has, and says which. It must not begin anew when xprop has been its only
  // client: that would end the window manager that is just coming.
  screen_.emplace(sandbox.start(
      {"Xvfb", "-displayfd", "1", "-screen", "0", "1280x1000x24", "-nolisten", "tcp", "-noreset"}));
  eventually([&] { return screen_->standard_output().ends_with('\n') || !screen_->is_alive(); }, "a screen");
  if (!screen_->is_alive()) {
    missing_ = "Xvfb does not start: " + screen_->standard_error();
    return;
  }
  const auto number = screen_->standard_output();
  display_ = ":" + number.substr(0, number.find('\n'));
  manager_.emplace(sandbox.start({"openbox", "--sm-disable"}, environment()));
  // A window that is opened before that may stay unmapped.
  eventually(
      [&] {
        return run({"xprop", "-root", "_NET_SUPPORTING_WM_CHECK"}).output.find("window id") !=
               std::string::npos;
      },
      "a window manager");
}

Desktop::~Desktop() {
  launcher_.reset();
  session_.reset();
  // In order, so that no lock and no socket of the screen stays behind in /tmp.
  for (auto* const process : {&manager_, &screen_}) {
    if (!*process) continue;
    (*process)->signal(SIGTERM);
    static_cast<void>((*process)->wait_exit());
  }
}

Sandbox::Environment Desktop::environment() const {
  Sandbox::Environment all{{"DISPLAY", display_},
                           {"WAYLAND_DISPLAY", std::nullopt},
                           {"XAUTHORITY", std::nullopt},
                           {"QT_QPA_PLATFORM", "xcb"},
                           {"LC_ALL", "C.UTF-8"},
                           {"DBUS_SESSION_BUS_ADDRESS", bus_.empty() ? std::optional<std::string>() : bus_}};
  for (const char* const name : {"HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"})
    all.emplace_back(name, sandbox_ / "home");
  if (!bus_.empty()) all.emplace_back("QT_LINUX_ACCESSIBILITY_ALWAYS_ON", "1");
  return all;
}

std::string Desktop::startBuses() {
  if (QStandardPaths::findExecutable(QStringLiteral("dbus-daemon")).isEmpty())
    return "there is no dbus-daemon";
  const auto launcher = launcherOfAids();
  if (launcher.empty()) return "there is no at-spi-bus-launcher";
  const std::string address = "unix:path=" + (sandbox_ / "bus");
  session_.emplace(sandbox_.start(
      {"dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1", "--address=" + address},
      environment()));
  eventually([&] { return session_->standard_output().ends_with('\n') || !session_->is_alive(); }, "a bus");
  if (!session_->is_alive()) return "dbus-daemon does not start: " + session_->standard_error();
  bus_ = address;
  launcher_.emplace(sandbox_.start({launcher, "--launch-immediately"}, environment()));
  return {};
}

Desktop::Outcome Desktop::run(std::vector<std::string> argv) const {
  const auto what = argv.front();
  auto process = sandbox_.start(std::move(argv), environment());
  const auto exit = process.wait_exit();
  if (!exit) throw std::runtime_error(what + " does not end: " + process.standard_error());
  return {.done = exit == testing::exited(0), .output = process.standard_output()};
}

std::string Desktop::xdotool(std::vector<std::string> arguments) const {
  std::string line;
  for (const auto& word : arguments) line += " " + word;
  arguments.insert(arguments.begin(), "xdotool");
  const auto outcome = run(std::move(arguments));
  if (!outcome.done) throw std::runtime_error("it failed: xdotool" + line);
  return outcome.output;
}

std::string Desktop::window(const std::string& title) const {
  const auto exactly = "^" + QRegularExpression::escape(QString::fromStdString(title)).toStdString() + "$";
  // It fails where it finds nothing.
  const auto found = run({"xdotool", "search", "--onlyvisible", "--name", exactly}).output;
  return found.substr(0, found.find('\n'));
}

bool Desktop::activate(const std::string& title) const {
  if (!testing::becomes_true([&] { return !window(title).empty(); })) return false;
  return run({"xdotool", "windowactivate", "--sync", window(title)}).done;
}
