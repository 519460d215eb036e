#pragma once

#include <QDBusConnection>
#include <QList>
#include <QRect>
#include <QString>
#include <functional>
#include <optional>

/// One thing in a window as aids to people see it: over the accessibility bus (AT-SPI), from another process.
/// A handle, which is worth nothing any more when the thing has gone. Calls wait for their answers.
class Accessible {
 public:
  /// The program with that name on the accessibility bus of a session's bus; empty if it is not there (yet).
  [[nodiscard]] static std::optional<Accessible> ofProgram(const QString& sessionBus, const QString& name);

  /// Whether the accessibility bus of a session's bus can be found yet. A program that asks for it while it
  /// is just coming may wait for an answer until its patience ends.
  [[nodiscard]] static bool hasBus(const QString& sessionBus);

  [[nodiscard]] QString name() const;
  /// As AT-SPI calls it: `push button`, `check box`.
  [[nodiscard]] QString role() const;
  [[nodiscard]] QList<Accessible> children() const;
  /// Whether it can be used and seen.
  [[nodiscard]] bool isUsable() const;
  /// Where it is on the screen.
  [[nodiscard]] QRect place() const;
  /// Does what a press does; false if there is no such thing.
  [[nodiscard]] bool press() const;

  using Visit = std::function<bool(const Accessible&)>;
  /// The first one in this and below for which `wanted` is true, in the order of the tree.
  [[nodiscard]] std::optional<Accessible> find(const Visit& wanted) const;
  /// One that is usable, by role and name.
  [[nodiscard]] std::optional<Accessible> find(const QString& role, const QString& name) const;

 private:
  Accessible(QDBusConnection bus, QString service, QString path);
  [[nodiscard]] QVariant ask(const char* interface, const char* method,
                             const QVariantList& arguments = {}) const;
  [[nodiscard]] QList<QVariant> call(const char* interface, const char* method,
                                     const QVariantList& arguments) const;

  QDBusConnection bus_;
  QString service_;
  QString path_;
};
