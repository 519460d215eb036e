#include "core/connections/connection_export.hpp"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <utility>

namespace uninterruptible::admin {
namespace {

/// RFC 3339, UTC: the same on every machine that reads it.
QString moment(qint64 time) {
  return QDateTime::fromMSecsSinceEpoch(time).toUTC().toString(Qt::ISODateWithMs);
}

QStringList heading() {
  return {QStringLiteral("id"),        QStringLiteral("generation"), QStringLiteral("state"),
          QStringLiteral("peer"),      QStringLiteral("local"),      QStringLiteral("label"),
          QStringLiteral("opened_at"), QStringLiteral("active_at"),  QStringLiteral("bytes_in"),
          QStringLiteral("bytes_out")};
}

QStringList fields(const ConnectionRow& row) {
  return {row.id,
          QString::number(row.generation),
          row.state,
          row.peer,
          row.local,
          row.label,
          moment(row.openedAt),
          moment(row.activeAt),
          QString::number(row.bytesIn),
          QString::number(row.bytesOut)};
}

/// What a spreadsheet must not take for a formula.
QString harmless(QString text) {
  static const QString formulas = QStringLiteral("=+-@");
  if (!text.isEmpty() && formulas.contains(text.front())) text.prepend(QLatin1Char('\''));
  return text;
}

QString csvField(QString text) {
  text = harmless(std::move(text));
  if (!text.contains(QLatin1Char(',')) && !text.contains(QLatin1Char('"'))) return text;
  return QLatin1Char('"') + text.replace(QLatin1Char('"'), QLatin1String("\"\"")) + QLatin1Char('"');
}

}  // namespace

QString toTsv(const QList<ConnectionRow>& rows) {
  QStringList lines{heading().join(QLatin1Char('\t'))};
  for (const auto& row : rows) {
    auto line = fields(row);
    for (auto& field : line) field = harmless(std::move(field));
    lines += line.join(QLatin1Char('\t'));
  }
  return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

QByteArray toCsv(const QList<ConnectionRow>& rows) {
  QString text = heading().join(QLatin1Char(',')) + QLatin1String("\r\n");
  for (const auto& row : rows) {
    auto line = fields(row);
    for (auto& field : line) field = csvField(std::move(field));
    text += line.join(QLatin1Char(',')) + QLatin1String("\r\n");
  }
  return text.toUtf8();
}

QByteArray toJson(const QList<ConnectionRow>& rows) {
  QJsonArray list;
  for (const auto& row : rows) {
    list += QJsonObject{{QStringLiteral("id"), row.id},
                        {QStringLiteral("generation"), static_cast<qint64>(row.generation)},
                        {QStringLiteral("state"), row.state},
                        {QStringLiteral("peer"), row.peer},
                        {QStringLiteral("local"), row.local},
                        {QStringLiteral("label"), row.label},
                        {QStringLiteral("opened_at_ms"), row.openedAt},
                        {QStringLiteral("active_at_ms"), row.activeAt},
                        {QStringLiteral("bytes_in"), static_cast<qint64>(row.bytesIn)},
                        {QStringLiteral("bytes_out"), static_cast<qint64>(row.bytesOut)}};
  }
  return QJsonDocument(list).toJson();
}

QByteArray exported(const QList<ConnectionRow>& rows, ExportFormat format) {
  return format == ExportFormat::Json ? toJson(rows) : toCsv(rows);
}

}  // namespace uninterruptible::admin
