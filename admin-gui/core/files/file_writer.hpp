#pragma once

#include <QByteArray>
#include <QObject>
#include <QString>

namespace uninterruptible::admin {

/// Writes files where a slow disk keeps nobody waiting. Threads: lives in the I/O thread.
class FileWriter : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

 public Q_SLOTS:
  /// Replaces the file as a whole or not at all; `written` follows.
  void write(const QString& path, const QByteArray& bytes);

 Q_SIGNALS:
  /// `reason` is empty where it went well.
  void written(const QString& path, const QString& reason);
};

}  // namespace uninterruptible::admin
