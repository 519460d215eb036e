#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QLocalServer>
#include <QMap>
#include <QObject>
#include <QPointer>
#include <QStringList>

class QLocalSocket;

/// A server that exists only in its control protocol: says what the script says, and remembers what it was
/// asked. Speaks the protocol as text, so that it also tests that the text means what the documentation says.
class ScriptedServer : public QObject {
  Q_OBJECT

 public:
  /// Its socket will be DIRECTORY/NAME.sock.
  ScriptedServer(const QString& directory, QString name, QObject* parent = nullptr);
  ~ScriptedServer() override;

  /// Begins to listen.
  bool appear();
  /// Hangs up on everybody and takes the socket away, without a word.
  void vanish();

  // What is told from now on; those connected learn it at once.
  void setGeneration(quint64 generation, qint64 pid, const QString& state, quint64 connections);
  void removeGeneration(quint64 generation);
  void setInCharge(quint64 generation) { inCharge_ = generation; }
  void setRollbackWindow(int milliseconds) { rollbackWindow_ = milliseconds; }
  /// Says this instead of what it would say in its status.
  void setStatusField(const QString& field, const QJsonValue& value) { statusFields_.insert(field, value); }
  void setDrainTimeout(int milliseconds) { drainTimeout_ = milliseconds; }
  void open(const QString& id, const QString& peer, const QString& label = {});
  void close(const QStringList& ids);
  /// So many connections of a generation at once, before anybody is connected to this.
  void fill(quint64 generation, int count);
  /// Lets so many of them do something, and tells it in one message.
  void stir(int count);
  /// Lets so many end and as many others come, and tells it in one message.
  void replace(int count);
  /// `more` adds to or replaces the fields of the step.
  void step(const QString& step, int elapsed, const QJsonObject& more = {});
  /// What the program says of itself.
  void setVersion(quint64 generation, const QString& version);
  /// Numbers of steps go on after a leap of so many, as after a crash.
  void leap(int steps) { leapt_ += steps; }
  /// The latest restart as the history has it: made up from its steps, with `more` added to or replacing the
  /// fields. Told to who asks.
  void remember(const QJsonObject& more = {});
  /// A server of a release that has no history.
  void forgetHistory() { knowsHistory_ = false; }
  /// A line of the log, to those who follow it.
  void log(const QString& level, const QString& text, int lost = 0);
  /// So many lines of the log at once.
  void log(int lines);
  /// Whether one of the clients follows the log.
  [[nodiscard]] bool isLogFollowed() const;
  /// Another generation speaks from now on; clients are told and hung up on.
  void move(quint64 generation);
  void stopping();
  /// Hangs up on everybody, goes on listening.
  void hangUp();
  void refuse(const QString& method, int code, const QString& message);
  /// Sends any bytes to all clients.
  void say(const QByteArray& bytes);
  /// Accepts clients and says nothing.
  void setSilent(bool silent) { silent_ = silent; }
  void setProtocol(int protocol) { protocol_ = protocol; }
  /// What clients may do: operate, observe.
  void setRole(const QString& role) { role_ = role; }
  /// A generation that drains is cut off in so many milliseconds.
  void setCutOff(quint64 generation, qint64 in);

  [[nodiscard]] int asked(const QString& method) const { return asked_.value(method); }
  /// Parameters of the latest request of this kind.
  [[nodiscard]] QJsonObject params(const QString& method) const { return params_.value(method); }
  [[nodiscard]] const QStringList& closedIds() const { return closedIds_; }
  /// How many have been accepted so far.
  [[nodiscard]] int accepted() const { return accepted_; }
  [[nodiscard]] int clients() const { return static_cast<int>(clients_.size()); }
  /// The restart that steps belong to; setting it also sets the number of the generation to come.
  void beginRestart(quint64 generation);

 Q_SIGNALS:
  void requested(const QString& method);

 private:
  struct Client {
    QLocalSocket* socket;
    bool subscribed = false;
    bool followsLog = false;
    int deltas = 0;
  };

  void accept();
  void read(QLocalSocket* socket);
  void answer(Client& client, const QJsonObject& request);
  [[nodiscard]] QJsonObject resultOf(const QString& method, const QJsonObject& params);
  void subscribe(Client& client, const QJsonObject& params);
  void notify(Client& client, const QString& method, const QJsonObject& params);
  void notifyAll(const QString& method, const QJsonObject& params);
  void sendConnections(Client& client, const QJsonArray& changed, const QJsonArray& removed);
  void sendSnapshot(Client& client);
  void send(Client& client, const QJsonObject& message);
  void dropClients();
  [[nodiscard]] QJsonObject status() const;
  [[nodiscard]] QJsonObject history(const QJsonObject& params) const;

  const QString directory_;
  const QString name_;
  QLocalServer server_;
  QList<Client> clients_;
  QMap<quint64, QJsonObject> generations_;
  QMap<QString, QJsonObject> connections_;
  QList<QJsonObject> steps_;
  QMap<quint64, QJsonObject> restarts_;
  bool knowsHistory_ = true;
  int leapt_ = 0;
  quint64 logged_ = 0;
  QMap<QString, QJsonObject> refusals_;
  QMap<QString, int> asked_;
  QMap<QString, QJsonObject> params_;
  QString role_ = QStringLiteral("operate");
  QStringList closedIds_;
  quint64 inCharge_ = 1;
  quint64 restart_ = 0;
  quint64 next_ = 2;
  int rollbackWindow_ = 2000;
  int drainTimeout_ = 0;
  QJsonObject statusFields_;
  int protocol_ = 1;
  bool silent_ = false;
  int stirred_ = 0;
  int replaced_ = 0;
  int accepted_ = 0;
};
