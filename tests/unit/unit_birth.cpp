#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QtTest>
#include <cstdlib>
#include <optional>
#include <string>

#include "generation/birth.hpp"
#include "sys/packet.hpp"
#include "uninterruptible/configuration.hpp"

using namespace uninterruptible;

namespace {

const std::string token = "0123456789abcdef0123456789abcdef";
constexpr std::size_t length = 1 + 1 + 5 + 1 + 32 + 1 + 20 + 1 + 20 + 1 + 107;
/// Where each field begins.
constexpr std::size_t descriptor_at = 2;
constexpr std::size_t token_at = 8;
constexpr std::size_t generation_at = 41;
constexpr std::size_t inode_at = 62;
constexpr std::size_t path_at = 83;

BirthNote a_note(const std::string& path = "/run/x/s") { return {3, token, 7, 4711, path}; }

std::string with(std::size_t at, const std::string& text) {
  std::string value = format_birth_note(a_note());
  return value.replace(at, text.size(), text);
}

ino_t inode_of(int fd) {
  struct stat found {};
  ::fstat(fd, &found);
  return found.st_ino;
}

/// Why take_birth() refuses; empty when it does not.
std::string refusal_of(const std::string& value) {
  ::setenv(birth_variable, value.c_str(), 1);
  try {
    static_cast<void>(take_birth());
    return {};
  } catch (const ConfigurationError& error) {
    return error.what();
  }
}

}  // namespace

class UnitBirth : public QObject {
  Q_OBJECT

 private slots:
  void length_never_changes() {
    for (std::size_t size = 0; size <= 107; ++size) {
      const std::string path = size == 0 ? "" : "/" + std::string(size - 1, 'p');
      QCOMPARE(format_birth_note(a_note(path)).size(), length);
    }
    QCOMPARE(format_birth_note({99'999, token, ~0ULL, ~0ULL, ""}).size(), length);
    QCOMPARE(format_birth_note({3, token, 1, 0, ""}).size(), length);
  }

  void what_was_written_is_read() {
    for (const std::string& path :
         {std::string(), std::string("/s"), std::string("/run/with:colon/and blank/s"),
          "/" + std::string(105, 'p') + "s", std::string("/run//twice/s")}) {
      for (const std::uint64_t number : {1ULL, 4711ULL, ~0ULL}) {
        const auto read = parse_birth_note(format_birth_note({12, token, number, number, path}));
        QVERIFY2(read.has_value(), path.c_str());
        QCOMPARE(read->descriptor, 12);
        QCOMPARE(read->token, token);
        QCOMPARE(read->generation, number);
        QCOMPARE(read->inode, number);
        QCOMPARE(read->path, path);
      }
    }
  }

  void garbage_in_every_field_is_refused_data() {
    QTest::addColumn<QString>("value");
    const auto add = [](const char* name, const std::string& value) {
      QTest::newRow(name) << QString::fromStdString(value);
    };
    const std::string good = format_birth_note(a_note());
    add("empty", "");
    add("a character short", good.substr(1));
    add("a character long", good + "x");
    add("another version", with(0, "2"));
    for (const std::size_t colon : {1, 7, 40, 61, 82})
      add(("no colon at " + std::to_string(colon)).c_str(), with(colon, "/"));
    add("descriptor with a letter", with(descriptor_at, "0000x"));
    add("descriptor with a blank", with(descriptor_at, "    3"));
    add("descriptor with a sign", with(descriptor_at, "-0003"));
    add("standard error as descriptor", with(descriptor_at, "00002"));
    add("token with a letter beyond f", with(token_at, "g"));
    add("token in capitals", with(token_at, "ABCDEF"));
    add("token with a blank", with(token_at + 31, " "));
    add("generation 0", with(generation_at, std::string(20, '0')));
    add("generation with a letter", with(generation_at, "x"));
    add("generation beyond 64 bits", with(generation_at, std::string(20, '9')));
    add("inode with a letter", with(inode_at + 19, "x"));
    add("inode beyond 64 bits", with(inode_at, std::string(20, '9')));
    add("relative path", with(path_at, "x"));
  }
  void garbage_in_every_field_is_refused() {
    QFETCH(QString, value);
    QVERIFY(!parse_birth_note(value.toStdString()));
    const std::string refusal = refusal_of(value.toStdString());
    QVERIFY2(refusal.find("UNINTERRUPTIBLE_HANDOFF") != std::string::npos, refusal.c_str());
    QVERIFY2(std::getenv(birth_variable) == nullptr, "erased, also when it is refused");
  }

  void nothing_where_the_variable_is_not_set() {
    ::unsetenv(birth_variable);
    QVERIFY(!take_birth());
  }

  void the_inherited_descriptor_is_taken() {
    auto [ours, theirs] = sys::packet_pair();
    ::fcntl(theirs.get(), F_SETFD, 0);
    const int fd = theirs.get();
    ::setenv(birth_variable, format_birth_note({fd, token, 7, inode_of(fd), ""}).c_str(), 1);
    std::optional<Birth> birth = take_birth();
    QVERIFY(birth.has_value());
    static_cast<void>(theirs.release());
    QCOMPARE(birth->channel.get(), fd);
    QCOMPARE(birth->token, token);
    QCOMPARE(birth->parent_generation, std::uint64_t{7});
    QVERIFY(static_cast<bool>(birth->parent));
    QVERIFY((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    QVERIFY(std::getenv(birth_variable) == nullptr);
  }

  void another_socket_under_that_number_is_left_alone() {
    auto [ours, theirs] = sys::packet_pair();
    const int fd = theirs.get();
    const std::string refusal = refusal_of(format_birth_note({fd, token, 7, inode_of(fd) + 1, ""}));
    QVERIFY2(refusal.find("is not the socket of the generation that waits") != std::string::npos,
             refusal.c_str());
    QVERIFY2(refusal.find("no path beside it") != std::string::npos, refusal.c_str());
    QCOMPARE(::fcntl(fd, F_GETFD), FD_CLOEXEC);
  }

  void a_path_that_is_gone_is_refused() {
    const std::string refusal = refusal_of(format_birth_note({99'999, token, 7, 1, "/nonexistent/x/s"}));
    QVERIFY2(refusal.find("/nonexistent/x/s cannot be used: it is gone") != std::string::npos,
             refusal.c_str());
  }

  void the_next_generation_gets_nothing_personal() {
    const std::vector<std::string> environment =
        child_environment({"PATH=/bin", "LISTEN_FDS=1", "LISTEN_PID=1", "LISTEN_FDNAMES=x",
                           "LISTEN_PIDFDID=5", "WATCHDOG_PID=1", "WATCHDOG_USEC=1",
                           std::string(birth_variable) + "=old", "LISTEN_FDSX=stays", "NOTIFY_SOCKET=/n"},
                          a_note());
    const std::vector<std::string> expected{"PATH=/bin", "LISTEN_FDSX=stays", "NOTIFY_SOCKET=/n",
                                            std::string(birth_variable) + "=" + format_birth_note(a_note())};
    QCOMPARE(environment, expected);
  }
};

QTEST_GUILESS_MAIN(UnitBirth)
#include "unit_birth.moc"
