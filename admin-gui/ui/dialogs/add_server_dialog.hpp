#pragma once

#include <QDialog>
#include <memory>

#include "core/servers/server_address.hpp"

class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace uninterruptible::admin {

class PlainLabel;
class ServerMonitor;
class ServerWatch;

/// Asks for a server that is reached by ssh, and tries the way there if wanted. Opened with open(); deletes
/// itself.
class AddServerDialog : public QDialog {
  Q_OBJECT

 public:
  /// `watch` must outlive this. Starts with what `address` says.
  AddServerDialog(ServerWatch* watch, const ServerAddress& address, QWidget* parent = nullptr);
  ~AddServerDialog() override;

  [[nodiscard]] ServerAddress address() const;

 private:
  void test();
  /// A whole `ssh://` address in the field of the host becomes what it consists of.
  void takeApart();
  void showResult();
  void refresh();

  ServerWatch* const watch_;
  std::unique_ptr<ServerMonitor> trial_;
  QLineEdit* host_;
  QLineEdit* user_;
  QLineEdit* name_;
  PlainLabel* result_;
  QPlainTextEdit* output_;
  QPushButton* test_;
  QPushButton* add_;
};

}  // namespace uninterruptible::admin
