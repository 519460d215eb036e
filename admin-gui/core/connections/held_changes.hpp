#pragma once

#include <QHash>
#include <QList>
#include <QSet>
#include <QStringList>

#include "core/connections/connection_row.hpp"

namespace uninterruptible::admin {

/// Changes of connections that wait to be shown: of several to one connection the last one stays, so that a
/// long pause costs no more memory than the connections themselves.
class HeldChanges {
 public:
  /// What is told from now on replaces all that was known; so it does when it is shown.
  void startAnew();
  void add(const QList<ConnectionRow>& changed, const QStringList& removed);
  [[nodiscard]] qsizetype count() const { return changed_.size() + removed_.size(); }
  [[nodiscard]] bool isSnapshot() const { return snapshot_; }
  /// In the order of their ids, so that new rows arrive in it.
  [[nodiscard]] QList<ConnectionRow> changed() const;
  [[nodiscard]] QStringList removed() const { return {removed_.cbegin(), removed_.cend()}; }
  void clear();

 private:
  bool snapshot_ = false;
  QHash<QString, ConnectionRow> changed_;
  QSet<QString> removed_;
};

}  // namespace uninterruptible::admin
