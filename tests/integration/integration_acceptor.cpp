#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QtTest>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "net/listener.hpp"
#include "serving/acceptor.hpp"
#include "serving/connection_impl.hpp"
#include "support/client.hpp"
#include "support/eventually.hpp"

using namespace uninterruptible;
using namespace std::chrono_literals;
using testing::Client;
using testing::eventually;

namespace {

/// An acceptor on loopback ports, and threads that answer each client with one line at once.
class Bench {
 public:
  explicit Bench(int listeners = 1, int most = 0)
      : admission_({.most = most}),
        acceptor_(admission_,
                  {.welcome =
                       [this](Acceptor::Arrival arrival) {
                         ++begun;
                         std::this_thread::sleep_for(std::chrono::milliseconds(welcome_ms));
                         ++welcomed;
                         static_cast<void>(admission_.judge(arrival.address, arrival.length, arrival.place));
                         return Connection(std::make_unique<Connection::Impl>(
                             std::move(arrival.socket), Connection::Impl::Origin{"a client", arrival.local},
                             Generation::Entry(), nullptr, std::move(arrival.place)));
                       },
                   .full = [this] { ++full; },
                   .log =
                       [this](LogLevel, std::string_view text) {
                         const std::lock_guard lock(mutex_);
                         log_.emplace_back(text);
                       },
                   .lost = [this](const std::string&) { ++lost; }}) {
    for (int i = 0; i < listeners; ++i) {
      net::Listener listener = net::open_listener(net::parse_bind("tcp://127.0.0.1:0"), {});
      targets.push_back(net::bound_address(listener.socket.get()));
      fds.push_back(listener.socket.get());
      acceptor_.add(std::move(listener.socket), targets.back());
    }
  }
  ~Bench() { acceptor_.end(); }

  void start_threads(int count) {
    for (int i = 0; i < count; ++i) {
      threads_.emplace_back([this] {
        while (Connection client = acceptor_.accept()) {
          ++accepted;
          const int now = ++present;
          for (int seen = highest; now > seen && !highest.compare_exchange_weak(seen, now);) {
          }
          try {
            client.write_line(client.local());
          } catch (const std::system_error&) {
            ++failed;
          }
          std::this_thread::sleep_for(std::chrono::milliseconds(stay_ms));
          --present;
          client = {};
          ++closed;
        }
        ++left;
      });
    }
  }
  std::vector<std::string> log() {
    const std::lock_guard lock(mutex_);
    return log_;
  }
  Acceptor& acceptor() { return acceptor_; }

  std::vector<std::string> targets;
  std::vector<int> fds;
  std::atomic<int> begun{0}, welcomed{0}, accepted{0}, failed{0}, closed{0}, left{0}, lost{0}, full{0},
      present{0}, highest{0};
  std::atomic<int> welcome_ms{0};  ///< how long a thread stays between accept4 and its connection
  std::atomic<int> stay_ms{0};     ///< how long it keeps the connection after its line was written

 private:
  std::mutex mutex_;
  std::vector<std::string> log_;
  Admission admission_;
  Acceptor acceptor_;
  std::vector<std::jthread> threads_;
};

/// Lowers the limit of descriptors so far that the process can open no more.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(next);
    rlimit none = before_;
    none.rlim_cur = static_cast<rlim_t>(next);
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  rlimit before_{};
};

}  // namespace

class IntegrationAcceptor : public QObject {
  Q_OBJECT

