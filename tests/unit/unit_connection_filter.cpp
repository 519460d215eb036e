#include <sys/socket.h>
#include <unistd.h>

#include <QtTest>
#include <memory>
#include <stdexcept>

#include "base/unique_fd.hpp"
#include "control/codec.hpp"
#include "generation/connection_filter.hpp"

using namespace uninterruptible;
using namespace std::chrono_literals;
using control::CloseFilter;
using Record = ConnectionRegistry::Record;

namespace {

std::unique_ptr<Record> record(const std::string& peer) {
  auto made = std::make_unique<Record>();
  made->generation = 7;
  made->number = 1;
  made->peer.peer = peer;
  made->opened_at = std::chrono::system_clock::now() - 1h;
  const auto active_at = std::chrono::system_clock::now() - 5min;
  made->active_at_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(active_at.time_since_epoch()).count();
  return made;
}

/// Judged twice: as the generation has it, and as operators see it.
bool fits(const CloseFilter& filter, const Record& one) {
  control::ConnectionRecord seen;
  seen.generation = one.generation;
  seen.state = one.closing ? "closing" : "open";
  seen.peer = one.peer.peer;
  seen.opened_at = std::chrono::floor<std::chrono::milliseconds>(one.opened_at);
  seen.active_at = control::WallTime(std::chrono::milliseconds(one.active_at_ms.load()));
  const ConnectionFilter wanted(filter);
  if (wanted.fits(one) != wanted.fits(seen)) qFatal("the two judge differently");
  return wanted.fits(one);
}

bool fits_peer(const std::string& wanted, const std::string& peer) {
  CloseFilter filter;
  filter.peer = wanted;
  return fits(filter, *record(peer));
}

/// A connection as a registry holds it: the server's end and the client's.
struct Pair {
  Pair() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) qFatal("socketpair");
    server.reset(ends[0]);
    client.reset(ends[1]);
  }
  [[nodiscard]] bool server_can_write() const { return ::send(server.get(), "x", 1, MSG_NOSIGNAL) == 1; }
  [[nodiscard]] bool server_reads_end() const {
    char byte = 0;
    return ::recv(server.get(), &byte, 1, MSG_DONTWAIT) == 0;
  }

  UniqueFd server;
  UniqueFd client;
};

}  // namespace

class UnitConnectionFilter : public QObject {
  Q_OBJECT

