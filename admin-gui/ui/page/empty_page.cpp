#include "ui/page/empty_page.hpp"

#include <QPushButton>
#include <QVBoxLayout>

#include "ui/style/plain_label.hpp"

namespace uninterruptible::admin {

EmptyPage::EmptyPage(QWidget* parent)
    : QWidget(parent),
      title_(new PlainLabel(QStringLiteral("emptyTitle"), this)),
      places_(new PlainLabel(QStringLiteral("emptyPlaces"), this)),
      guide_(new QPushButton(tr("Open Guide"), this)) {
  setObjectName(QStringLiteral("emptyPage"));
  title_->setScale(1.5, true);
  places_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  places_->setSubdued();
  auto* const hint = new PlainLabel(QStringLiteral("emptyHint"), this);
  hint->setText(tr(
      "A server appears here as soon as it runs, for example:\n    echo-server --bind tcp://127.0.0.1:6789"));
  hint->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  auto* const again = new QPushButton(tr("Look Again"), this);
  again->setObjectName(QStringLiteral("lookAgainButton"));
  connect(again, &QPushButton::clicked, this, &EmptyPage::lookAgain);

  auto* const add = new QPushButton(tr("Add Server..."), this);
  add->setObjectName(QStringLiteral("addServerButton"));
  connect(add, &QPushButton::clicked, this, &EmptyPage::addServer);
  guide_->setObjectName(QStringLiteral("openGuideButton"));
  connect(guide_, &QPushButton::clicked, this, &EmptyPage::openGuide);
  auto* const buttons = new QHBoxLayout;
  buttons->addWidget(again);
  buttons->addWidget(add);
  buttons->addWidget(guide_);
  buttons->addStretch(1);

  auto* const middle = new QVBoxLayout;
  middle->setSpacing(14);
  middle->addWidget(title_);
  middle->addWidget(places_);
  middle->addWidget(hint);
  middle->addLayout(buttons);
  auto* const layout = new QGridLayout(this);
  layout->setRowStretch(0, 2);
  layout->setRowStretch(2, 3);
  layout->setColumnStretch(0, 1);
  layout->setColumnStretch(2, 1);
  layout->addLayout(middle, 1, 1);
}

void EmptyPage::setSearch(const QStringList& directories, const QString& wanted) {
  title_->setText(wanted.isEmpty() ? tr("No server found") : tr("No server \"%1\" found").arg(wanted));
  places_->setText(tr("Looked in:\n    %1").arg(directories.join(QStringLiteral("\n    "))));
}

void EmptyPage::setGuide(bool there, const QString& tip) {
  guide_->setEnabled(there);
  guide_->setToolTip(tip);
}

}  // namespace uninterruptible::admin
