#include "core/link/dialed_stream.hpp"

#include <algorithm>

namespace uninterruptible::admin {
namespace {

constexpr QByteArrayView opening = R"({"jsonrpc":"2.0","method":"dialed","params":{"number":)";
constexpr qsizetype longest = opening.size() + 32;  // of such a line

/// The number in a complete line; 0 if it is another line.
quint64 numberIn(QByteArrayView line) {
  constexpr QByteArrayView closing = "}}\n";
  if (!line.startsWith(opening) || !line.endsWith(closing)) return 0;
  return line.sliced(opening.size()).chopped(closing.size()).toByteArray().toULongLong();
}

}  // namespace

QByteArray DialedStream::take() {
  begun_ = 0;
  qsizetype given = 0;  // so much of the buffer is the protocol's
  qsizetype passed = 0;
  const QByteArrayView all(buffer_);
  while (given < all.size()) {
    const auto rest = all.sliced(given);
    const auto end = rest.indexOf('\n');
    if (!inLine_ && rest.startsWith(opening.first(std::min(rest.size(), opening.size())))) {
      if (end < 0 && rest.size() < longest) break;  // the rest of it is on its way
      begun_ = end < 0 ? 0 : numberIn(rest.first(end + 1));
      if (begun_ != 0) {
        passed = given + end + 1;
        break;
      }
    }
    inLine_ = end < 0;
    given = end < 0 ? all.size() : given + end + 1;
  }
  const auto result = buffer_.first(given);
  buffer_.remove(0, std::max(given, passed));
  return result;
}

QByteArray DialedStream::acknowledgement(quint64 connection) {
  return R"({"jsonrpc":"2.0","method":"dial","params":{"number":)" + QByteArray::number(connection) + "}}\n";
}

}  // namespace uninterruptible::admin
