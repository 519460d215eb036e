#include "gui/accessible.hpp"

#include <QDBusArgument>
#include <QDBusMessage>
#include <QDBusVariant>
#include <utility>

namespace {

constexpr const char* accessible = "org.a11y.atspi.Accessible";
constexpr const char* action = "org.a11y.atspi.Action";
constexpr const char* component = "org.a11y.atspi.Component";
constexpr const char* properties = "org.freedesktop.DBus.Properties";

}  // namespace

Accessible::Accessible(QDBusConnection bus, QString service, QString path)
    : bus_(std::move(bus)), service_(std::move(service)), path_(std::move(path)) {}

std::optional<Accessible> Accessible::ofProgram(const QString& sessionBus, const QString& name) {
  const auto session = QDBusConnection::connectToBus(sessionBus, QStringLiteral("session"));
  const Accessible launcher(session, QStringLiteral("org.a11y.Bus"), QStringLiteral("/org/a11y/bus"));
  const auto address = launcher.ask("org.a11y.Bus", "GetAddress").toString();
  if (address.isEmpty()) return {};
  const auto bus = QDBusConnection::connectToBus(address, QStringLiteral("accessibility"));
  const Accessible desktop(bus, QStringLiteral("org.a11y.atspi.Registry"),
                           QStringLiteral("/org/a11y/atspi/accessible/root"));
  for (const auto& program : desktop.children()) {
    if (program.name() == name) return program;
  }
  return {};
}

bool Accessible::hasBus(const QString& sessionBus) {
  const auto session = QDBusConnection::connectToBus(sessionBus, QStringLiteral("session"));
  const Accessible launcher(session, QStringLiteral("org.a11y.Bus"), QStringLiteral("/org/a11y/bus"));
  return !launcher.ask("org.a11y.Bus", "GetAddress").toString().isEmpty();
}

QList<QVariant> Accessible::call(const char* interface, const char* method,
                                 const QVariantList& arguments) const {
  auto message = QDBusMessage::createMethodCall(service_, path_, QString::fromLatin1(interface),
                                                QString::fromLatin1(method));
  message.setArguments(arguments);
  const auto reply = bus_.call(message, QDBus::Block, 10'000);
  return reply.type() == QDBusMessage::ReplyMessage ? reply.arguments() : QList<QVariant>();
}

QVariant Accessible::ask(const char* interface, const char* method, const QVariantList& arguments) const {
  return call(interface, method, arguments).value(0);
}

QString Accessible::name() const {
  const auto answer = ask(properties, "Get", {QString::fromLatin1(accessible), QStringLiteral("Name")});
  return answer.value<QDBusVariant>().variant().toString();
}

QString Accessible::role() const { return ask(accessible, "GetRoleName").toString(); }

QList<Accessible> Accessible::children() const {
  QList<Accessible> result;
  const auto answer = ask(accessible, "GetChildren").value<QDBusArgument>();
  if (answer.currentType() != QDBusArgument::ArrayType) return result;
  answer.beginArray();
  while (!answer.atEnd()) {
    QString service;
    QDBusObjectPath path;
    answer.beginStructure();
    answer >> service >> path;
    answer.endStructure();
    result += Accessible(bus_, service, path.path());
  }
  answer.endArray();
  return result;
}

bool Accessible::isUsable() const {
  const auto states = qdbus_cast<QList<uint>>(ask(accessible, "GetState"));
  constexpr uint enabled = 1U << 8;   // ATSPI_STATE_ENABLED
  constexpr uint showing = 1U << 25;  // ATSPI_STATE_SHOWING
  return !states.isEmpty() && (states.first() & enabled) != 0 && (states.first() & showing) != 0;
}

QRect Accessible::place() const {
  const auto answer = ask(component, "GetExtents", {QVariant::fromValue<uint>(0)}).value<QDBusArgument>();
  if (answer.currentType() != QDBusArgument::StructureType) return {};
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  answer.beginStructure();
  answer >> x >> y >> width >> height;
  answer.endStructure();
  return {x, y, width, height};
}

bool Accessible::press() const {
  for (int number = 0; number < 5; ++number) {
    const auto name = ask(action, "GetName", {number}).toString();
    if (name == QLatin1String("Press")) return ask(action, "DoAction", {number}).toBool();
  }
  return false;
}

std::optional<Accessible> Accessible::find(const Visit& wanted) const {
  if (wanted(*this)) return *this;
  for (const auto& child : children()) {
    if (auto found = child.find(wanted)) return found;
  }
  return {};
}

std::optional<Accessible> Accessible::find(const QString& role, const QString& name) const {
  return find(
      [&](const Accessible& one) { return one.name() == name && one.role() == role && one.isUsable(); });
}
