#pragma once

#include <QByteArray>
#include <QList>

#include "core/connections/connection_row.hpp"

namespace uninterruptible::admin {

enum class ExportFormat { Csv, Json };

/// Rows with a heading, separated by tabs, for the clipboard: as spreadsheets and shells take them.
[[nodiscard]] QString toTsv(const QList<ConnectionRow>& rows);
/// RFC 4180, UTF-8. Text that a spreadsheet would take for a formula begins with an apostrophe, for labels
/// are what clients make them.
[[nodiscard]] QByteArray toCsv(const QList<ConnectionRow>& rows);
/// A list of objects with the field names of the control protocol.
[[nodiscard]] QByteArray toJson(const QList<ConnectionRow>& rows);
[[nodiscard]] QByteArray exported(const QList<ConnectionRow>& rows, ExportFormat format);

}  // namespace uninterruptible::admin
