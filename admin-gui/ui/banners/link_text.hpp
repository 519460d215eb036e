#pragma once

#include <QList>
#include <QString>

#include "core/link/link_events.hpp"
#include "ui/banners/banner.hpp"

namespace uninterruptible::admin {

class ServerMonitor;

/// What is known of the contact with a server.
struct Contact {
  QString name;
  QString path;  ///< of the control socket; empty where it is reached by ssh
  QString host;  ///< where it is reached by ssh
  LinkStatus link;
  bool known = false;  ///< there is a last state to be seen
  quint64 connections = 0;
};

[[nodiscard]] Contact contactWith(const ServerMonitor& server);

/// What the link's phase means to a person.
struct LinkText {
  Mark mark = Mark::None;
  QString shortText;   ///< for the status bar
  QString bannerText;  ///< empty: nothing to alarm anybody about
  QList<BannerVerb> verbs;
  bool busy = false;  ///< something is awaited
  QString command{};  ///< the line in a shell that helps, for CopyCommand
};

[[nodiscard]] LinkText linkText(const Contact& contact, qint64 now);

}  // namespace uninterruptible::admin
