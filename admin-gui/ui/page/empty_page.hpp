#pragma once

#include <QStringList>
#include <QWidget>

namespace uninterruptible::admin {

class PlainLabel;

/// Takes the place of a server's page while there is no server.
class EmptyPage : public QWidget {
  Q_OBJECT

 public:
  explicit EmptyPage(QWidget* parent = nullptr);
  /// Where was looked, and for which server (empty: for any).
  void setSearch(const QStringList& directories, const QString& wanted);

 Q_SIGNALS:
  void lookAgain();
  void addServer();

 private:
  PlainLabel* title_;
  PlainLabel* places_;
};

}  // namespace uninterruptible::admin
