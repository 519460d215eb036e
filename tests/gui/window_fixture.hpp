#pragma once

#include <QLocale>
#include <QObject>
#include <QTemporaryDir>
#include <memory>
#include <optional>

#include "core/servers/server_watch.hpp"
#include "core/settings/settings.hpp"
#include "gui/acting.hpp"
#include "gui/scripted_server.hpp"
#include "ui/language/translation.hpp"
#include "ui/window/main_window.hpp"

/// UTF-8 literals as QString.
[[nodiscard]] inline QString operator""_q(const char* text, std::size_t size) {
  return QString::fromUtf8(text, static_cast<qsizetype>(size));
}

/// A window, and a scripted server named `echo` that it can find; anew for each test function.
class WindowFixture : public QObject {
  Q_OBJECT

 public:
  WindowFixture();

 protected Q_SLOTS:
  void init();
  void cleanup();

 protected:
  /// In this language from now on, numbers and all; English until then.
  void speak(const QLocale& locale);
  void show(const QString& wanted = {});
  /// A live generation 7 with three connections, connected to.
  void beginWithEcho();
  /// The same, with generation 8 live and 7 draining with those three until in ten minutes.
  void beginDraining();
  [[nodiscard]] QTableView& table() const;
  [[nodiscard]] QStringList ids() const;
  [[nodiscard]] QStringList selected() const;
  [[nodiscard]] QString linkText() const { return acting::text(*window_, QStringLiteral("linkLabel")); }
  [[nodiscard]] QWidget* card(int generation) const;
  [[nodiscard]] QAction* action(const QString& name) const;
  [[nodiscard]] QString clipboard() const;
  /// What waits for an undo is done after this time.
  void setUndoDelay(int milliseconds);

 private:
  void takePicture() const;

 protected:
  std::optional<uninterruptible::admin::Translation> translation_;
  std::optional<QTemporaryDir> directory_;
  std::unique_ptr<ScriptedServer> echo_;
  std::unique_ptr<uninterruptible::admin::Settings> settings_;
  std::unique_ptr<uninterruptible::admin::ServerWatch> watch_;
  std::unique_ptr<uninterruptible::admin::MainWindow> window_;
};
