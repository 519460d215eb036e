#pragma once

#include <QString>

namespace uninterruptible::admin {

/// The guide to this program as it was installed beside it (`share/doc`), else in one of the system's data
/// folders; an empty text where it was not. Looks at the disk: for the start of the program, before there is
/// a window.
[[nodiscard]] QString findGuide();
/// The same for a program in this folder.
[[nodiscard]] QString findGuide(const QString& programFolder);
/// Where the guide is installed for a program in this folder.
[[nodiscard]] QString guideFolder(const QString& programFolder);

}  // namespace uninterruptible::admin
