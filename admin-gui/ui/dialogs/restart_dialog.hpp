#pragma once

#include <QDialog>

#include "core/link/link_command.hpp"

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QPushButton;

namespace uninterruptible::admin {

class CommandField;
class NumberBox;
class ServerMonitor;

/// Asks how a restart is to go: how long the trial and the drain may take, or whether it is only rehearsed.
/// What is left alone is as the server is configured. Opened with open(); deletes itself.
class RestartDialog : public QDialog {
  Q_OBJECT

 public:
  explicit RestartDialog(const ServerMonitor& server, QWidget* parent = nullptr);

  [[nodiscard]] RestartCommand command() const;
  /// This server is not to be asked about again.
  [[nodiscard]] bool isLastTime() const;

 private:
  [[nodiscard]] QWidget* makeDrain(const ServerMonitor& server);
  [[nodiscard]] QWidget* makeTrial(const ServerMonitor& server);
  [[nodiscard]] QDialogButtonBox* makeButtons();
  void refresh();

  const QString argument_;  ///< the server's, for the command line
  QCheckBox* limitsDrain_;
  NumberBox* drain_;
  QComboBox* drainUnit_;
  QCheckBox* setsTrial_;
  NumberBox* trial_;
  QCheckBox* rehearse_;
  QCheckBox* lastTime_;
  CommandField* line_;
  QPushButton* go_;
};

}  // namespace uninterruptible::admin
