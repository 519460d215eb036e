#include <QSet>
#include <QTest>
#include <memory>

#include "gui/accessible.hpp"
#include "gui/desktop.hpp"
#include "support/control.hpp"
#include "support/files.hpp"

using testing::eventually;

/// The program itself on a screen with a window manager: by keys, by the mouse, and as those drive it who cannot
/// see it.
class GuiDesktop : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase();
  void cleanupTestCase();
  void aRestartByKeys();
  void aRestartByClicks();
  void aRestartOverTheAccessibilityBus();
  void everyControlHasANameAndARole();

 private:
  [[nodiscard]] int generation() const;
  void waitForGeneration(int number) const;
  /// A thing in the program's windows that can be used; waits for it.
  [[nodiscard]] Accessible thing(const QString& role, const QString& name) const;
  void click(const Accessible& thing) const;

  const std::string title_ = "desk - Uninterruptible";
  std::unique_ptr<testing::Sandbox> sandbox_;
  std::unique_ptr<Desktop> desktop_;
  std::string noBus_;
  std::optional<testing::Process> server_;
  std::optional<testing::Process> program_;
};

void GuiDesktop::initTestCase() {
  sandbox_ = std::make_unique<testing::Sandbox>();
  desktop_ = std::make_unique<Desktop>(*sandbox_);
  if (!desktop_->missing().empty()) QSKIP(desktop_->missing().c_str());
  noBus_ = desktop_->startBuses();
  server_.emplace(sandbox_->start({testing::program("echo-server"), "--bind", "tcp://127.0.0.1:0", "--name", "desk",
                                   "--rollback-window", "0"}));
  const auto target = testing::target_of(sandbox_->control_path("desk"));
  QVERIFY(!target.empty());
  program_.emplace(sandbox_->start({testing::program("uninterruptible-admin")}, desktop_->environment()));
  eventually([&] { return !desktop_->window(title_).empty() || !program_->is_alive(); }, "the program's window");
  // Qt's part for X11 may be a package of its own.
  if (!program_->is_alive()) QSKIP(("the program does not start on X11: " + program_->standard_error()).c_str());
}

void GuiDesktop::cleanupTestCase() {
  program_.reset();
  desktop_.reset();
  server_.reset();
  sandbox_.reset();
}

int GuiDesktop::generation() const {
  return testing::status_of(sandbox_->control_path("desk")).value(QStringLiteral("generation")).toInt();
}

void GuiDesktop::waitForGeneration(int number) const {
  const auto alone = [&] {
    try {
      const auto status = testing::status_of(sandbox_->control_path("desk"));
      return status.value(QStringLiteral("generation")).toInt() == number &&
             status.value(QStringLiteral("generations")).toArray().size() == 1;
    } catch (const std::exception&) {
      return false;  // it is just changing hands
    }
  };
  eventually(alone, "generation " + std::to_string(number) + " alone");
}

Accessible GuiDesktop::thing(const QString& role, const QString& name) const {
  std::optional<Accessible> found;
  eventually(
      [&] {
        const auto program = Accessible::ofProgram(QString::fromStdString(desktop_->bus()),
                                                   QStringLiteral("uninterruptible-admin"));
        found = program ? program->find(role, name) : std::nullopt;
        return found.has_value();
      },
      (role + QLatin1Char(' ') + name).toStdString());
  return *found;
}

void GuiDesktop::click(const Accessible& thing) const {
  const auto place = thing.place().center();
  desktop_->xdotool({"mousemove", "--sync", std::to_string(place.x()), std::to_string(place.y()), "click", "1"});
}

void GuiDesktop::aRestartByKeys() {
  desktop_->activate(title_);
  // The key means nothing until there is contact with the server.
  eventually(
      [&] {
        desktop_->xdotool({"key", "--clearmodifiers", "ctrl+r"});
        return testing::becomes_true([&] { return !desktop_->window("Restart desk?").empty(); },
                                     std::chrono::milliseconds(500));
      },
      "the question");
  desktop_->activate("Restart desk?");
  desktop_->xdotool({"key", "Return"});
  waitForGeneration(2);
}

void GuiDesktop::aRestartByClicks() {
  if (!noBus_.empty()) QSKIP(noBus_.c_str());
  click(thing(QStringLiteral("push button"), QStringLiteral("Restart...")));
  desktop_->activate("Restart desk?");
  click(thing(QStringLiteral("push button"), QStringLiteral("Restart")));
  waitForGeneration(3);
}

void GuiDesktop::aRestartOverTheAccessibilityBus() {
  if (!noBus_.empty()) QSKIP(noBus_.c_str());
  QVERIFY(thing(QStringLiteral("push button"), QStringLiteral("Restart...")).press());
  QVERIFY(thing(QStringLiteral("push button"), QStringLiteral("Restart")).press());
  waitForGeneration(4);
  thing(QStringLiteral("label"), QStringLiteral("Generation 4"));
}

void GuiDesktop::everyControlHasANameAndARole() {
  if (!noBus_.empty()) QSKIP(noBus_.c_str());
  const auto program =
      Accessible::ofProgram(QString::fromStdString(desktop_->bus()), QStringLiteral("uninterruptible-admin"));
  QVERIFY(program);
  QStringList nameless;
  QSet<QString> roles;
  const auto look = [&](const Accessible& one) {
    const auto role = one.role();
    roles += role;
    static const QSet<QString> controls{
        QStringLiteral("push button"), QStringLiteral("check box"), QStringLiteral("menu item"),
        QStringLiteral("text"),        QStringLiteral("list"),      QStringLiteral("list item"),
        QStringLiteral("table"),       QStringLiteral("combo box"), QStringLiteral("spin button"),
        QStringLiteral("frame"),       QStringLiteral("dialog"),    QStringLiteral("radio button")};
    if (role.isEmpty() || (controls.contains(role) && one.name().isEmpty() && one.isUsable()))
      nameless += role + QStringLiteral(" at %1,%2").arg(one.place().x()).arg(one.place().y());
    return false;
  };
  program->find(look);
  QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QStringLiteral("; "))));
  for (const auto& role : {"push button", "menu item", "text", "list", "label"})
    QVERIFY2(roles.contains(QString::fromLatin1(role)), qPrintable(roles.values().join(QLatin1Char(','))));
}

QTEST_GUILESS_MAIN(GuiDesktop)
#include "gui_desktop.moc"
