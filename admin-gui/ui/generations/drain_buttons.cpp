#include "ui/generations/drain_buttons.hpp"

#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>

namespace uninterruptible::admin {
namespace {

using namespace std::chrono_literals;

QPushButton* button(const char* objectName, const QString& text, const QString& tip, QWidget* parent) {
  auto* const result = new QPushButton(text, parent);
  result->setObjectName(QString::fromLatin1(objectName));
  result->setToolTip(tip);
  result->setAccessibleDescription(tip);
  return result;
}

}  // namespace

DrainButtons::DrainButtons(QWidget* parent)
    : QWidget(parent),
      extend_(button("extendButton", tr("Extend"), tr("Give these connections more time"), this)),
      closeIdle_(
          button("closeIdleButton", tr("Close Idle"), tr("End politely what was idle for a minute"), this)),
      cutOff_(button("cutOffButton", tr("Cut Off..."), tr("End all of them at once"), this)) {
  auto* const oldest =
      button("showOldestButton", tr("Show Oldest"), tr("Show who has been connected for longest"), this);
  auto* const menu = new QMenu(this);
  for (const auto& [text, time] :
       {std::pair(tr("By 10 Minutes"), std::optional<std::chrono::milliseconds>(10min)),
        std::pair(tr("By 1 Hour"), std::optional<std::chrono::milliseconds>(1h)),
        std::pair(tr("Without Limit"), std::optional<std::chrono::milliseconds>())}) {
    connect(menu->addAction(text), &QAction::triggered, this, [this, time = time] { Q_EMIT extend(time); });
  }
  extend_->setMenu(menu);
  connect(oldest, &QPushButton::clicked, this, &DrainButtons::showOldest);
  connect(closeIdle_, &QPushButton::clicked, this, &DrainButtons::closeIdle);
  connect(cutOff_, &QPushButton::clicked, this, &DrainButtons::cutOff);
  auto* const layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 2, 0, 0);
  layout->setSpacing(6);
  for (auto* const each : {oldest, extend_, closeIdle_, cutOff_}) layout->addWidget(each);
  layout->addStretch(1);
}

void DrainButtons::setPossible(bool limited, bool mayOperate) {
  extend_->setVisible(limited);
  for (auto* const each : {extend_, closeIdle_, cutOff_}) {
    each->setEnabled(mayOperate);
    each->setToolTip(mayOperate ? each->accessibleDescription() : tr("You may look but not change."));
  }
}

}  // namespace uninterruptible::admin
