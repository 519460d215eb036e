#include <unistd.h>

#include <QtTest>
#include <cstdlib>
#include <optional>
#include <string>

#include "generation/inherited_sockets.hpp"
#include "uninterruptible/configuration.hpp"

using namespace uninterruptible;

namespace {

constexpr const char* variables[] = {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PIDFDID"};

void set(const char* name, const std::optional<std::string>& value) {
  if (value) {
    ::setenv(name, value->c_str(), 1);
  } else {
    ::unsetenv(name);
  }
}

/// "-" is for a variable that is not set, "PID" for this process.
std::optional<std::string> meant(const QString& text) {
  if (text == "-") return std::nullopt;
  return text == "PID" ? std::to_string(::getpid()) : text.toStdString();
}

std::string why_none() {
  const InheritedSockets none = InheritedSockets::take(false);
  return none.why_none(net::parse_bind("fd://web"));
}

bool is_erased() {
  for (const char* name : variables) {
    if (std::getenv(name) != nullptr) return false;
  }
  return true;
}

}  // namespace

/// What the variables may say; tests/restart has the sockets.
class UnitInheritedSockets : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    for (const char* name : variables) ::unsetenv(name);
  }

  void garbage_is_refused_data() {
    QTest::addColumn<QString>("pid");
    QTest::addColumn<QString>("fds");
    QTest::addColumn<QString>("names");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* name, const char* pid, const char* fds, const char* names,
                        const char* said) { QTest::newRow(name) << pid << fds << names << said; };
    row("empty pid", "", "1", "-", "LISTEN_PID '': is set but empty");
    row("pid in words", "me", "1", "-", "LISTEN_PID 'me': must be a whole number");
    row("pid with a rest", "12x", "1", "-", "LISTEN_PID '12x': must be");
    row("pid 0", "0", "1", "-", "LISTEN_PID '0': must be a whole number from 1");
    row("negative pid", "-4", "1", "-", "LISTEN_PID '-4': must be");
    row("pid beyond any", "99999999999", "1", "-", "LISTEN_PID '99999999999': must be");
    row("empty count", "PID", "", "-", "LISTEN_FDS '': is set but empty");
    row("count in words", "PID", "two", "-", "LISTEN_FDS 'two': must be a whole number");
    row("count 0", "PID", "0", "-", "LISTEN_FDS '0': must be a whole number from 1");
    row("negative count", "PID", "-1", "-", "LISTEN_FDS '-1': must be");
    row("count with a blank", "PID", " 1", "-", "LISTEN_FDS ' 1': must be");
    row("count beyond what travels", "PID", "100", "-", "LISTEN_FDS '100': must be");
    row("count beyond 64 bits", "PID", "99999999999999999999999", "-", "LISTEN_FDS '9999999999");
    row("empty names", "PID", "1", "", "LISTEN_FDNAMES '': is set but empty");
    row("too few names", "PID", "2", "web", "LISTEN_FDNAMES 'web': has 1 names for 2 sockets");
    row("too many names", "PID", "1", "web:admin", "LISTEN_FDNAMES 'web:admin': has 2 names for 1 sockets");
    row("control characters", "PID", "1\n2", "-", "LISTEN_FDS '1\\n2': must be");
    row("descriptors that are not open", "PID", "50", "-", "is no socket to accept from");
  }
  void garbage_is_refused() {
    QFETCH(QString, pid);
    QFETCH(QString, fds);
    QFETCH(QString, names);
    QFETCH(QString, said);
    set("LISTEN_PID", meant(pid));
    set("LISTEN_FDS", meant(fds));
    set("LISTEN_FDNAMES", meant(names));
    set("LISTEN_PIDFDID", "5");
    try {
      static_cast<void>(InheritedSockets::take(false));
      QFAIL("it was taken");
    } catch (const ConfigurationError& error) {
      QVERIFY2(QString(error.what()).contains(said), error.what());
      QVERIFY2(QString(error.what()).contains("unset LISTEN_PID"), error.what());
    }
    QVERIFY(is_erased());
  }

  void what_does_not_count_is_not_looked_at() {
    QVERIFY(why_none().find("no sockets were passed to this process") != std::string::npos);

    set("LISTEN_FDS", "garbage");  // of somebody who passes sockets without saying to whom
    QVERIFY(why_none().find("are not both set") != std::string::npos);
    QVERIFY(is_erased());

    set("LISTEN_PID", "1");
    set("LISTEN_FDS", "garbage");
    set("LISTEN_FDNAMES", "");
    const std::string other = why_none();
    QVERIFY2(
        other.find("meant for process 1, this is process " + std::to_string(::getpid())) != std::string::npos,
        other.c_str());
    QVERIFY(is_erased());
  }

  void a_restart_brings_its_sockets_itself() {
    set("LISTEN_PID", std::to_string(::getpid()));
    set("LISTEN_FDS", "garbage");
    const InheritedSockets none = InheritedSockets::take(true);
    QVERIFY(none.why_none(net::parse_bind("fd://web")).find("handed no such socket over") !=
            std::string::npos);
    QVERIFY(is_erased());
  }

  void nothing_passed_is_nothing_to_claim() {
    InheritedSockets none = InheritedSockets::take(false);
    QVERIFY(!none.claim(net::parse_bind("fd://web")));
    QVERIFY(!none.claim(net::parse_bind("tcp://127.0.0.1:80")));
    none.require_all_claimed();
    QVERIFY(none.claimed_text().empty());
  }
};

QTEST_GUILESS_MAIN(UnitInheritedSockets)
#include "unit_inherited_sockets.moc"
