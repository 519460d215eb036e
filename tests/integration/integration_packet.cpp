#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QtTest>

#include "generation/contest.hpp"
#include "generation/offer.hpp"
#include "sys/packet.hpp"

using namespace uninterruptible;

namespace {

int open_descriptors() {
  int count = 0;
  for (int fd = 0; fd < 1024; ++fd) count += ::fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
  return count;
}

UniqueFd null_device() { return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

}  // namespace

class IntegrationPacket : public QObject {
  Q_OBJECT

 private slots:
  void descriptors_arrive_owned_and_close_on_exec() {
    auto [left, right] = sys::packet_pair();
    const UniqueFd null = null_device();
    const std::vector<int> all(sys::most_descriptors, null.get());
    const int before = open_descriptors();
    QVERIFY(sys::send_packet(left.get(), "x", all) == sys::SendOutcome::sent);
    {
      const sys::Received received = sys::receive_packet(right.get());
      QVERIFY(received.outcome == sys::ReceiveOutcome::packet);
      QCOMPARE(received.packet.descriptors.size(), sys::most_descriptors);
      QVERIFY((::fcntl(received.packet.descriptors[0].get(), F_GETFD) & FD_CLOEXEC) != 0);
    }
    QCOMPARE(open_descriptors(), before);
  }

  void too_few_free_descriptors_are_damage_and_leak_nothing() {
    auto [left, right] = sys::packet_pair();
    const UniqueFd null = null_device();
    const std::vector<int> all(20, null.get());
    QVERIFY(sys::send_packet(left.get(), "x", all) == sys::SendOutcome::sent);
    const int before = open_descriptors();
    rlimit found{};
    ::getrlimit(RLIMIT_NOFILE, &found);
    const rlimit tight{static_cast<rlim_t>(before + 5), found.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &tight);
    const sys::Received received = sys::receive_packet(right.get());
    ::setrlimit(RLIMIT_NOFILE, &found);
    QVERIFY(received.outcome == sys::ReceiveOutcome::damaged);
    QCOMPARE(open_descriptors(), before);
  }

  void last_words_are_read_before_the_end() {
    auto [left, right] = sys::packet_pair();
    QVERIFY(sys::send_packet(right.get(), "unread") == sys::SendOutcome::sent);
    QVERIFY(sys::send_packet(left.get(), "last words") == sys::SendOutcome::sent);
    left.reset();  // with unread input: the kernel says ECONNRESET first
    sys::Received received = sys::receive_packet(right.get());
    QVERIFY(received.outcome == sys::ReceiveOutcome::packet);
    QCOMPARE(received.packet.bytes, std::string("last words"));
    QVERIFY(sys::receive_packet(right.get()).outcome == sys::ReceiveOutcome::end);
    QVERIFY(sys::send_packet(right.get(), "x") == sys::SendOutcome::gone);
  }

  void credentials_are_the_kernels_word() {
    auto [left, right] = sys::packet_pair();
    sys::pass_credentials(right.get());
    QVERIFY(sys::send_packet(left.get(), "x") == sys::SendOutcome::sent);
    QCOMPARE(sys::receive_packet(right.get()).packet.sender, ::getpid());
  }

  void only_packet_sockets_are_taken_for_channels() {
    auto [left, right] = sys::packet_pair();
    QVERIFY(sys::is_packet_socket(left.get()));
    const UniqueFd null = null_device();
    QVERIFY(!sys::is_packet_socket(null.get()));
    QVERIFY(!sys::is_packet_socket(-1));
    const UniqueFd unconnected(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    QVERIFY(!sys::is_packet_socket(unconnected.get()));
  }

  void an_offer_travels_whole() {
    auto [left, right] = sys::packet_pair();
    Offer offer;
    offer.version = handoff::highest_version;
    offer.generation = 8;
    offer.restart = 3;
    offer.name = "echo";
    offer.contest_memory = null_device();
    offer.contest_seek = null_device();
    offer.contest_take = null_device();
    for (std::size_t i = 0; i < most_listeners; ++i) {
      offer.listeners.push_back({"unix:///s" + std::to_string(i), null_device(), null_device(), i, i});
    }
    for (std::uint64_t i = 0; i < 64; ++i)
      offer.draining.push_back({i + 1, i % 2 == 0, null_device(), null_device()});
    const Cargo cargo = pack(offer);
    QVERIFY(cargo.descriptors.size() <= sys::most_descriptors);
    QVERIFY(sys::send_packet(left.get(), handoff::encode(cargo.message), cargo.descriptors) ==
            sys::SendOutcome::sent);
    sys::Received received = sys::receive_packet(right.get());
    QVERIFY(received.outcome == sys::ReceiveOutcome::packet);
    std::string reason;
    const auto message = handoff::decode(received.packet.bytes);
    const auto back = unpack(*message, received.packet, reason);
    QVERIFY2(back.has_value(), reason.c_str());
    QCOMPARE(back->listeners.size(), most_listeners);
    QCOMPARE(back->listeners[54].text, std::string("unix:///s54"));
    QVERIFY(back->listeners[54].lock);
    QCOMPARE(back->draining.size(), std::size_t{64});
    QVERIFY(back->draining[0].rolled_back);
    QVERIFY(!back->control);
  }

  void an_offer_without_its_descriptors_is_refused() {
    Offer offer;
    offer.version = handoff::highest_version;
    offer.generation = 8;
    offer.contest_memory = null_device();
    offer.contest_seek = null_device();
    offer.contest_take = null_device();
    offer.listeners.push_back({"tcp://x:1", null_device(), {}, 0, 0});
    const Cargo cargo = pack(offer);
    sys::Packet empty;
    std::string reason;
    QVERIFY(!unpack(cargo.message, empty, reason));
    QVERIFY(!reason.empty());
    offer.version = 99;
    QVERIFY(!unpack(pack(offer).message, empty, reason));
    QVERIFY(reason.find("99") != std::string::npos);
  }

  void the_contest_has_one_winner() {
    Contest first;
    Contest second(UniqueFd(::fcntl(first.memory(), F_DUPFD_CLOEXEC, 3)), null_device(), null_device());
    QVERIFY(first.try_lock());
    QVERIFY(first.try_lock());
    QVERIFY(!second.try_lock());  // the descriptor is the same; the opening is not
    first.unlock();
    QVERIFY(second.try_lock());
    QVERIFY(!first.try_lock());
  }
};

QTEST_GUILESS_MAIN(IntegrationPacket)
#include "integration_packet.moc"
