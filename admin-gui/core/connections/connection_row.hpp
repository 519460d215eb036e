#pragma once

#include <QList>
#include <QString>

#include "uninterruptible/control.hpp"

namespace uninterruptible::admin {

/// One connection as the table shows it: decoded in the I/O thread, so that painting and sorting convert
/// nothing.
struct ConnectionRow {
  QString id;
  quint64 generation = 0;
  quint64 number = 0;  ///< the part of the id after the generation; 0 if it has another form
  QString state;       ///< as in the protocol: open, closing
  QString peer;
  QString local;
  QString label;
  qint64 openedAt = 0;  ///< Unix time in milliseconds
  qint64 activeAt = 0;  ///< Unix time in milliseconds
  quint64 bytesIn = 0;
  quint64 bytesOut = 0;
  friend bool operator==(const ConnectionRow&, const ConnectionRow&) = default;
};

/// Decodes a record; text becomes plain (see wording::plain).
[[nodiscard]] ConnectionRow toRow(const control::ConnectionRecord& record);

}  // namespace uninterruptible::admin
