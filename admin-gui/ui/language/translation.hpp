#pragma once

#include <QLocale>
#include <QTranslator>
#include <memory>

namespace uninterruptible::admin {

/// The texts of the program, of AdminCore too, in a language that the user reads, and Qt's own (the buttons
/// of the file dialog and the like) in the same one where they are installed. Below it lie the English
/// plurals, for whatever a language lacks. Texts are taken when a window is made: construct this before, in
/// the GUI thread, and let it live as long as the application.
class Translation {
 public:
  explicit Translation(const QLocale& locale);

  /// The language that was found, as in `de`; `en` where none was.
  [[nodiscard]] QString language() const;

 private:
  std::unique_ptr<QTranslator> english_;
  QTranslator own_;
  QTranslator qt_;
};

}  // namespace uninterruptible::admin
