#pragma once

#include <QWidget>
#include <vector>

class QGridLayout;

namespace uninterruptible::admin {

class GenerationCard;
class GenerationListModel;

/// One card a generation, side by side as far as the width goes.
class GenerationCards : public QWidget {
  Q_OBJECT

 public:
  explicit GenerationCards(QWidget* parent = nullptr);
  /// `model` must outlive its use here; nullptr for none.
  void setModel(const GenerationListModel* model);
  void tick();

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void rebuild();
  void arrange();

  const GenerationListModel* model_ = nullptr;
  std::vector<GenerationCard*> cards_;
  QGridLayout* grid_;
  int columns_ = 0;
};

}  // namespace uninterruptible::admin
