#include "ui/language/translation.hpp"

#include <QCoreApplication>
#include <QLibraryInfo>

namespace uninterruptible::admin {

Translation::Translation(const QLocale& locale) {
  const auto folder = QStringLiteral(":/translations");
  const auto name = QStringLiteral("uninterruptible-admin");
  // The one installed last is asked first.
  if (english_.load(name + QStringLiteral("_en"), folder)) QCoreApplication::installTranslator(&english_);
  if (!own_.load(locale, name, QStringLiteral("_"), folder)) return;
  QCoreApplication::installTranslator(&own_);
  // Of this language, not of the next one that Qt has: a window speaks one.
  const auto place = QLibraryInfo::path(QLibraryInfo::TranslationsPath);
  if (qt_.load(QStringLiteral("qtbase_") + own_.language(), place)) QCoreApplication::installTranslator(&qt_);
}

QString Translation::language() const {
  return own_.isEmpty() ? QStringLiteral("en") : own_.language().section(QLatin1Char('_'), 0, 0);
}

}  // namespace uninterruptible::admin
