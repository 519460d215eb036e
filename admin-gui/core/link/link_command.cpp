#include "core/link/link_command.hpp"

#include <QRegularExpression>
#include <algorithm>

#include "core/text/wording.hpp"

namespace uninterruptible::admin {
namespace {

template <typename... Cases>
struct Overload : Cases... {
  using Cases::operator()...;
};

void appendDuration(QStringList& words, const char* option, std::optional<std::chrono::milliseconds> time) {
  if (time) words << QString::fromLatin1(option) << durationArgument(*time);
}

QStringList words(const RestartCommand& command) {
  QStringList result{QStringLiteral("restart")};
  appendDuration(result, "--trial", command.options.rollback_window);
  appendDuration(result, "--drain", command.options.drain_timeout);
  if (command.options.rehearse) result << QStringLiteral("--rehearse");
  if (command.options.queue) result << QStringLiteral("--queue");
  return result;
}

QStringList words(const CloseMatchingCommand& command) {
  const auto& filter = command.filter;
  QStringList result{QStringLiteral("close")};
  if (filter.generation) result << QStringLiteral("--generation") << QString::number(*filter.generation);
  if (!filter.peer.empty()) result << QStringLiteral("--peer") << QString::fromStdString(filter.peer);
  appendDuration(result, "--idle", filter.idle);
  appendDuration(result, "--older", filter.older);
  if (command.cut) result << QStringLiteral("--now");
  return result;
}

QStringList words(const ExtendCommand& command) {
  QStringList result{QStringLiteral("extend-drain")};
  const auto& extension = command.extension;
  if (extension.generation) {
    result << QStringLiteral("--generation") << QString::number(*extension.generation);
  }
  result << (extension.by ? durationArgument(*extension.by) : QStringLiteral("none"));
  return result;
}

bool showsItself(char32_t character) { return !wording::isInvisible(character); }

/// With the bytes of what cannot be seen written out, so that the line that is read is the line that is
/// copied.
QString escapedWord(const QString& word) {
  QString result = QStringLiteral("$'");
  for (const char32_t character : word.toUcs4()) {
    const auto text = QString::fromUcs4(&character, 1);
    if (character == U'\'' || character == U'\\') {
      result += QLatin1Char('\\') + text;
    } else if (showsItself(character)) {
      result += text;
    } else {
      for (const char byte : text.toUtf8()) {
        result += QStringLiteral("\\%1").arg(static_cast<unsigned char>(byte), 3, 8, QLatin1Char('0'));
      }
    }
  }
  return result + QLatin1Char('\'');
}

}  // namespace

LinkRequest requestOf(const LinkCommand& command) {
  return std::visit(
      Overload{
          [](const RestartCommand& that) {
            return that.options.rehearse ? LinkRequest::Rehearse : LinkRequest::Restart;
          },
          [](const CancelCommand&) { return LinkRequest::Cancel; },
          [](const CloseCommand& that) { return that.cut ? LinkRequest::Cut : LinkRequest::Close; },
          [](const CloseMatchingCommand& that) { return that.cut ? LinkRequest::Cut : LinkRequest::Close; },
          [](const ShutDownCommand&) { return LinkRequest::ShutDown; },
          [](const ExtendCommand&) { return LinkRequest::Extend; }},
      command);
}

QString durationArgument(std::chrono::milliseconds time) {
  const auto ms = time.count();
  if (ms == 0) return QStringLiteral("0");
  if (ms % 3'600'000 == 0) return QStringLiteral("%1h").arg(ms / 3'600'000);
  if (ms % 60'000 == 0) return QStringLiteral("%1m").arg(ms / 60'000);
  if (ms % 1000 == 0) return QStringLiteral("%1s").arg(ms / 1000);
  return QStringLiteral("%1ms").arg(ms);
}

QString shellWord(const QString& word) {
  static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_@%+=:,./-]+$"));
  if (plain.match(word).hasMatch()) return word;
  if (!std::ranges::all_of(word.toUcs4(), showsItself)) return escapedWord(word);
  auto quoted = word;
  return QLatin1Char('\'') + quoted.replace(QLatin1Char('\''), QLatin1String("'\\''")) + QLatin1Char('\'');
}

QString commandLine(const QString& server, const LinkCommand& command) {
  QStringList line{QStringLiteral("uninterruptiblectl"), QStringLiteral("-s"), server};
  line += std::visit(Overload{[](const CancelCommand&) { return QStringList{QStringLiteral("cancel")}; },
                              [](const CloseCommand& that) {
                                QStringList result{QStringLiteral("close")};
                                if (that.cut) result << QStringLiteral("--now");
                                return result + that.ids;
                              },
                              [](const ShutDownCommand& that) {
                                QStringList result{QStringLiteral("shutdown")};
                                if (that.now) result << QStringLiteral("--now");
                                return result;
                              },
                              [](const auto& that) { return words(that); }},
                     command);
  for (auto& word : line) word = shellWord(word);
  return line.join(QLatin1Char(' '));
}

}  // namespace uninterruptible::admin
