#include "core/files/file_writer.hpp"

#include <QSaveFile>

namespace uninterruptible::admin {

void FileWriter::write(const QString& path, const QByteArray& bytes) {
  QSaveFile file(path);
  const bool done = file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit();
  Q_EMIT written(path, done ? QString() : file.errorString());
}

}  // namespace uninterruptible::admin
