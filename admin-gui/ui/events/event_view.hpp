#pragma once

#include <QPointer>
#include <QTableView>

namespace uninterruptible::admin {

class EventModel;
class PlainLabel;
class ServerMonitor;

/// The event log of a server, the latest at the bottom. Follows what comes while it is scrolled to the end;
/// scrolled elsewhere it keeps its place, whatever comes and goes.
class EventView : public QTableView {
  Q_OBJECT

 public:
  explicit EventView(QWidget* parent = nullptr);
  /// `server` must outlive its use here; nullptr for none.
  void setServer(ServerMonitor* server);
  /// The selected rows as lines of text, to the clipboard.
  void copy();

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void remember();
  void restore();
  void showNote();
  void fitColumns();

  QPointer<EventModel> events_;
  PlainLabel* note_;
  bool atEnd_ = true;
  quint64 top_ = 0;  ///< serial of the row at the top
};

}  // namespace uninterruptible::admin
