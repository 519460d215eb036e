#pragma once

#include <QStringList>
#include <QWidget>

class QPushButton;

namespace uninterruptible::admin {

class PlainLabel;

/// Takes the place of a server's page while there is no server.
class EmptyPage : public QWidget {
  Q_OBJECT

 public:
  explicit EmptyPage(QWidget* parent = nullptr);
  /// Where was looked, and for which server (empty: for any).
  void setSearch(const QStringList& directories, const QString& wanted);
  /// Whether there is a guide to be opened, and what is to be said about it.
  void setGuide(bool there, const QString& tip);

 Q_SIGNALS:
  void lookAgain();
  void addServer();
  void openGuide();

 private:
  PlainLabel* title_;
  PlainLabel* places_;
  QPushButton* guide_;
};

}  // namespace uninterruptible::admin
