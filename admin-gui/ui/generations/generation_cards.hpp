#pragma once

#include <QWidget>
#include <chrono>
#include <optional>
#include <vector>

class QGridLayout;

namespace uninterruptible::admin {

class GenerationCard;
class ServerMonitor;

/// One card a generation, side by side as far as the width goes.
class GenerationCards : public QWidget {
  Q_OBJECT

 public:
  explicit GenerationCards(QWidget* parent = nullptr);
  /// `server` must outlive its use here; nullptr for none.
  void setServer(ServerMonitor* server);
  void tick();
  /// As narrow as one card: cards side by side must not keep a window from being made narrow.
  [[nodiscard]] QSize minimumSizeHint() const override;

 Q_SIGNALS:
  void showOldest(quint64 generation);
  void closeIdle(quint64 generation);
  void cutOff(quint64 generation);
  /// Without a time: not cut off any more.
  void extend(quint64 generation, std::optional<std::chrono::milliseconds> by);

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void rebuild();
  void arrange();
  [[nodiscard]] GenerationCard* makeCard();

  ServerMonitor* server_ = nullptr;
  std::vector<GenerationCard*> cards_;
  QGridLayout* grid_;
  int columns_ = 0;
};

}  // namespace uninterruptible::admin
