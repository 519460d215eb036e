#pragma once

#include <QObject>
#include <QStringList>
#include <QThread>
#include <memory>

#include "core/servers/server_list_model.hpp"

namespace uninterruptible::admin {

class FileWriter;

/// Everything that runs: the I/O thread, discovery in it, and the list of servers. One a program.
class ServerWatch : public QObject {
  Q_OBJECT

 public:
  explicit ServerWatch(QObject* parent = nullptr);
  ~ServerWatch() override;

  [[nodiscard]] ServerListModel* servers() noexcept { return servers_.get(); }
  /// Where was looked for servers; empty before the first look.
  [[nodiscard]] const QStringList& directories() const noexcept { return directories_; }

 public Q_SLOTS:
  void lookAgain();
  /// Writes a file from the I/O thread; `written` follows.
  void write(const QString& path, const QByteArray& bytes);

 Q_SIGNALS:
  void looked();
  /// `reason` is empty where it went well.
  void written(const QString& path, const QString& reason);

 private:
  QThread io_;
  Discovery* discovery_;  ///< lives in the I/O thread and is deleted there
  FileWriter* writer_;    ///< as well
  std::unique_ptr<ServerListModel> servers_;
  QStringList directories_;
};

}  // namespace uninterruptible::admin
