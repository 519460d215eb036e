#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/un.h>

#include <QtTest>
#include <atomic>
#include <optional>
#include <thread>
#include <vector>

#include "serving/admission.hpp"
#include "serving/occasional_log.hpp"

using namespace uninterruptible;
using Verdict = Admission::Verdict;

namespace {

struct Peer {
  sockaddr_storage address{};
  socklen_t length = 0;
};

Peer peer(const char* text) {
  Peer made;
  auto& v4 = reinterpret_cast<sockaddr_in&>(made.address);
  auto& v6 = reinterpret_cast<sockaddr_in6&>(made.address);
  if (::inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    made.length = sizeof v4;
  } else if (::inet_pton(AF_INET6, text, &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    made.length = sizeof v6;
  } else {
    made.address.ss_family = AF_UNIX;
    made.length = sizeof(sa_family_t);
  }
  return made;
}

/// An admission, and the places of those it let in.
struct Hall {
  explicit Hall(Admission::Rules rules) : admission(std::move(rules)) {}

  std::optional<Verdict> enter(const char* text) {
    Admission::Place place = admission.reserve();
    if (!place) return std::nullopt;
    const Peer who = peer(text);
    const Verdict verdict = admission.judge(who.address, who.length, place);
    if (verdict == Verdict::welcome) places.push_back(std::move(place));
    return verdict;
  }
  bool has_room() const {
    pollfd room{admission.room_fd(), POLLIN, 0};
    const bool readable = ::poll(&room, 1, 0) == 1;
    if (readable != admission.has_room()) throw std::logic_error("the descriptor tells something else");
    return readable;
  }

  Admission admission;
  std::vector<Admission::Place> places;
};

net::Networks networks(std::initializer_list<const char*> entries) {
  net::Networks made;
  for (const char* const entry : entries) made.add(entry);
  return made;
}

}  // namespace

class UnitAdmission : public QObject {
  Q_OBJECT