 private slots:
  void peers_data() {
    QTest::addColumn<QByteArray>("wanted");
    QTest::addColumn<QByteArray>("peer");
    QTest::addColumn<bool>("fit");
    const auto row = [](const char* wanted, const char* peer, bool fit) {
      QTest::addRow("%s %s", wanted, peer) << QByteArray(wanted) << QByteArray(peer) << fit;
    };
    row("192.0.2.7", "192.0.2.7:51234", true);
    row("192.0.2.7", "192.0.2.70:51234", false);
    row("192.0.2.0/24", "192.0.2.7:1", true);
    row("192.0.2.0/24", "192.0.3.7:1", false);
    row("192.0.2.0/24", "192.0.2.7", true);
    row("192.0.2.0/24", "[::ffff:192.0.2.7]:1", true);
    row("2001:db8::/32", "[2001:db8::1]:443", true);
    row("2001:db8::/32", "2001:db8::1", true);
    row("2001:db8::/32", "[2001:db9::1]:443", false);
    row("fe80::/10", "[fe80::1%eth0]:443", true);
    row("0.0.0.0/0", "[2001:db8::1]:443", false);
    row("0.0.0.0/0", "unix:uid=0,pid=1", false);
    row("0.0.0.0/0", "somebody", false);
    row("0.0.0.0/0", "", false);
    row("0.0.0.0/0", "[", false);
    row("unix:", "unix:uid=0,pid=1", true);
    row("unix:", "192.0.2.7:1", false);
    row("unix:uid=0,pid=1", "unix:uid=0,pid=1", true);
    row("unix:uid=0,pid=1", "unix:uid=0,pid=12", false);
  }
  void peers() {
    QFETCH(QByteArray, wanted);
    QFETCH(QByteArray, peer);
    QFETCH(bool, fit);
    QCOMPARE(fits_peer(wanted.toStdString(), peer.toStdString()), fit);
  }
  void peers_that_mean_nothing_are_refused() {
    for (const char* bad : {"nonsense", "10.0.0.0/33", "10.1", "192.0.2.7:80", "/8", "fe80::1%eth0", " "}) {
      CloseFilter filter;
      filter.peer = bad;
      QVERIFY_EXCEPTION_THROWN(ConnectionFilter{filter}, std::invalid_argument);
    }
  }
  void every_condition_must_hold() {
    const auto one = record("192.0.2.7:51234");
    QVERIFY(fits({.generation = 7}, *one));
    QVERIFY(!fits({.generation = 6}, *one));
    QVERIFY(fits({.idle = 4min}, *one));
    QVERIFY(!fits({.idle = 6min}, *one));
    QVERIFY(fits({.older = 59min}, *one));
    QVERIFY(!fits({.older = 61min}, *one));
    QVERIFY(fits({.state = "open"}, *one));
    QVERIFY(!fits({.state = "closing"}, *one));
    one->closing = true;
    QVERIFY(!fits({.state = "open"}, *one));
    const CloseFilter all{7, "192.0.2.0/24", "closing", 4min, 59min};
    QVERIFY(fits(all, *one));
    CloseFilter wrong = all;
    wrong.generation = 8;
    QVERIFY(!fits(wrong, *one));
    wrong = all;
    wrong.peer = "10.0.0.0/8";
    QVERIFY(!fits(wrong, *one));
    wrong = all;
    wrong.idle = 6min;
    QVERIFY(!fits(wrong, *one));
    wrong = all;
    wrong.older = 61min;
    QVERIFY(!fits(wrong, *one));
    wrong = all;
    wrong.state = "open";
    QVERIFY(!fits(wrong, *one));
  }
  void a_filter_survives_the_way_between_generations() {
    const CloseFilter all{7, "192.0.2.0/24", "closing", 4min, 0ms};
    QVERIFY(unpack_filter(handoff::Fields::decode(pack_filter(all).encode()).value()) == all);
    const CloseFilter one{7, "", "", std::nullopt, std::nullopt};
    QVERIFY(unpack_filter(handoff::Fields::decode(pack_filter(one).encode()).value()) == one);
  }
  void conditions_of_another_version_close_nothing() {
    QVERIFY(!unpack_filter(pack_filter({})));
    QVERIFY(!unpack_filter(handoff::Fields()));
    handoff::Fields newer;
    newer.add(handoff::Tag::number, 2UL).add(handoff::Tag::generation, 7UL);
    newer.add(static_cast<handoff::Tag>(9999), 1UL);
    QVERIFY(!unpack_filter(newer));
  }
  void a_close_lets_replies_out_and_a_cut_does_not() {
    const auto registry = std::make_shared<ConnectionRegistry>([] {});
    const auto everybody = [](const Record&) { return true; };
    const Pair pair;
    const auto one = registry->add(pair.server.get(), {"unix:", ""}, {});
    const auto looked_at = registry->end_where(everybody, std::nullopt, 10);
    QCOMPARE(looked_at.count, 1UL);
    QVERIFY(!one->closing && !pair.server_reads_end());
    QCOMPARE(registry->end_where(everybody, Generation::Ending::close, 10).count, 1UL);
    QVERIFY(one->closing && pair.server_reads_end() && pair.server_can_write());
    QCOMPARE(registry->end_where(everybody, Generation::Ending::cut, 10).count, 1UL);
    QVERIFY(!pair.server_can_write());
    registry->remove(*one);
  }
  void many_are_counted_and_some_are_named() {
    const auto registry = std::make_shared<ConnectionRegistry>([] {});
    for (int i = 0; i < 25; ++i) static_cast<void>(registry->add(-1, {"192.0.2.7:1", ""}, {}));
    const auto told = registry->end_where([](const Record& one) { return one.number % 5 != 0; },
                                          Generation::Ending::close, 3);
    QCOMPARE(told.count, 20UL);
    QVERIFY(told.ids == std::vector<std::string>({"1-1", "1-2", "1-3"}));
  }
};

QTEST_GUILESS_MAIN(UnitConnectionFilter)
#include "unit_connection_filter.moc"
