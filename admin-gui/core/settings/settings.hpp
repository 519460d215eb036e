#pragma once

#include <QByteArray>
#include <QList>
#include <QSettings>
#include <QString>
#include <chrono>

#include "core/servers/server_address.hpp"

namespace uninterruptible::admin {

/// What the program remembers from one time to the next; the only place that knows the keys. No secrets.
/// Threads: the GUI thread.
class Settings {
 public:
  /// Kept in `file`; in the user's configuration if that is empty.
  explicit Settings(const QString& file = {});

  [[nodiscard]] QByteArray windowGeometry() const;
  void setWindowGeometry(const QByteArray& geometry);
  /// Of the splitter with this object name.
  [[nodiscard]] QByteArray splitter(const QString& name) const;
  void setSplitter(const QString& name, const QByteArray& state);
  /// Widths, order and visibility of the table's columns; empty where what was kept is of other columns.
  [[nodiscard]] QByteArray columns() const;
  void setColumns(const QByteArray& state);

  /// Whether a restart of this server is asked for first. `server` is its command line argument.
  [[nodiscard]] bool asksBeforeRestart(const QString& server) const;
  void setAsksBeforeRestart(const QString& server, bool asks);
  /// All are asked about again.
  void askAboutAll();
  [[nodiscard]] int unaskedServers() const;

  /// Sizes in steps of 1,024 instead of 1,000.
  [[nodiscard]] bool usesBinarySizes() const;
  void setUsesBinarySizes(bool binary);
  /// The moment a connection was opened instead of how long ago that was.
  [[nodiscard]] bool showsMoments() const;
  void setShowsMoments(bool moments);
  /// Updates of the window come at most this often.
  [[nodiscard]] std::chrono::milliseconds interval() const;
  void setInterval(std::chrono::milliseconds interval);

  /// The icon in the tray, where the desktop has one; off unless somebody wants it.
  [[nodiscard]] bool usesTray() const;
  void setUsesTray(bool uses);
  /// It was said once that a restart goes on without the window.
  [[nodiscard]] bool wasHinted() const;
  void setHinted();
  /// What has happened is shown at the bottom of the page; of that the restarts, else the events; among these
  /// the lines of the program's log.
  [[nodiscard]] bool showsPast() const;
  void setShowsPast(bool shows);
  [[nodiscard]] bool showsHistory() const;
  void setShowsHistory(bool shows);
  [[nodiscard]] bool showsLog() const;
  void setShowsLog(bool shows);

  /// Those that were added by hand.
  [[nodiscard]] QList<ServerAddress> servers() const;
  void setServers(const QList<ServerAddress>& servers);

 private:
  mutable QSettings store_;
};

}  // namespace uninterruptible::admin
