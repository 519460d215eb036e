#include "gui/scripted_server.hpp"

#include <QDateTime>
#include <QFile>
#include <QJsonDocument>
#include <QLocalSocket>
#include <algorithm>
#include <utility>

namespace {

qint64 now() { return QDateTime::currentMSecsSinceEpoch(); }

QJsonValue number(quint64 value) { return static_cast<qint64>(value); }

}  // namespace

ScriptedServer::ScriptedServer(const QString& directory, QString name, QObject* parent)
    : QObject(parent), directory_(directory), name_(std::move(name)) {
  server_.setSocketOptions(QLocalServer::NoOptions);
  connect(&server_, &QLocalServer::newConnection, this, &ScriptedServer::accept);
}

ScriptedServer::~ScriptedServer() { vanish(); }

bool ScriptedServer::appear() {
  return server_.listen(directory_ + QLatin1Char('/') + name_ + QLatin1String(".sock"));
}

void ScriptedServer::vanish() {
  server_.close();
  dropClients();
}

void ScriptedServer::dropClients() {
  for (const auto& client : std::exchange(clients_, {})) {
    client.socket->disconnect(this);
    client.socket->flush();
    client.socket->disconnectFromServer();
    client.socket->deleteLater();
  }
}

void ScriptedServer::hangUp() { dropClients(); }

void ScriptedServer::accept() {
  while (auto* const socket = server_.nextPendingConnection()) {
    clients_.append(Client{.socket = socket});
    ++accepted_;
    connect(socket, &QLocalSocket::readyRead, this, [this, socket] { read(socket); });
    connect(socket, &QLocalSocket::disconnected, this, [this, socket] {
      clients_.removeIf([socket](const Client& client) { return client.socket == socket; });
      socket->deleteLater();
    });
    if (silent_) continue;
    const auto speaker = generations_.value(inCharge_);
    notify(clients_.last(), QStringLiteral("hello"),
           {{QStringLiteral("protocol"), protocol_},
            {QStringLiteral("name"), name_},
            {QStringLiteral("generation"), number(inCharge_)},
            {QStringLiteral("pid"), speaker.value(QStringLiteral("pid"))},
            {QStringLiteral("library_version"), QStringLiteral("0.1.0")},
            {QStringLiteral("role"), role_}});
  }
}

void ScriptedServer::read(QLocalSocket* socket) {
  while (socket->canReadLine()) {
    const auto request = QJsonDocument::fromJson(socket->readLine()).object();
    const auto client = std::ranges::find(clients_, socket, &Client::socket);
    if (client == clients_.end()) return;
    const auto method = request.value(QStringLiteral("method")).toString();
    ++asked_[method];
    params_.insert(method, request.value(QStringLiteral("params")).toObject());
    if (request.contains(QStringLiteral("id"))) answer(*client, request);
    Q_EMIT requested(method);
  }
}

void ScriptedServer::answer(Client& client, const QJsonObject& request) {
  const auto method = request.value(QStringLiteral("method")).toString();
  const auto params = request.value(QStringLiteral("params")).toObject();
  QJsonObject reply{{QStringLiteral("jsonrpc"), QStringLiteral("2.0")},
                    {QStringLiteral("id"), request.value(QStringLiteral("id"))}};
  if (const auto refusal = refusals_.constFind(method); refusal != refusals_.cend()) {
    reply.insert(QStringLiteral("error"), *refusal);
    return send(client, reply);
  }
  if (method == QLatin1String("history") && !knowsHistory_) {
    reply.insert(QStringLiteral("error"),
                 QJsonObject{{QStringLiteral("code"), -32601},
                             {QStringLiteral("message"), QStringLiteral("no such method")}});
    return send(client, reply);
  }
  if (method == QLatin1String("subscribe") && params.contains(QStringLiteral("log")) &&
      role_ != QLatin1String("operate")) {
    reply.insert(QStringLiteral("error"),
                 QJsonObject{{QStringLiteral("code"), 4},
                             {QStringLiteral("message"), QStringLiteral("log needs the role operate")}});
    return send(client, reply);
  }
  reply.insert(QStringLiteral("result"), resultOf(method, params));
  send(client, reply);
  if (method == QLatin1String("subscribe")) subscribe(client, params);
}

