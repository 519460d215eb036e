#pragma once

#include <QListView>

namespace uninterruptible::admin {

/// The servers at the window's left: mark, name, number of connections.
class ServerListView : public QListView {
  Q_OBJECT

 public:
  explicit ServerListView(QWidget* parent = nullptr);

 protected:
  /// Leaves the choice alone: only a person or the window chooses.
  void focusInEvent(QFocusEvent* event) override;
};

}  // namespace uninterruptible::admin
