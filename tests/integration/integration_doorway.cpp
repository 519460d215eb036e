#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QtTest>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "generation/birth.hpp"
#include "generation/doorway.hpp"
#include "support/files.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

using namespace uninterruptible;
using testing::TempDir;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr uid_t nobody = 65534;
constexpr std::size_t most_guests = 16;

int open_descriptors() {
  int count = 0;
  for (int fd = 0; fd < 1024; ++fd) count += ::fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
  return count;
}

/// A doorway whose password is HELLO, and what came of it.
struct House {
  explicit House(std::chrono::milliseconds longest_silence = 10min) {
    Doorway::Callbacks callbacks;
    callbacks.said = [this](const sys::Packet& packet, int line) {
      if (packet.bytes != "HELLO") {
        if (when_stranger) when_stranger();
        return false;
      }
      sender = packet.sender;
      sys::send_packet(line, "come in");
      door.reset();  // as a generation does
      return true;
    };
    callbacks.warn = [this](const std::string& text) { warnings.push_back(text); };
    door.emplace(poller, std::vector<std::string>{base.path().string()}, std::move(callbacks),
                 longest_silence);
    path = door->path();
  }

  /// Dispatches as events come until the condition holds.
  template <typename Condition>
  bool until(Condition&& condition) {
    const auto end = Clock::now() + testing::patience;
    while (!condition()) {
      if (Clock::now() >= end) return false;
      pollfd due{poller.fd(), POLLIN, 0};
      ::poll(&due, 1, 20);
      poller.dispatch();
    }
    return true;
  }
  /// Dispatches until nothing is due any more; false when that never comes.
  bool settle() {
    for (int round = 0; round < 100; ++round) {
      pollfd due{poller.fd(), POLLIN, 0};
      if (::poll(&due, 1, 0) == 0) return true;
      poller.dispatch();
    }
    return false;
  }

  TempDir base;
  sys::Poller poller;
  pid_t sender = 0;
  std::function<void()> when_stranger{};
  std::vector<std::string> warnings{};
  std::string path;
  std::optional<Doorway> door{};
};

bool is_over(const UniqueFd& line) {
  pollfd state{line.get(), POLLIN, 0};
  return ::poll(&state, 1, 0) > 0 && sys::receive_packet(line.get()).outcome == sys::ReceiveOutcome::end;
}

std::string answer(const UniqueFd& line) {
  const sys::Received received = sys::receive_packet(line.get());
  return received.outcome == sys::ReceiveOutcome::packet ? received.packet.bytes : std::string();
}

}  // namespace

class IntegrationDoorway : public QObject {
  Q_OBJECT

 private slots:
  void the_right_word_is_heard_and_answered() {
    House house;
    const UniqueFd line = enter_doorway(house.path);
    QVERIFY((::fcntl(line.get(), F_GETFL) & O_NONBLOCK) != 0);
    QVERIFY((::fcntl(line.get(), F_GETFD) & FD_CLOEXEC) != 0);
    sys::send_packet(line.get(), "HELLO");
    QVERIFY(house.until([&] { return house.sender != 0; }));
    QCOMPARE(house.sender, ::getpid());
    QCOMPARE(answer(line), std::string("come in"));
    QVERIFY(is_over(line));
    QVERIFY(house.base.entries().empty());
    QVERIFY(house.warnings.empty());
    QVERIFY(house.settle());
  }

  void it_is_private() {
    const House house;
    struct stat found {};
    QCOMPARE(::stat(fs::path(house.path).parent_path().c_str(), &found), 0);
    QCOMPARE(found.st_mode & 07777U, 0700U);
    QCOMPARE(::stat(house.path.c_str(), &found), 0);
    QCOMPARE(found.st_mode & 07777U, 0600U);
  }

  void said_before_it_was_let_in() {
    House house;
    const UniqueFd line = enter_doorway(house.path);
    sys::send_packet(line.get(), "HELLO");
    house.door->look();  // with no dispatch before
    QCOMPARE(house.sender, ::getpid());
    QCOMPARE(answer(line), std::string("come in"));
  }