QJsonObject ScriptedServer::resultOf(const QString& method, const QJsonObject& params) {
  if (method == QLatin1String("status")) return status();
  if (method == QLatin1String("history")) return history(params);
  if (method == QLatin1String("subscribe")) {
    return {{QStringLiteral("last_step"),
             steps_.isEmpty() ? QJsonValue(0) : steps_.last().value(QStringLiteral("number"))}};
  }
  if (method == QLatin1String("restart")) {
    return {{QStringLiteral("restart"), number(restart_ + 1)},
            {QStringLiteral("generation"), number(next_)},
            {QStringLiteral("queued"), false}};
  }
  if (method == QLatin1String("cancel")) {
    return {{QStringLiteral("restart"), number(restart_)},
            {QStringLiteral("generation"), number(next_)},
            {QStringLiteral("step"), QStringLiteral("ready")}};
  }
  if (method == QLatin1String("extend_drain")) {
    const QJsonObject end{{QStringLiteral("generation"), params.value(QStringLiteral("generation"))},
                          {QStringLiteral("cut_off_at_ms"), now() + 600'000}};
    return {{QStringLiteral("generations"), QJsonArray{end}}, {QStringLiteral("unchanged"), QJsonArray()}};
  }
  if (method == QLatin1String("close")) {
    const auto ids = params.value(QStringLiteral("ids")).toArray();
    for (const auto& id : ids) closedIds_ += id.toString();
    return {{QStringLiteral("closing"), ids},
            {QStringLiteral("unknown"), QJsonArray()},
            {QStringLiteral("count"), ids.size()}};
  }
  return {};
}

void ScriptedServer::subscribe(Client& client, const QJsonObject& params) {
  client.subscribed = true;
  client.followsLog = params.contains(QStringLiteral("log"));
  if (params.contains(QStringLiteral("since"))) {
    for (const auto& step : steps_) {
      if (step.value(QStringLiteral("number")).toInt() > params.value(QStringLiteral("since")).toInt()) {
        notify(client, QStringLiteral("step"), step);
      }
    }
  }
  notify(client, QStringLiteral("generations"), status());
  if (!params.value(QStringLiteral("connections")).toBool()) return;
  sendSnapshot(client);
}

void ScriptedServer::sendSnapshot(Client& client) {
  constexpr int page = 150;  // far below the longest message
  QJsonArray rows;
  client.deltas = 0;
  int left = static_cast<int>(connections_.size());
  const auto send = [&] {
    ++client.deltas;
    notify(client, QStringLiteral("connections"),
           {{QStringLiteral("number"), client.deltas},
            {QStringLiteral("reset"), client.deltas == 1},
            {QStringLiteral("complete"), left == 0},
            {QStringLiteral("changed"), std::exchange(rows, {})},
            {QStringLiteral("removed"), QJsonArray()}});
  };
  for (const auto& connection : connections_) {
    rows += connection;
    if (--left > 0 && rows.size() == page) send();
  }
  send();
}

void ScriptedServer::sendConnections(Client& client, const QJsonArray& changed, const QJsonArray& removed) {
  ++client.deltas;
  notify(client, QStringLiteral("connections"),
         {{QStringLiteral("number"), client.deltas},
          {QStringLiteral("reset"), false},
          {QStringLiteral("complete"), true},
          {QStringLiteral("changed"), changed},
          {QStringLiteral("removed"), removed}});
}

void ScriptedServer::notify(Client& client, const QString& method, const QJsonObject& params) {
  send(client, {{QStringLiteral("jsonrpc"), QStringLiteral("2.0")},
                {QStringLiteral("method"), method},
                {QStringLiteral("params"), params}});
}

void ScriptedServer::notifyAll(const QString& method, const QJsonObject& params) {
  for (auto& client : clients_) {
    if (client.subscribed) notify(client, method, params);
  }
}

void ScriptedServer::send(Client& client, const QJsonObject& message) {
  client.socket->write(QJsonDocument(message).toJson(QJsonDocument::Compact) + '\n');
}

void ScriptedServer::say(const QByteArray& bytes) {
  for (auto& client : clients_) client.socket->write(bytes);
}

QJsonObject ScriptedServer::status() const {
  QJsonArray generations;
  for (auto generation : generations_) {
    const bool speaks = generation.value(QStringLiteral("generation")) == number(inCharge_);
    generation.insert(QStringLiteral("in_charge"), speaks);
    generations += generation;
  }
  const QJsonArray addresses{QStringLiteral("tcp://127.0.0.1:6789")};
  QJsonObject result{
      {QStringLiteral("name"), name_},
      {QStringLiteral("generation"), number(inCharge_)},
      {QStringLiteral("pid"), generations_.value(inCharge_).value(QStringLiteral("pid"))},
      {QStringLiteral("binds"), addresses},
      {QStringLiteral("addresses"), addresses},
      {QStringLiteral("generations"), generations},
      {QStringLiteral("restart_step"), QString()},
      {QStringLiteral("start_command"), QJsonArray{QStringLiteral("echo-server"), QStringLiteral("--bind"),
                                                   QStringLiteral("tcp://127.0.0.1:6789")}},
      {QStringLiteral("drain_timeout_ms"), drainTimeout_},
      {QStringLiteral("rollback_window_ms"), rollbackWindow_}};
  for (auto field = statusFields_.begin(); field != statusFields_.end(); ++field)
    result.insert(field.key(), field.value());
  return result;
}

void ScriptedServer::setGeneration(quint64 generation, qint64 pid, const QString& state,
                                   quint64 connections) {
  auto& entry = generations_[generation];
  if (entry.isEmpty()) entry.insert(QStringLiteral("started_at_ms"), now());
  const auto draining = QStringLiteral("draining_since_ms");
  if (state != QLatin1String("draining")) {
    entry.remove(draining);
  } else if (!entry.contains(draining)) {
    entry.insert(draining, now());
  }
  entry.insert(QStringLiteral("generation"), number(generation));
  entry.insert(QStringLiteral("pid"), pid);
  entry.insert(QStringLiteral("state"), state);
  entry.insert(QStringLiteral("connections"), number(connections));
  entry.insert(QStringLiteral("accepted"), number(connections));
  notifyAll(QStringLiteral("generations"), status());
}

void ScriptedServer::setCutOff(quint64 generation, qint64 in) {
  generations_[generation].insert(QStringLiteral("cut_off_at_ms"), now() + in);
  notifyAll(QStringLiteral("generations"), status());
}

void ScriptedServer::removeGeneration(quint64 generation) {
  generations_.remove(generation);
  notifyAll(QStringLiteral("generations"), status());
}

void ScriptedServer::open(const QString& id, const QString& peer, const QString& label) {
  // Each one a bit younger than the one before, so that ages differ.
  const auto opened = now() - 1000 * (100 - std::min<qint64>(99, connections_.size()));
  const QJsonObject connection{{QStringLiteral("id"), id},
                               {QStringLiteral("generation"), id.section(QLatin1Char('-'), 0, 0).toInt()},
                               {QStringLiteral("state"), QStringLiteral("open")},
                               {QStringLiteral("peer"), peer},
                               {QStringLiteral("local"), QStringLiteral("127.0.0.1:6789")},
                               {QStringLiteral("label"), label},
                               {QStringLiteral("opened_at_ms"), opened},
                               {QStringLiteral("active_at_ms"), now() - 700 * (connections_.size() % 13)},
                               {QStringLiteral("bytes_in"), 731 * (connections_.size() + 1)},
                               {QStringLiteral("bytes_out"), 41873 * (connections_.size() + 1)}};
  connections_.insert(id, connection);
  for (auto& client : clients_) {
    if (client.subscribed) sendConnections(client, {connection}, {});
  }
}

void ScriptedServer::close(const QStringList& ids) {
  for (const auto& id : ids) connections_.remove(id);
  for (auto& client : clients_) {
    if (client.subscribed) sendConnections(client, {}, QJsonArray::fromStringList(ids));
  }
}

void ScriptedServer::fill(quint64 generation, int count) {
  for (int number = 1; number <= count; ++number) {
    open(QStringLiteral("%1-%2").arg(generation).arg(number),
         QStringLiteral("10.%1.%2.%3:40112").arg(number / 62500).arg(number / 250 % 250).arg(number % 250),
         number % 3 == 0 ? QStringLiteral("user=%1").arg(number) : QString());
  }
}

void ScriptedServer::stir(int count) {
  QJsonArray changed;
  const auto ids = connections_.keys();
  for (int each = 0; each < count && !ids.isEmpty(); ++each) {
    // Not side by side, as clients are not.
    stirred_ = (stirred_ + 7919) % static_cast<int>(ids.size());
    auto& connection = connections_[ids.at(stirred_)];
    connection.insert(QStringLiteral("active_at_ms"), now());
    connection.insert(QStringLiteral("bytes_in"), connection.value(QStringLiteral("bytes_in")).toInt() + 517);
    changed += connection;
  }
  for (auto& client : clients_) {
    if (client.subscribed) sendConnections(client, changed, {});
  }
}

void ScriptedServer::replace(int count) {
  const auto ids = connections_.keys();
  QJsonArray gone;
  QJsonArray fresh;
  for (int each = 0; each < count && !ids.isEmpty(); ++each) {
    stirred_ = (stirred_ + 7919) % static_cast<int>(ids.size());
    auto connection = connections_.take(ids.at(stirred_));
    if (connection.isEmpty()) continue;
    gone += ids.at(stirred_);
    const auto generation = connection.value(QStringLiteral("generation")).toInt();
    const auto id = QStringLiteral("%1-%2").arg(generation).arg(ids.size() + ++replaced_);
    connection.insert(QStringLiteral("id"), id);
    connection.insert(QStringLiteral("opened_at_ms"), now());
    connection.insert(QStringLiteral("active_at_ms"), now());
    connections_.insert(id, connection);
    fresh += connection;
  }
  for (auto& client : clients_) {
    if (client.subscribed) sendConnections(client, fresh, gone);
  }
}

void ScriptedServer::beginRestart(quint64 generation) {
  ++restart_;
  next_ = generation;
}

void ScriptedServer::step(const QString& step, int elapsed, const QJsonObject& more) {
  QJsonObject params{{QStringLiteral("number"), steps_.size() + 1 + leapt_},
                     {QStringLiteral("restart"), number(restart_)},
                     {QStringLiteral("generation"), number(next_)},
                     {QStringLiteral("step"), step},
                     {QStringLiteral("at_ms"), now()},
                     {QStringLiteral("elapsed_ms"), elapsed},
                     {QStringLiteral("text"), QString()},
                     {QStringLiteral("pid"), 0},
                     {QStringLiteral("failed_at"), QString()},
                     {QStringLiteral("output"), QJsonArray()}};
  for (auto field = more.begin(); field != more.end(); ++field) params.insert(field.key(), field.value());
  steps_ += params;
  notifyAll(QStringLiteral("step"), params);
}

void ScriptedServer::remember(const QJsonObject& more) {
  QJsonArray times;
  QJsonObject restart{{QStringLiteral("restart"), number(restart_)},
                      {QStringLiteral("old_generation"), number(next_ - 1)},
                      {QStringLiteral("old_pid"), 3987},
                      {QStringLiteral("generation"), number(next_)},
                      {QStringLiteral("pid"), 4121},
                      {QStringLiteral("asker"), QStringLiteral("control")},
                      {QStringLiteral("outcome"), QStringLiteral("running")},
                      {QStringLiteral("requested_at_ms"), now()},
                      {QStringLiteral("failed_at"), QString()},
                      {QStringLiteral("reason"), QString()},
                      {QStringLiteral("output"), QJsonArray()},
                      {QStringLiteral("ledger"), QJsonObject{{QStringLiteral("listeners"), QJsonArray()}}}};
  for (const auto& step : steps_) {
    if (step.value(QStringLiteral("restart")) != number(restart_)) continue;
    times += QJsonObject{{QStringLiteral("step"), step.value(QStringLiteral("step"))},
                         {QStringLiteral("elapsed_ms"), step.value(QStringLiteral("elapsed_ms"))},
                         {QStringLiteral("text"), step.value(QStringLiteral("text"))}};
  }
  restart.insert(QStringLiteral("steps"), times);
  for (auto field = more.begin(); field != more.end(); ++field) restart.insert(field.key(), field.value());
  restarts_.insert(restart_, restart);
}

// As the real one: the latest first, in pages; `next` is the number to ask for those before.
QJsonObject ScriptedServer::history(const QJsonObject& params) const {
  constexpr int page = 20;
  const auto before = params.value(QStringLiteral("before")).toInteger();
  const auto limit = std::min<qint64>(page, params.value(QStringLiteral("limit")).toInteger(50));
  QJsonArray restarts;
  qint64 next = 0;
  const auto numbers = restarts_.keys();
  for (auto each = numbers.crbegin(); each != numbers.crend(); ++each) {
    const auto restart = static_cast<qint64>(*each);
    if (before != 0 && restart >= before) continue;
    if (restarts.size() == limit) {
      next = restarts.last().toObject().value(QStringLiteral("restart")).toInteger();
      break;
    }
    restarts += restarts_.value(*each);
  }
  return {{QStringLiteral("restarts"), restarts}, {QStringLiteral("next"), next}};
}

void ScriptedServer::log(const QString& level, const QString& text, int lost) {
  ++logged_;
  QJsonObject params{{QStringLiteral("generation"), number(inCharge_)},
                     {QStringLiteral("at_ms"), now()},
                     {QStringLiteral("level"), level},
                     {QStringLiteral("text"), text}};
  if (lost > 0) params.insert(QStringLiteral("lost"), lost);
  for (auto& client : clients_) {
    if (client.subscribed && client.followsLog) notify(client, QStringLiteral("log"), params);
  }
}

void ScriptedServer::log(int lines) {
  for (int line = 0; line < lines; ++line) {
    log(QStringLiteral("info"),
        QStringLiteral("request %1 from 192.0.2.%2 was answered in %3 ms with 1,204 bytes of body")
            .arg(logged_)
            .arg(logged_ % 250)
            .arg(logged_ % 17));
  }
}

bool ScriptedServer::isLogFollowed() const {
  return std::ranges::any_of(clients_, [](const Client& client) { return client.followsLog; });
}

void ScriptedServer::setVersion(quint64 generation, const QString& version) {
  generations_[generation].insert(QStringLiteral("version"), version);
  notifyAll(QStringLiteral("generations"), status());
}

void ScriptedServer::move(quint64 generation) {
  inCharge_ = generation;
  notifyAll(QStringLiteral("moved"),
            {{QStringLiteral("generation"), number(generation)},
             {QStringLiteral("pid"), generations_.value(generation).value(QStringLiteral("pid"))}});
  dropClients();
}

void ScriptedServer::stopping() {
  notifyAll(QStringLiteral("stopping"), {{QStringLiteral("connections"), connections_.size()}});
}

void ScriptedServer::refuse(const QString& method, int code, const QString& message) {
  refusals_.insert(method, {{QStringLiteral("code"), code}, {QStringLiteral("message"), message}});
}
