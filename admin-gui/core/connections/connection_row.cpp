#include "core/connections/connection_row.hpp"

#include "core/text/wording.hpp"

namespace uninterruptible::admin {

ConnectionRow toRow(const control::ConnectionRecord& record) {
  ConnectionRow row;
  row.id = wording::plain(record.id);
  row.generation = record.generation;
  row.number = row.id.section(QLatin1Char('-'), 1).toULongLong();
  row.state = wording::plain(record.state);
  row.peer = wording::plain(record.peer);
  row.local = wording::plain(record.local);
  row.label = wording::plain(record.label);
  row.openedAt = record.opened_at.time_since_epoch().count();
  row.activeAt = record.active_at.time_since_epoch().count();
  row.bytesIn = record.bytes_in;
  row.bytesOut = record.bytes_out;
  return row;
}

}  // namespace uninterruptible::admin
