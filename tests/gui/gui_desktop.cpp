#include <QJsonArray>
#include <QJsonObject>
#include <QSet>
#include <QTest>
#include <memory>

#include "gui/accessible.hpp"
#include "gui/desktop.hpp"
#include "support/control.hpp"
#include "support/files.hpp"

/// The program itself on a screen with a window manager: by keys, by the mouse, and as those drive it who
/// cannot see it.
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
  /// Waits until that generation is there alone.
  [[nodiscard]] bool comesToGeneration(int number) const;
  [[nodiscard]] std::optional<Accessible> program() const;
  /// A thing in one of the program's windows that can be used; waits for it. Empty when it does not come.
  [[nodiscard]] std::optional<Accessible> thing(const std::string& window, const QString& role,
                                                const QString& name) const;
  void click(const Accessible& thing) const;

  const std::string title_ = "desk - Uninterruptible";
  const std::string question_ = "Restart desk?";
  const QString button_ = QStringLiteral("push button");
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
  const auto bus = QString::fromStdString(desktop_->bus());
  QVERIFY(!noBus_.empty() || testing::becomes_true([&] { return Accessible::hasBus(bus); }));
  server_.emplace(sandbox_->start({testing::program("echo-server"), "--bind", "tcp://127.0.0.1:0", "--name",
                                   "desk", "--rollback-window", "0"}));
  const auto target = testing::target_of(sandbox_->control_path("desk"));
  QVERIFY(!target.empty());
  program_.emplace(sandbox_->start({testing::program("uninterruptible-admin")}, desktop_->environment()));
  QVERIFY(testing::becomes_true([&] { return !desktop_->window(title_).empty() || !program_->is_alive(); }));
  // Qt's part for X11 may be a package of its own.
  if (!program_->is_alive())
    QSKIP(("the program does not start on X11: " + program_->standard_error()).c_str());
}

void GuiDesktop::cleanupTestCase() {
  program_.reset();
  desktop_.reset();
  server_.reset();
  sandbox_.reset();
}

bool GuiDesktop::comesToGeneration(int number) const {
  return testing::becomes_true([&] {
    try {
      const auto status = testing::status_of(sandbox_->control_path("desk"));
      return status.value(QStringLiteral("generation")).toInt() == number &&
             status.value(QStringLiteral("generations")).toArray().size() == 1;
    } catch (const std::exception&) {
      return false;  // it is just changing hands
    }
  });
}

std::optional<Accessible> GuiDesktop::program() const {
  return Accessible::ofProgram(QString::fromStdString(desktop_->bus()),
                               QStringLiteral("uninterruptible-admin"));
}

std::optional<Accessible> GuiDesktop::thing(const std::string& window, const QString& role,
                                            const QString& name) const {
  std::optional<Accessible> found;
  const auto look = [&] {
    const auto all = program();
    if (!all) return false;
    for (const auto& one : all->children()) {
      if (one.name().toStdString() == window) found = one.find(role, name);
    }
    return found.has_value();
  };
  return testing::becomes_true(look) ? found : std::nullopt;
}

void GuiDesktop::click(const Accessible& thing) const {
  const auto place = thing.place().center();
  desktop_->xdotool(
      {"mousemove", "--sync", std::to_string(place.x()), std::to_string(place.y()), "click", "1"});
}

void GuiDesktop::aRestartByKeys() {
  QVERIFY(desktop_->activate(title_));
  // The key means nothing until there is contact with the server.
  QVERIFY(testing::becomes_true([&] {
    desktop_->xdotool({"key", "--clearmodifiers", "ctrl+r"});
    return testing::becomes_true([&] { return !desktop_->window(question_).empty(); },
                                 std::chrono::milliseconds(500));
  }));
  QVERIFY(desktop_->activate(question_));
  desktop_->xdotool({"key", "Return"});
  QVERIFY(comesToGeneration(2));
}

void GuiDesktop::aRestartByClicks() {
  if (!noBus_.empty()) QSKIP(noBus_.c_str());
  const auto restart = thing(title_, button_, QStringLiteral("Restart"));
  QVERIFY(restart);
  click(*restart);
  QVERIFY(desktop_->activate(question_));
  const auto confirm = thing(question_, button_, QStringLiteral("Restart"));
  QVERIFY(confirm);
  click(*confirm);
  QVERIFY(comesToGeneration(3));
}

void GuiDesktop::aRestartOverTheAccessibilityBus() {
  if (!noBus_.empty()) QSKIP(noBus_.c_str());
  const auto restart = thing(title_, button_, QStringLiteral("Restart"));
  QVERIFY(restart && restart->press());
  const auto confirm = thing(question_, button_, QStringLiteral("Restart"));
  QVERIFY(confirm && confirm->press());
  QVERIFY(comesToGeneration(4));
  QVERIFY(thing(title_, QStringLiteral("label"), QStringLiteral("Generation 4")));
}

void GuiDesktop::everyControlHasANameAndARole() {
  if (!noBus_.empty()) QSKIP(noBus_.c_str());
  static const QSet<QString> controls{
      QStringLiteral("push button"), QStringLiteral("check box"),   QStringLiteral("menu item"),
      QStringLiteral("text"),        QStringLiteral("list"),        QStringLiteral("list item"),
      QStringLiteral("table"),       QStringLiteral("combo box"),   QStringLiteral("spin button"),
      QStringLiteral("dialog"),      QStringLiteral("radio button")};
  QStringList nameless;
  QSet<QString> roles;
  const auto look = [&](const Accessible& one) {
    const auto role = one.role();
    roles += role;
    if (role.isEmpty() || (controls.contains(role) && one.name().isEmpty() && one.isUsable()))
      nameless += QStringLiteral("'%1' at %2,%3").arg(role).arg(one.place().x()).arg(one.place().y());
    return false;
  };
  // What goes while it is looked at has neither; what stays nameless is so at the next look as well.
  const bool named = testing::becomes_true([&] {
    nameless.clear();
    const auto all = program();
    if (all) static_cast<void>(all->find(look));
    return all && nameless.isEmpty();
  });
  QVERIFY2(named, qPrintable(nameless.join(QStringLiteral("; "))));
  for (const auto& role : {"push button", "menu item", "text", "list", "label"})
    QVERIFY2(roles.contains(QString::fromLatin1(role)), qPrintable(roles.values().join(QLatin1Char(','))));
}

QTEST_GUILESS_MAIN(GuiDesktop)
#include "gui_desktop.moc"
