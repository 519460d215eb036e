#include "ui/guide/guide.hpp"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>
#include <QStringList>

namespace uninterruptible::admin {

QString findGuide() { return findGuide(QCoreApplication::applicationDirPath()); }

QString guideFolder(const QString& programFolder) {
  return QDir::cleanPath(QDir(programFolder).filePath(QStringLiteral(UNINTERRUPTIBLE_DOC_FROM_BIN)));
}

QString findGuide(const QString& programFolder) {
  // First what came with this very program, wherever the whole was moved to.
  QStringList folders{guideFolder(programFolder)};
  for (const auto& data : QStandardPaths::standardLocations(QStandardPaths::GenericDataLocation)) {
    folders += QDir(data).filePath(QStringLiteral("doc/" UNINTERRUPTIBLE_DOC_NAME));
  }
  for (const auto& place : folders) {
    // Distributions may leave all out but the README.
    for (const auto& name : {QStringLiteral("admin.md"), QStringLiteral("README.md")}) {
      const QFileInfo file(QDir(place), name);
      if (file.isReadable() && file.isFile()) return file.canonicalFilePath();
    }
  }
  return {};
}

}  // namespace uninterruptible::admin
