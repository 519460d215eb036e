#include "ui/language/translation.hpp"

#include <QCoreApplication>
#include <QLibraryInfo>

namespace uninterruptible::admin {
namespace {

/// English plurals for a program that was built without lrelease.
class SparePlurals : public QTranslator {
 public:
  [[nodiscard]] QString translate(const char*, const char* text, const char*, int count) const override {
    const QLatin1String mark("(s)");
    auto result = QString::fromUtf8(text);
    if (count < 0 || !result.contains(mark)) return {};
    return result.replace(mark, count == 1 ? QLatin1String() : QLatin1String("s"));
  }
  [[nodiscard]] bool isEmpty() const override { return false; }
};

}  // namespace

Translation::Translation(const QLocale& locale) : english_(std::make_unique<QTranslator>()) {
  const auto folder = QStringLiteral(":/translations");
  const auto name = QStringLiteral("uninterruptible-admin");
  // The one installed last is asked first.
  if (!english_->load(name + QStringLiteral("_en"), folder)) english_ = std::make_unique<SparePlurals>();
  QCoreApplication::installTranslator(english_.get());
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
