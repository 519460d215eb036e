#include "core/settings/settings.hpp"

#include <algorithm>

namespace uninterruptible::admin {
namespace {

// Goes up whenever the columns of the table change: a state that was kept before says nothing then.
constexpr int columnsVersion = 1;
constexpr std::chrono::milliseconds shortestInterval{200};
constexpr std::chrono::milliseconds longestInterval{5000};

QString splitterKey(const QString& name) { return QStringLiteral("splitters/") + name; }
const QString& unaskedKey() {
  static const QString key = QStringLiteral("restart/unasked");
  return key;
}

}  // namespace

Settings::Settings(const QString& file)
    : store_(file.isEmpty() ? QSettings().fileName() : file, QSettings::IniFormat) {}

QByteArray Settings::windowGeometry() const {
  return store_.value(QStringLiteral("window/geometry")).toByteArray();
}

void Settings::setWindowGeometry(const QByteArray& geometry) {
  store_.setValue(QStringLiteral("window/geometry"), geometry);
}

QByteArray Settings::splitter(const QString& name) const {
  return store_.value(splitterKey(name)).toByteArray();
}

void Settings::setSplitter(const QString& name, const QByteArray& state) {
  store_.setValue(splitterKey(name), state);
}

QByteArray Settings::columns() const {
  if (store_.value(QStringLiteral("columns/version")).toInt() != columnsVersion) return {};
  return store_.value(QStringLiteral("columns/state")).toByteArray();
}

void Settings::setColumns(const QByteArray& state) {
  store_.setValue(QStringLiteral("columns/version"), columnsVersion);
  store_.setValue(QStringLiteral("columns/state"), state);
}

bool Settings::asksBeforeRestart(const QString& server) const {
  return !store_.value(unaskedKey()).toStringList().contains(server);
}

void Settings::setAsksBeforeRestart(const QString& server, bool asks) {
  auto unasked = store_.value(unaskedKey()).toStringList();
  unasked.removeAll(server);
  if (!asks) unasked += server;
  store_.setValue(unaskedKey(), unasked);
}

void Settings::askAboutAll() { store_.remove(unaskedKey()); }

int Settings::unaskedServers() const {
  return static_cast<int>(store_.value(unaskedKey()).toStringList().size());
}

bool Settings::usesBinarySizes() const {
  return store_.value(QStringLiteral("view/binary_sizes"), false).toBool();
}

void Settings::setUsesBinarySizes(bool binary) {
  store_.setValue(QStringLiteral("view/binary_sizes"), binary);
}

bool Settings::showsMoments() const { return store_.value(QStringLiteral("view/moments"), false).toBool(); }

void Settings::setShowsMoments(bool moments) { store_.setValue(QStringLiteral("view/moments"), moments); }

std::chrono::milliseconds Settings::interval() const {
  const auto kept =
      store_.value(QStringLiteral("view/interval_ms"), qint64{shortestInterval.count()}).toLongLong();
  return std::clamp(std::chrono::milliseconds(kept), shortestInterval, longestInterval);
}

void Settings::setInterval(std::chrono::milliseconds interval) {
  store_.setValue(QStringLiteral("view/interval_ms"), qint64{interval.count()});
}

bool Settings::usesTray() const { return store_.value(QStringLiteral("tray/shown"), false).toBool(); }

void Settings::setUsesTray(bool uses) { store_.setValue(QStringLiteral("tray/shown"), uses); }

bool Settings::wasHinted() const { return store_.value(QStringLiteral("tray/hinted"), false).toBool(); }

void Settings::setHinted() { store_.setValue(QStringLiteral("tray/hinted"), true); }

bool Settings::showsPast() const { return store_.value(QStringLiteral("view/past"), true).toBool(); }

void Settings::setShowsPast(bool shows) { store_.setValue(QStringLiteral("view/past"), shows); }

bool Settings::showsHistory() const { return store_.value(QStringLiteral("view/history"), false).toBool(); }

void Settings::setShowsHistory(bool shows) { store_.setValue(QStringLiteral("view/history"), shows); }

bool Settings::showsLog() const { return store_.value(QStringLiteral("view/log"), false).toBool(); }

void Settings::setShowsLog(bool shows) { store_.setValue(QStringLiteral("view/log"), shows); }

QList<ServerAddress> Settings::servers() const {
  QList<ServerAddress> result;
  const auto count = store_.beginReadArray(QStringLiteral("servers"));
  for (int place = 0; place < count; ++place) {
    store_.setArrayIndex(place);
    ServerAddress address{.name = store_.value(QStringLiteral("name")).toString(),
                          .path = {},
                          .host = store_.value(QStringLiteral("host")).toString()};
    if (!address.host.isEmpty()) result += address;
  }
  store_.endArray();
  return result;
}

void Settings::setServers(const QList<ServerAddress>& servers) {
  store_.remove(QStringLiteral("servers"));
  store_.beginWriteArray(QStringLiteral("servers"), static_cast<int>(servers.size()));
  for (int place = 0; place < servers.size(); ++place) {
    store_.setArrayIndex(place);
    store_.setValue(QStringLiteral("name"), servers.at(place).name);
    store_.setValue(QStringLiteral("host"), servers.at(place).host);
  }
  store_.endArray();
}

}  // namespace uninterruptible::admin
