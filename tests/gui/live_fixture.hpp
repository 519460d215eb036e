#pragma once

#include <QObject>
#include <QTableView>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/servers/server_watch.hpp"
#include "core/settings/settings.hpp"
#include "gui/acting.hpp"
#include "support/sandbox.hpp"
#include "ui/window/main_window.hpp"

/// UTF-8 literals as QString.
[[nodiscard]] inline QString operator""_q(const char* text, std::size_t size) {
  return QString::fromUtf8(text, static_cast<qsizetype>(size));
}

/// A window that finds real servers in a place of its own; anew for each test function.
class LiveFixture : public QObject {
  Q_OBJECT

 protected Q_SLOTS:
  void init();
  void cleanup();

 protected:
  void show();
  /// Starts an echo server of that name on a port of the kernel's choice.
  void startServer(const std::string& name, const std::vector<std::string>& more = {});
  /// Waits until the window shows it, with a first generation.
  void waitForServer(const QString& name);
  [[nodiscard]] QTableView& table() const;
  [[nodiscard]] QWidget* card(int generation) const;
  /// A text of a card, empty if it cannot be seen.
  [[nodiscard]] QString cardText(int generation, const QString& name) const;
  [[nodiscard]] QString words(const QString& name) const { return acting::text(*window_, name); }
  /// Where clients connect to, as the window says.
  [[nodiscard]] std::string target() const { return words(QStringLiteral("serverAddresses")).toStdString(); }
  /// "Restart..." and its confirmation: two clicks.
  void clickRestart();

  std::optional<testing::Sandbox> sandbox_;
  std::optional<testing::Process> server_;
  std::unique_ptr<uninterruptible::admin::Settings> settings_;
  std::unique_ptr<uninterruptible::admin::ServerWatch> watch_;
  std::unique_ptr<uninterruptible::admin::MainWindow> window_;
};