 private slots:
  void every_listener_is_served() {
    Bench bench(3);
    bench.start_threads(2);
    bench.acceptor().open();
    for (int round = 0; round < 20; ++round) {
      for (const std::string& target : bench.targets) QVERIFY(Client(target).read_line() == target);
    }
  }
  void while_closed_clients_wait_and_are_served_after() {
    Bench bench;
    bench.start_threads(4);
    for (int round = 0; round < 50; ++round) {
      bench.acceptor().open();
      QVERIFY(Client(bench.targets[0]).read_line().has_value());
      bench.acceptor().close();
      const int before = bench.accepted;
      Client waiting(bench.targets[0]);
      QCOMPARE(bench.accepted.load(), before);
      bench.acceptor().open();
      QVERIFY(waiting.read_line().has_value());
      bench.acceptor().close();
    }
    QCOMPARE(bench.left.load(), 0);  // a rollback finds the pool's threads still there
  }
  void nothing_is_accepted_after_close_returned_under_load() {
    Bench bench;
    bench.start_threads(4);
    std::atomic<bool> stop{false};
    std::jthread load([&] {
      while (!stop) {
        const Client client(bench.targets[0]);
        std::this_thread::sleep_for(200us);
      }
    });
    for (int round = 0; round < 100; ++round) {
      bench.acceptor().open();
      std::this_thread::sleep_for(1ms);
      bench.acceptor().close();
      // Threads may still count what they got before; what the kernel has queued must stay there.
      Client probe(bench.targets[0]);
      pollfd answer{probe.fd(), POLLIN, 0};
      QCOMPARE(::poll(&answer, 1, 3), 0);
    }
    stop = true;
    load.join();
    bench.acceptor().open();
  }
  void a_pool_never_takes_more_than_there_is_room_for() {
    Bench bench(2, 2);
    bench.start_threads(6);
    bench.stay_ms = 1;  // so that others come meanwhile
    bench.acceptor().open();
    {
      std::vector<std::jthread> clients;
      for (int i = 0; i < 6; ++i) {
        clients.emplace_back([&, i] {
          for (int round = 0; round < 100; ++round)
            static_cast<void>(Client(bench.targets[static_cast<std::size_t>(i % 2)]).read_line());
        });
      }
    }
    eventually([&] { return bench.closed == 600; }, "every client has been served");
    QVERIFY2(bench.highest <= 2, std::to_string(bench.highest).c_str());
    QVERIFY(bench.full > 0);
  }
  void close_waits_for_a_thread_that_is_accepting() {
    Bench bench;
    bench.start_threads(1);
    bench.welcome_ms = 100;
    bench.acceptor().open();
    Client client(bench.targets[0]);
    eventually([&] { return bench.begun == 1; }, "accepted");
    bench.acceptor().close();
    QCOMPARE(bench.welcomed.load(), 1);
    QVERIFY(client.read_line().has_value());
  }
  void a_dropped_listener_serves_its_queue_and_the_others_go_on_data() {
    QTest::addColumn<bool>("open");
    QTest::newRow("gate open") << true;
    QTest::newRow("gate closed") << false;
  }
  void a_dropped_listener_serves_its_queue_and_the_others_go_on() {
    QFETCH(bool, open);
    Bench bench(2);
    bench.acceptor().open();
    if (!open) bench.acceptor().close();
    std::vector<Client> clients;
    for (int i = 0; i < 10; ++i) clients.emplace_back(bench.targets[0]);
    bench.acceptor().drop(bench.fds[0]);
    QVERIFY(testing::is_refused(bench.targets[0]));
    bench.start_threads(2);
    for (Client& client : clients) QVERIFY(client.read_line() == bench.targets[0]);
    Client other(bench.targets[1]);
    if (!open) bench.acceptor().open();
    QVERIFY(other.read_line() == bench.targets[1]);
  }
  void a_thread_that_does_not_leave_makes_close_fail_and_accepting_go_on() {
    Bench bench;
    bench.start_threads(2);
    bench.welcome_ms = 6000;
    bench.acceptor().open();
    Client stuck(bench.targets[0]);
    eventually([&] { return bench.begun == 1; }, "accepted");
    QVERIFY_EXCEPTION_THROWN(bench.acceptor().close(), std::runtime_error);
    bench.welcome_ms = 0;
    QVERIFY(Client(bench.targets[0]).read_line().has_value());
  }
  void the_end_serves_what_is_queued_and_lets_threads_go() {
    Bench bench(2);
    bench.acceptor().open();
    std::vector<Client> clients;
    for (int i = 0; i < 40; ++i) clients.emplace_back(bench.targets[static_cast<std::size_t>(i % 2)]);
    bench.acceptor().end();  // nobody was there to take them
    QVERIFY(testing::is_refused(bench.targets[0]));
    QVERIFY(bench.acceptor().wait_for_client());
    bench.start_threads(3);
    for (Client& client : clients) QVERIFY(client.read_line().has_value());
    eventually([&] { return bench.left == 3; }, "threads leave");
    QVERIFY(!bench.acceptor().wait_for_client());
    QVERIFY(!bench.acceptor().accept());
  }
  void an_end_behind_a_closed_gate_takes_nothing() {
    Bench bench;
    bench.acceptor().open();
    bench.acceptor().close();
    const int elsewhere = ::dup(bench.fds[0]);  // the successor's
    const Client client(bench.targets[0]);
    bench.acceptor().end();
    QVERIFY(!bench.acceptor().accept());
    const UniqueFd taken(::accept4(elsewhere, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    QVERIFY(static_cast<bool>(taken));
    ::close(elsewhere);
  }
  void without_descriptors_it_pauses_and_goes_on_after() {
    Bench bench;
    bench.start_threads(4);
    bench.acceptor().open();
    std::vector<Client> clients;
    for (int i = 0; i < 5; ++i) clients.emplace_back(bench.targets[0]);
    for (Client& client : clients) QVERIFY(client.read_line().has_value());
    // A connection closed later than this would give back the descriptor that is to be missing.
    eventually([&] { return bench.closed == 5; }, "all connections are closed");
    bench.acceptor().close();
    Client waiting(bench.targets[0]);
    timespec before{}, after{};
    {
      const NoDescriptors exhausted;
      bench.acceptor().open();
      eventually([&] { return !bench.log().empty(); }, "a log line");
      ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
      std::this_thread::sleep_for(300ms);
      ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
      QCOMPARE(bench.log().size(), std::size_t{1});
    }
    const double busy = static_cast<double>(after.tv_sec - before.tv_sec) +
                        static_cast<double>(after.tv_nsec - before.tv_nsec) / 1e9;
    QVERIFY2(busy < 0.15,
             std::to_string(busy).c_str());  // a loop without a pause would burn several times this
    QVERIFY(waiting.read_line().has_value());
  }
  void a_listener_shut_down_by_a_stranger_is_said_once_and_the_others_serve() {
    Bench bench(2);
    bench.start_threads(3);
    bench.acceptor().open();
    QVERIFY(Client(bench.targets[0]).read_line().has_value());
    ::shutdown(bench.fds[0], SHUT_RD);
    eventually([&] { return bench.lost == 1; }, "the loss is reported");
    for (int i = 0; i < 5; ++i) QVERIFY(Client(bench.targets[1]).read_line().has_value());
    QCOMPARE(bench.lost.load(), 1);
    QCOMPARE(bench.log().size(), std::size_t{1});
    bench.acceptor().close();
  }
  void a_client_gone_before_it_was_accepted_disturbs_nothing() {
    Bench bench;
    bench.acceptor().open();
    for (int i = 0; i < 20; ++i) Client(bench.targets[0]).reset();
    bench.start_threads(2);
    QVERIFY(Client(bench.targets[0]).read_line().has_value());
    QVERIFY(bench.log().empty());
  }
};

QTEST_GUILESS_MAIN(IntegrationAcceptor)
#include "integration_acceptor.moc"