 private slots:
  void without_rules_everybody_is_welcome() {
    Hall hall({});
    for (int i = 0; i < 1000; ++i) QVERIFY(hall.enter("192.0.2.1") == Verdict::welcome);
    QVERIFY(hall.has_room());
  }
  void no_more_than_most_and_a_place_given_back_is_room_again() {
    Hall hall({.most = 3});
    for (int i = 0; i < 3; ++i) {
      QVERIFY(hall.has_room());
      QVERIFY(hall.enter("192.0.2.1").has_value());
    }
    QVERIFY(!hall.has_room());
    QVERIFY(!hall.enter("192.0.2.1").has_value());
    QVERIFY(!hall.enter("unix").has_value());
    hall.places.pop_back();
    QVERIFY(hall.has_room());
    QVERIFY(hall.enter("unix") == Verdict::welcome);
    QVERIFY(!hall.has_room());
  }
  void a_place_is_counted_once_however_it_moves() {
    Hall hall({.most = 1});
    Admission::Place first = hall.admission.reserve();
    Admission::Place second = std::move(first);
    first = std::move(second);
    second = {};
    QVERIFY(!hall.has_room());
    first = {};
    QVERIFY(hall.has_room());
  }
  void places_that_are_only_reserved_make_nobody_full() {
    Hall hall({.most = 2});
    const Admission::Place first = hall.admission.reserve(), second = hall.admission.reserve();
    QVERIFY(!hall.has_room());
    QVERIFY(!hall.admission.is_full());
    Hall other({.most = 2});
    QVERIFY(other.enter("192.0.2.1") == Verdict::welcome);
    QVERIFY(!other.admission.is_full());
    QVERIFY(other.enter("unix") == Verdict::welcome);
    QVERIFY(other.admission.is_full());
    other.places.pop_back();
    QVERIFY(!other.admission.is_full());
  }
  void places_may_outlive_the_admission() {
    Admission::Place place;
    {
      Hall hall({.most = 1, .most_per_address = 1});
      QVERIFY(hall.enter("192.0.2.1") == Verdict::welcome);
      place = std::move(hall.places.front());
    }
    place = {};
  }
  void those_denied_give_their_place_back() {
    Hall hall({.networks = networks({"10.0.0.0/8"}), .most = 1});
    QVERIFY(hall.enter("192.0.2.1") == Verdict::denied);
    QVERIFY(hall.has_room());
    QVERIFY(hall.enter("10.1.2.3") == Verdict::welcome);
  }
  void networks_judge_tcp_only_and_mapped_addresses_are_ipv4() {
    Hall hall({.networks = networks({"10.0.0.0/8", "2001:db8::/32"})});
    QVERIFY(hall.enter("10.255.255.255") == Verdict::welcome);
    QVERIFY(hall.enter("::ffff:10.0.0.1") == Verdict::welcome);
    QVERIFY(hall.enter("2001:db8:1::1") == Verdict::welcome);
    QVERIFY(hall.enter("unix") == Verdict::welcome);
    QVERIFY(hall.enter("11.0.0.0") == Verdict::denied);
    QVERIFY(hall.enter("::ffff:11.0.0.0") == Verdict::denied);
    QVERIFY(hall.enter("::10.0.0.1") == Verdict::denied);
    QVERIFY(hall.enter("2001:db9::1") == Verdict::denied);
  }
  void addresses_are_counted_apart_ipv6_by_its_network() {
    Hall hall({.most_per_address = 2});
    QVERIFY(hall.enter("192.0.2.1") == Verdict::welcome);
    QVERIFY(hall.enter("::ffff:192.0.2.1") == Verdict::welcome);
    QVERIFY(hall.enter("192.0.2.1") == Verdict::too_many);
    QVERIFY(hall.enter("192.0.2.2") == Verdict::welcome);
    QVERIFY(hall.enter("2001:db8:0:1::1") == Verdict::welcome);
    QVERIFY(hall.enter("2001:db8:0:1:ffff::2") == Verdict::welcome);
    QVERIFY(hall.enter("2001:db8:0:1::3") == Verdict::too_many);
    QVERIFY(hall.enter("2001:db8:0:2::1") == Verdict::welcome);
    QVERIFY(hall.enter("::1") == Verdict::welcome);
    // One whose fourth part would look like the mark of IPv4 from the other end.
    for (int i = 0; i < 2; ++i) QVERIFY(hall.enter("2001:db8:0:ffff::1") == Verdict::welcome);
    QVERIFY(hall.enter("32.1.13.184") == Verdict::welcome);
    QVERIFY(hall.enter("unix") == Verdict::welcome);
    QVERIFY(hall.enter("unix") == Verdict::welcome);
    QVERIFY(hall.enter("unix") == Verdict::welcome);
    hall.places.clear();
    QVERIFY(hall.enter("192.0.2.1") == Verdict::welcome);
  }
  void many_threads_never_exceed_the_limit() {
    Admission admission({.most = 5});
    std::atomic<int> inside{0}, highest{0}, entered{0};
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
          for (int round = 0; round < 5000; ++round) {
            const Admission::Place place = admission.reserve();
            if (!place) continue;
            ++entered;
            const int now = ++inside;
            for (int seen = highest; now > seen && !highest.compare_exchange_weak(seen, now);) {
            }
            --inside;
          }
        });
      }
    }
    QVERIFY(highest <= 5);
    QVERIFY(entered > 0);
    QVERIFY(admission.has_room());
  }
  void occasional_lines_say_how_many_were_left_out() {
    std::vector<std::string> lines;
    OccasionalLog log([&](LogLevel, std::string_view text) { lines.emplace_back(text); });
    for (int i = 0; i < 5; ++i) log.say("one", LogLevel::info, "one happened");
    log.say("other", LogLevel::info, "other happened");
    QCOMPARE(lines.size(), std::size_t{2});
    QTRY_VERIFY_WITH_TIMEOUT((log.say("one", LogLevel::info, "one happened"), lines.size() == 3), 10'000);
    QVERIFY(lines[2].starts_with("one happened (and "));
    QVERIFY(lines[2].ends_with(" times before)"));
  }
};

QTEST_GUILESS_MAIN(UnitAdmission)
#include "unit_admission.moc"
