#include "ui/dialogs/add_server_dialog.hpp"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/servers/server_watch.hpp"
#include "core/text/wording.hpp"
#include "ui/style/plain_label.hpp"

namespace uninterruptible::admin {
namespace {

QLineEdit* field(const char* objectName, const QString& text, const QString& hint, QWidget* parent) {
  auto* const result = new QLineEdit(text, parent);
  result->setObjectName(QString::fromLatin1(objectName));
  result->setPlaceholderText(hint);
  const auto metrics = result->fontMetrics();
  result->setMinimumWidth(metrics.horizontalAdvance(hint) + 4 * metrics.averageCharWidth());
  return result;
}

QString userOf(const QString& host) {
  return host.contains(QLatin1Char('@')) ? host.section(QLatin1Char('@'), 0, -2) : QString();
}

}  // namespace

AddServerDialog::AddServerDialog(ServerWatch* watch, const ServerAddress& address, QWidget* parent)
    : QDialog(parent),
      watch_(watch),
      host_(field("hostField", address.host.section(QLatin1Char('@'), -1),
                  tr("db1.example, db1.example:2222, or an alias of your ssh"), this)),
      user_(field("userField", userOf(address.host), tr("as your ssh is configured"), this)),
      name_(field("nameField", address.name, tr("the only one there"), this)),
      result_(new PlainLabel(QStringLiteral("testResult"), this)),
      output_(new QPlainTextEdit(this)),
      test_(nullptr),
      add_(nullptr) {
  setObjectName(QStringLiteral("addServerDialog"));
  setWindowTitle(tr("Add Server"));
  setAccessibleName(windowTitle());
  setAttribute(Qt::WA_DeleteOnClose);
  auto* const form = new QFormLayout;
  form->addRow(tr("&Host:"), host_);
  form->addRow(tr("&User:"), user_);
  form->addRow(tr("&Server:"), name_);
  auto* const text = new PlainLabel(QStringLiteral("addServerText"), this);
  text->setText(
      tr("Your own ssh is used, with its keys and configuration. At the other end it runs "
         "uninterruptiblectl, which has to be installed there."));
  text->setProse();
  text->setSubdued();
  text->setMinimumWidth(fontMetrics().averageCharWidth() * 56);
  result_->setProse();
  result_->hide();
  output_->setObjectName(QStringLiteral("testOutput"));
  output_->setAccessibleName(tr("What ssh said"));
  output_->setReadOnly(true);
  output_->setTabChangesFocus(true);
  output_->setMaximumHeight(fontMetrics().height() * 6);
  output_->hide();

  auto* const buttons = new QDialogButtonBox(this);
  test_ = buttons->addButton(tr("Test"), QDialogButtonBox::ActionRole);
  test_->setObjectName(QStringLiteral("testButton"));
  test_->setAutoDefault(false);
  buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole)
      ->setObjectName(QStringLiteral("cancelButton"));
  add_ = buttons->addButton(tr("Add"), QDialogButtonBox::AcceptRole);
  add_->setObjectName(QStringLiteral("confirmButton"));
  add_->setDefault(true);
  connect(test_, &QPushButton::clicked, this, &AddServerDialog::test);
  connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(host_, &QLineEdit::textChanged, this, &AddServerDialog::refresh);
  connect(host_, &QLineEdit::editingFinished, this, &AddServerDialog::takeApart);
  auto* const layout = new QVBoxLayout(this);
  layout->setContentsMargins(20, 18, 20, 16);
  layout->setSpacing(12);
  layout->addWidget(text);
  layout->addLayout(form);
  layout->addWidget(result_);
  layout->addWidget(output_);
  layout->addWidget(buttons);
  refresh();
}

AddServerDialog::~AddServerDialog() = default;

ServerAddress AddServerDialog::address() const {
  if (const auto whole = ServerAddress::ofSsh(host_->text().trimmed())) return *whole;
  const auto host = host_->text().trimmed();
  const auto user = user_->text().trimmed();
  return {.name = name_->text().trimmed(),
          .path = {},
          .host = user.isEmpty() ? host : user + QLatin1Char('@') + host};
}

void AddServerDialog::takeApart() {
  const auto whole = ServerAddress::ofSsh(host_->text().trimmed());
  if (!whole) return;
  host_->setText(whole->host.section(QLatin1Char('@'), -1));
  if (const auto user = userOf(whole->host); !user.isEmpty()) user_->setText(user);
  if (!whole->name.isEmpty()) name_->setText(whole->name);
}

void AddServerDialog::test() {
  trial_ = watch_->servers()->probe(address());
  result_->setText(tr("Connecting ..."));
  result_->show();
  output_->hide();
  connect(trial_.get(), &ServerMonitor::linkChanged, this, &AddServerDialog::showResult);
  connect(trial_.get(), &ServerMonitor::statusChanged, this, &AddServerDialog::showResult);
}

void AddServerDialog::showResult() {
  const auto& link = trial_->link();
  if (link.phase == LinkPhase::Connecting) return;
  if (link.phase == LinkPhase::Connected) {
    if (!trial_->status()) return;
    result_->setText(tr("It answers: generation %1, %Ln open connection(s).", nullptr,
                        wording::plural(trial_->connectionCount()))
                         .arg(trial_->status()->generation));
  } else {
    result_->setText(tr("No way there: %1").arg(link.reason));
    output_->setPlainText(link.output.join(QLatin1Char('\n')));
    output_->setVisible(!link.output.isEmpty());
  }
}

void AddServerDialog::refresh() {
  const auto host = host_->text().trimmed();
  const bool isAddress = host.startsWith(QLatin1String("ssh://"));
  const bool usable = !host.isEmpty() && (!isAddress || ServerAddress::ofSsh(host)) &&
                      !host.startsWith(QLatin1Char('-')) && !host.contains(QLatin1Char(' '));
  add_->setEnabled(usable);
  test_->setEnabled(usable);
}

}  // namespace uninterruptible::admin