  void who_comes_again_and_again_does_not_keep_it() {
    House house;
    int came = 0;
    UniqueFd stranger;
    const auto come = [&] {
      stranger = enter_doorway(house.path);
      sys::send_packet(stranger.get(), "again");
    };
    constexpr int until_it_must_have_returned = 1'000;
    house.when_stranger = [&] {
      if (++came < until_it_must_have_returned) come();
    };
    come();
    house.door->look();
    QVERIFY(came > 0);
    QVERIFY(came < until_it_must_have_returned);
    house.when_stranger = nullptr;
    const UniqueFd line = enter_doorway(house.path);
    sys::send_packet(line.get(), "HELLO");
    QVERIFY(house.until([&] { return house.sender != 0; }));
  }

  void strangers_are_shown_out_and_named_once() {
    House house;
    std::vector<UniqueFd> strangers;
    for (const char* word : {"garbage", "hello", "H"}) {
      strangers.push_back(enter_doorway(house.path));
      sys::send_packet(strangers.back().get(), word);
    }
    strangers.push_back(enter_doorway(house.path));
    strangers.back().reset();
    QVERIFY(house.settle());
    for (std::size_t i = 0; i < 3; ++i) QVERIFY(is_over(strangers[i]));
    QCOMPARE(house.warnings.size(), std::size_t{1});
    QVERIFY2(house.warnings[0].find("process " + std::to_string(::getpid())) == 0, house.warnings[0].c_str());
    QVERIFY2(house.warnings[0].find("not the HELLO expected: ignored") != std::string::npos,
             house.warnings[0].c_str());

    const UniqueFd line = enter_doorway(house.path);
    sys::send_packet(line.get(), "HELLO");
    QVERIFY(house.until([&] { return house.sender != 0; }));
    QCOMPARE(house.warnings.size(), std::size_t{2});
    QVERIFY2(house.warnings[1].find("3 more came") == 0, house.warnings[1].c_str());
  }

  void descriptors_of_strangers_are_closed() {
    House house;
    const int before = open_descriptors();
    {
      const UniqueFd line = enter_doorway(house.path);
      const std::vector<int> many(50, STDERR_FILENO);
      sys::send_packet(line.get(), "take these", many);
      QVERIFY(house.settle());
    }
    QCOMPARE(open_descriptors(), before);
  }

  void the_silent_are_shown_out_in_time() {
    House house(50ms);
    const UniqueFd line = enter_doorway(house.path);
    QVERIFY(house.until([&] { return is_over(line); }));
    QCOMPARE(house.warnings.size(), std::size_t{1});
    QVERIFY2(house.warnings[0].find("said nothing") != std::string::npos, house.warnings[0].c_str());
  }

  void only_so_many_are_let_in_at_once() {
    House house;
    std::vector<UniqueFd> silent;
    for (std::size_t i = 0; i < most_guests + 8; ++i) silent.push_back(enter_doorway(house.path));
    const int before = open_descriptors();
    QVERIFY2(house.settle(), "it rests while it is full");
    QCOMPARE(open_descriptors() - before, static_cast<int>(most_guests));

    const UniqueFd line = enter_doorway(house.path);
    const int with_line = before + 1;
    sys::send_packet(line.get(), "HELLO");
    QVERIFY(house.settle());
    QCOMPARE(house.sender, 0);
    sys::send_packet(silent[3].get(), "garbage");  // makes room for one
    sys::send_packet(silent[4].get(), "garbage");
    QVERIFY(house.settle());
    QCOMPARE(open_descriptors() - with_line, static_cast<int>(most_guests));
    house.door->look();  // hears also those who still wait outside
    QCOMPARE(house.sender, ::getpid());
    QCOMPARE(answer(line), std::string("come in"));
    QCOMPARE(open_descriptors() - with_line, -3);  // all guests, directory, listener and lock
  }

  void a_crowd_of_silent_ones_gives_way() {
    House house(100ms);
    std::vector<UniqueFd> silent;
    for (std::size_t i = 0; i < 3 * most_guests; ++i) silent.push_back(enter_doorway(house.path));
    const UniqueFd line = enter_doorway(house.path);
    sys::send_packet(line.get(), "HELLO");
    QVERIFY(house.until([&] { return house.sender != 0; }));
    QCOMPARE(answer(line), std::string("come in"));
  }

