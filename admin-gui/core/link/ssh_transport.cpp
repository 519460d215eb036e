#include "core/link/ssh_transport.hpp"

#include <QProcessEnvironment>
#include <QRegularExpression>
#include <utility>

#include "core/link/link_command.hpp"
#include "core/text/wording.hpp"

namespace uninterruptible::admin {
namespace {

constexpr qsizetype mostErrors = 16 * 1024;  // bytes; of more the end is kept

struct Destination {
  QString host;  ///< with the user
  QString port;  ///< empty: ssh's choice
};

/// Of `[user@]host[:port]`, where an IPv6 address with a port stands in brackets.
Destination destinationOf(const QString& text) {
  static const QRegularExpression form(
      QStringLiteral("^(?<user>.*@)?(?:\\[(?<v6>[^\\]]+)\\]|(?<name>[^:\\[\\]]+))(?::(?<port>\\d+))?$"));
  const auto match = form.match(text);
  if (!match.hasMatch()) return {.host = text, .port = {}};
  return {.host = match.captured(u"user") + match.captured(u"v6") + match.captured(u"name"),
          .port = match.captured(u"port")};
}

}  // namespace

QStringList sshArguments(const QString& host, const QString& name, bool mayAsk) {
  QStringList arguments{QStringLiteral("-T"), QStringLiteral("-o"), QStringLiteral("ConnectTimeout=10")};
  if (!mayAsk) arguments << QStringLiteral("-o") << QStringLiteral("BatchMode=yes");
  const auto destination = destinationOf(host);
  if (!destination.port.isEmpty()) arguments << QStringLiteral("-p") << destination.port;
  // Whatever the host is called, it is no option; whatever the server is called, it is one word there.
  arguments << QStringLiteral("--") << destination.host << QStringLiteral("uninterruptiblectl")
            << QStringLiteral("dial-stdio");
  if (!name.isEmpty()) arguments << shellWord(name);
  return arguments;
}

SshTransport::SshTransport(QString host, QString name, QObject* parent)
    : LinkTransport(parent), host_(std::move(host)), name_(std::move(name)) {}

SshTransport::~SshTransport() { close(); }

void SshTransport::open() {
  close();
  opened_ = false;
  stream_ = {};
  errors_.clear();
  process_ = std::make_unique<QProcess>();
  auto environment = QProcessEnvironment::systemEnvironment();
  const bool mayAsk = environment.contains(QStringLiteral("SSH_ASKPASS"));
  // Never on the terminal that this program was started from.
  if (mayAsk) environment.insert(QStringLiteral("SSH_ASKPASS_REQUIRE"), QStringLiteral("force"));
  process_->setProcessEnvironment(environment);
  connect(process_.get(), &QProcess::readyReadStandardOutput, this, [this] {
    if (!std::exchange(opened_, true)) Q_EMIT opened();
    Q_EMIT readyRead();
  });
  connect(process_.get(), &QProcess::readyReadStandardError, this, &SshTransport::readErrors);
  // Queued: the end may be told from inside start().
  connect(process_.get(), &QProcess::finished, this, &SshTransport::finish, Qt::QueuedConnection);
  const auto failed = [this](QProcess::ProcessError error) {
    if (error != QProcess::FailedToStart) return;
    errors_ = process_->errorString().toUtf8();
    finish(-1);
  };
  connect(process_.get(), &QProcess::errorOccurred, this, failed, Qt::QueuedConnection);
  auto command = QProcess::splitCommand(environment.value(QStringLiteral("UNINTERRUPTIBLE_SSH")));
  if (command.isEmpty()) command += QStringLiteral("ssh");
  const auto program = command.takeFirst();
  process_->start(program, command + sshArguments(host_, name_, mayAsk));
}

void SshTransport::close() {
  if (!process_) return;
  process_->disconnect(this);
  process_->kill();
  process_->waitForFinished(1000);  // a killed process ends at once
  process_.reset();
}

QByteArray SshTransport::readAll() {
  if (process_) stream_.feed(process_->readAllStandardOutput());
  return stream_.take();
}

bool SshTransport::beginsAnew() {
  if (stream_.begun() == 0 || !process_) return false;
  process_->write(DialedStream::acknowledgement(stream_.begun()));
  return true;
}

qint64 SshTransport::write(std::string_view bytes) {
  return process_ ? process_->write(bytes.data(), static_cast<qint64>(bytes.size())) : 0;
}

QStringList SshTransport::output() const {
  QStringList lines;
  for (const auto& line : errors_.split('\n')) {
    if (!line.trimmed().isEmpty()) lines += wording::plain(line.trimmed().toStdString());
  }
  return lines;
}

void SshTransport::readErrors() {
  errors_ += process_->readAllStandardError();
  errors_ = errors_.right(mostErrors);
}

void SshTransport::finish(int exitCode) {
  if (!process_) return;
  readErrors();
  const auto lines = output();
  const auto last = lines.isEmpty() ? tr("ssh ended with status %1").arg(exitCode) : lines.last();
  Q_EMIT ended(
      {.cause = opened_ ? TransportEnd::Cause::Closed : TransportEnd::Cause::Unreachable, .text = last});
}

}  // namespace uninterruptible::admin