  void without_free_descriptors_it_rests_and_goes_on() {
    House house;
    const UniqueFd line = enter_doorway(house.path);
    sys::send_packet(line.get(), "HELLO");
    rlimit found{};
    ::getrlimit(RLIMIT_NOFILE, &found);
    const rlimit none{3, found.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
    const bool rests = house.settle();
    const pid_t sender = house.sender;
    ::setrlimit(RLIMIT_NOFILE, &found);
    QVERIFY(rests);
    QCOMPARE(sender, 0);
    QVERIFY(house.until([&] { return house.sender != 0; }));
  }

  /// Every descriptor it needs is missing once.
  void a_doorway_that_cannot_be_leaves_nothing() {
    const TempDir base;
    sys::Poller poller;
    rlimit found{};
    ::getrlimit(RLIMIT_NOFILE, &found);
    const int before = open_descriptors();
    int failures = 0;
    for (int spare = 0; spare < 20; ++spare) {
      const rlimit tight{static_cast<rlim_t>(before + spare), found.rlim_max};
      ::setrlimit(RLIMIT_NOFILE, &tight);
      bool made = false;
      try {
        const Doorway door(poller, {base.path().string()}, {nullptr, [](const std::string&) {}});
        made = true;
      } catch (const std::exception&) {
        ++failures;
      }
      ::setrlimit(RLIMIT_NOFILE, &found);
      QVERIFY(base.entries().empty());
      QCOMPARE(open_descriptors(), before);
      if (made) break;
    }
    QVERIFY(failures >= 3);
    QVERIFY(failures < 20);
  }

  void abandoned_ones_are_swept() {
    const TempDir base;
    const std::string left = base / "uninterruptible-handoff-abc123";
    fs::create_directory(left);
    ::chmod(left.c_str(), 0700);
    testing::write_file(left + "/s", "");
    testing::write_file(left + "/s.lock", "");
    sys::Poller poller;
    const Doorway door(poller, {base.path().string()}, {nullptr, [](const std::string&) {}});
    QVERIFY(!fs::exists(left));
    QVERIFY(fs::exists(door.path()));
  }

  void users_that_are_neither_ours_nor_root_are_not_heard() {
    if (::geteuid() != 0) QSKIP("only root can become another user");
    House house;
    // Somebody has opened what was private.
    ::chmod(house.base.path().c_str(), 0711);
    ::chmod(fs::path(house.path).parent_path().c_str(), 0711);
    ::chmod(house.path.c_str(), 0666);
    const testing::ProcessTree tree;
    testing::Process stranger(tree, {.argv = {"python3", "-c",
                                              "import os, socket, sys\n"
                                              "os.setgid(65534); os.setuid(65534)\n"
                                              "line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)\n"
                                              "line.connect(sys.argv[1])\n"
                                              "try: line.send(b'HELLO'); sys.exit(line.recv(100) != b'')\n"
                                              "except (BrokenPipeError, ConnectionResetError): sys.exit(0)\n",
                                              house.path}});
    QVERIFY(house.until([&] { return !stranger.is_alive(); }));
    QVERIFY2(stranger.wait_exit() == testing::exited(0), stranger.standard_error().c_str());
    QCOMPARE(house.sender, 0);
    QCOMPARE(house.warnings.size(), std::size_t{1});
    QVERIFY2(house.warnings[0].find("uid 65534, which is neither") != std::string::npos,
             house.warnings[0].c_str());
  }

  void a_new_process_finds_the_way() {
    House house;
    const std::string token(32, 'a');
    ::setenv(birth_variable, format_birth_note({99'999, token, 7, 1, house.path}).c_str(), 1);
    const std::optional<Birth> birth = take_birth();
    QVERIFY(birth.has_value());
    QVERIFY(static_cast<bool>(birth->parent));
    sys::send_packet(birth->channel.get(), "HELLO");
    QVERIFY(house.until([&] { return house.sender != 0; }));
    QCOMPARE(answer(birth->channel), std::string("come in"));
  }

  void bases_best_first() {
    const std::vector<std::string> environment{"XDG_RUNTIME_DIR=/run/user/9/", "TMPDIR=relative",
                                               "TMPDIRX=/no"};
    QCOMPARE(doorway_bases(environment, 9), (std::vector<std::string>{"/run/user/9", "/tmp"}));
    QCOMPARE(doorway_bases({"TMPDIR=/var/tmp"}, 0),
             (std::vector<std::string>{"/run/user/0", "/run", "/var/tmp", "/tmp"}));
  }
};

QTEST_GUILESS_MAIN(IntegrationDoorway)
#include "integration_doorway.moc"
