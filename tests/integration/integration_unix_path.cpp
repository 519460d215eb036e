#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <QtTest>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <functional>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include "support/campaign.hpp"
#include "support/files.hpp"
#include "support/sandbox.hpp"
#include "support/temp_dir.hpp"
#include "sys/unix_path.hpp"

using namespace uninterruptible;
using sys::listen_unix;
using sys::UnixListener;
using sys::UnixListenOptions;
using sys::unlink_unix;

namespace {

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

/// A socket as a program that knows nothing of lock files makes it.
UniqueFd plain_socket(const std::string& path, int type = SOCK_STREAM, int backlog = 8) {
  UniqueFd fd(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  const sockaddr_un address = address_of(path);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return {};
  if (type != SOCK_DGRAM && backlog >= 0) ::listen(fd.get(), backlog);
  return fd;
}

/// A connected client, or none with errno set.
UniqueFd connect_to(const std::string& path, int type = SOCK_STREAM) {
  UniqueFd fd(::socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const sockaddr_un address = address_of(path);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  const int error = errno;
  fd.reset();
  errno = error;
  return fd;
}

struct Refusal {
  int error = 0;
  std::string text{};
  [[nodiscard]] bool says(std::string_view part) const { return text.find(part) != std::string::npos; }
};

Refusal refusal(const std::string& path, const UnixListenOptions& options = {}) {
  try {
    static_cast<void>(listen_unix(path, options));
    return {};
  } catch (const std::system_error& error) {
    return {error.code().value(), error.what()};
  }
}

struct stat look(const std::string& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) found.st_mode = 0;
  return found;
}

bool exists(const std::string& path) { return look(path).st_mode != 0; }

bool answers(const UnixListener& listener) {
  const UniqueFd client = connect_to(listener.path);
  const UniqueFd served(::accept4(listener.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
  return client && served;
}

}  // namespace

class IntegrationUnixPath : public QObject {
  Q_OBJECT

 private slots:
  void a_free_path_is_taken_and_given_back() {
    const testing::TempDir dir;
    const std::string path = dir / "s";
    {
      const UnixListener listener = listen_unix(path, {});
      QVERIFY(answers(listener));
      QVERIFY((::fcntl(listener.socket.get(), F_GETFL) & O_NONBLOCK) != 0);
      QVERIFY((::fcntl(listener.socket.get(), F_GETFD) & FD_CLOEXEC) != 0);
      QVERIFY((::fcntl(listener.lock.get(), F_GETFD) & FD_CLOEXEC) != 0);
      QCOMPARE(look(path).st_ino, listener.inode);
      QCOMPARE(look(path).st_dev, listener.device);
      QCOMPARE(look(path + ".lock").st_mode & 07777U, 0600U);
      QVERIFY(unlink_unix(listener));
    }
    QVERIFY(dir.entries().empty());
  }

  void a_living_owner_is_recognised_by_its_lock() {
    const testing::TempDir dir;
    const std::string path = dir / "s";
    const UnixListener first = listen_unix(path, {});
    const Refusal refused = refusal(path);
    QCOMPARE(refused.error, EADDRINUSE);
    QVERIFY2(refused.says(path + " is in use by a living server"), refused.text.c_str());
    QVERIFY(answers(first));
    // Also when its socket was removed: the lock still says that it lives.
    ::unlink(path.c_str());
    QCOMPARE(refusal(path).error, EADDRINUSE);
  }

  void ownership_travels_with_a_duplicate_of_the_lock() {
    const testing::TempDir dir;
    const std::string path = dir / "s";
    UnixListener first = listen_unix(path, {});
    UnixListener second;
    second.path = path;
    second.device = first.device;
    second.inode = first.inode;
    second.socket.reset(::fcntl(first.socket.get(), F_DUPFD_CLOEXEC, 0));
    second.lock.reset(::fcntl(first.lock.get(), F_DUPFD_CLOEXEC, 0));
    first = UnixListener();
    QCOMPARE(refusal(path).error, EADDRINUSE);
    QVERIFY(answers(second));
    QVERIFY(unlink_unix(second));
    QVERIFY(dir.entries().empty());
  }

  void a_crash_leaves_nothing_to_clean_up() {
    const testing::TempDir dir;
    const std::string path = dir / "s";
    for (int i = testing::rounds(3); i > 0; --i) {
      UnixListener crashed = listen_unix(path, {});
      QVERIFY(answers(crashed));
    }
    QVERIFY(exists(path));
    const UnixListener next = listen_unix(path, {});
    QVERIFY(answers(next));
    QVERIFY(unlink_unix(next));
  }

  void a_stale_socket_without_a_lock_is_replaced() {
    const testing::TempDir dir;
    const std::string path = dir / "s";
    QVERIFY(plain_socket(path));
    const UnixListener listener = listen_unix(path, {});
    QVERIFY(answers(listener));
    QVERIFY(unlink_unix(listener));
  }

  void a_living_server_without_a_lock_stays_untouched_and_undisturbed() {
    const testing::TempDir dir;
    for (const int type : {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM}) {
      const std::string path = dir / ("s" + std::to_string(type));
      const UniqueFd server = plain_socket(path, type);
      const ino_t inode = look(path).st_ino;
      const Refusal refused = refusal(path);
      QCOMPARE(refused.error, EADDRINUSE);
      QVERIFY2(refused.says("in use by a living server"), refused.text.c_str());
      QCOMPARE(look(path).st_ino, inode);
      pollfd ready{server.get(), POLLIN, 0};
      QCOMPARE(::poll(&ready, 1, 0), 0);
      QVERIFY(!exists(path + ".lock"));
    }
  }

  void a_full_queue_is_a_living_server() {
    const testing::TempDir dir;
    const std::string path = dir / "s";
    const UniqueFd server = plain_socket(path, SOCK_STREAM, 0);
    std::vector<UniqueFd> queued;
    while (UniqueFd client = connect_to(path)) queued.push_back(std::move(client));
    QCOMPARE(errno, EAGAIN);
    QCOMPARE(refusal(path).error, EADDRINUSE);
    QVERIFY(exists(path));
  }

  void a_server_between_bind_and_listen_is_a_living_server() {
    const testing::TempDir dir;
    const std::string path = dir / "s";
    const UniqueFd server = plain_socket(path, SOCK_STREAM, -1);
    QCOMPARE(refusal(path).error, EADDRINUSE);
    QVERIFY(exists(path));
  }

  void what_is_not_a_socket_is_named_and_untouched() {
    const testing::TempDir dir;
    testing::write_file(dir / "file", "precious");
    QCOMPARE(::mkdir((dir / "directory").c_str(), 0700), 0);
    QCOMPARE(::symlink("file", (dir / "link").c_str()), 0);
    QCOMPARE(::symlink("nowhere", (dir / "dangling").c_str()), 0);
    QCOMPARE(::mkfifo((dir / "fifo").c_str(), 0600), 0);
    const std::vector<std::string> before = dir.entries();
    const std::pair<const char*, const char*> cases[] = {{"file", "a regular file"},
                                                         {"directory", "a directory"},
                                                         {"link", "a symbolic link"},
                                                         {"dangling", "a symbolic link"},
                                                         {"fifo", "a FIFO"}};
    for (const auto& [name, kind] : cases) {
      const ino_t inode = look(dir / name).st_ino;
      const Refusal refused = refusal(dir / name);
      QCOMPARE(refused.error, EEXIST);
      QVERIFY2(refused.says(std::string(kind) + ", not a socket"), refused.text.c_str());
      QCOMPARE(look(dir / name).st_ino, inode);
    }
    QCOMPARE(testing::read_file(dir / "file"), std::string("precious"));
    QVERIFY(dir.entries() == before);
    QCOMPARE(refusal("/dev/null").error != 0, true);
    QVERIFY(exists("/dev/null") && !exists("/dev/null.lock"));
  }

  void a_lock_file_that_was_there_stays_when_the_path_is_foreign() {
    const testing::TempDir dir;
    testing::write_file(dir / "file", "precious");
    testing::write_file(dir / "file.lock", "");
    const ino_t inode = look(dir / "file.lock").st_ino;
    QCOMPARE(refusal(dir / "file").error, EEXIST);
    QCOMPARE(look(dir / "file.lock").st_ino, inode);
  }

  void what_cannot_be_a_lock_is_refused() {
    const testing::TempDir dir;
    testing::write_file(dir / "target", "precious");
    QCOMPARE(::symlink("target", (dir / "a.lock").c_str()), 0);
    QCOMPARE(::mkfifo((dir / "b.lock").c_str(), 0600), 0);
    QCOMPARE(::mkdir((dir / "c.lock").c_str(), 0700), 0);
    const std::vector<std::string> before = dir.entries();
    for (const char* name : {"a", "b", "c"}) {
      const Refusal refused = refusal(dir / name);
      QVERIFY2(refused.error != 0 && refused.says(".lock"), refused.text.c_str());
    }
    QVERIFY(dir.entries() == before);
    QCOMPARE(testing::read_file(dir / "target"), std::string("precious"));
  }

  void another_users_lock_is_refused() {
    if (::geteuid() != 0) QSKIP("only root can make a file of another user");
    const testing::TempDir dir;
    testing::write_file(dir / "s.lock", "");
    QCOMPARE(::chown((dir / "s.lock").c_str(), 12345, static_cast<gid_t>(-1)), 0);
    const Refusal refused = refusal(dir / "s");
    QCOMPARE(refused.error, EPERM);
    QVERIFY2(refused.says("uid 12345"), refused.text.c_str());
    QVERIFY(exists(dir / "s.lock") && !exists(dir / "s"));
  }

  void impossible_paths_are_refused_with_the_reason() {
    const testing::TempDir dir;
    const std::string base = dir / "";
    const std::string longest = base + std::string(sys::longest_unix_path - base.size(), 'x');
    const UnixListener listener = listen_unix(longest, {});
    QVERIFY(unlink_unix(listener));
    QVERIFY(refusal(longest + "x").says("can have 107"));
    QCOMPARE(refusal(longest + "x").error, ENAMETOOLONG);
    QCOMPARE(refusal("").error, EINVAL);
    QCOMPARE(refusal(std::string("/tmp/a\0b", 8)).error, EINVAL);
    QVERIFY(refusal((dir / "s") + "/").says("slash"));
    QCOMPARE(refusal(dir / "missing/s").error, ENOENT);
    QVERIFY(refusal(dir / "missing/s").says(dir / "missing/s"));
    QVERIFY(dir.entries().empty());
  }

  void the_mode_is_what_was_asked_for_whatever_the_umask() {
    const testing::TempDir dir;
    const std::string path = dir / "s";
    for (const mode_t mask : {mode_t(0), mode_t(027), mode_t(077)}) {
      for (const mode_t mode : {mode_t(0600), mode_t(0660), mode_t(0666), mode_t(0777)}) {
        const mode_t before = ::umask(mask);
        const UnixListener listener = listen_unix(path, {.mode = mode});
        ::umask(before);
        QCOMPARE(look(path).st_mode & 07777U, mode);
        QVERIFY(unlink_unix(listener));
      }
      const mode_t before = ::umask(mask);
      const UnixListener listener = listen_unix(path, {});
      ::umask(before);
      QCOMPARE(look(path).st_mode & 07777U, 0777U & ~mask);
      QVERIFY(unlink_unix(listener));
    }
  }

  /// Another user tries to connect all the time while private paths come and go.
  void a_private_path_is_private_from_its_first_moment() {
    if (::geteuid() != 0) QSKIP("only root can act as another user");
    const testing::Sandbox sandbox;
    QCOMPARE(::chmod(sandbox.directory().path().c_str(), 0711), 0);
    const std::string path = sandbox / "s";
    const std::string intruder =
        "import os, socket, sys, select\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534); os.umask(0)\n"
        "tries = there = inside = 0\n"
        "print('ready', flush=True)\n"
        "while not select.select([0], [], [], 0)[0]:\n"
        "    tries += 1\n"
        "    client = socket.socket(socket.AF_UNIX)\n"
        "    try:\n"
        "        client.connect(sys.argv[1]); inside += 1\n"
        "    except PermissionError: there += 1\n"
        "    except OSError: pass\n"
        "    client.close()\n"
        "print('tries', tries, 'there', there, 'inside', inside, flush=True)\n";
    testing::Process process = sandbox.start({"python3", "-c", intruder, path}, {}, true);
    testing::wait_for_line(process.output_path(), "ready");
    for (int i = testing::rounds(1'000); i > 0; --i) {
      const mode_t before = ::umask(0);  // so that only what listen_unix() does keeps others out
      const UnixListener listener = listen_unix(path, {.mode = 0600});
      ::umask(before);
      QVERIFY(unlink_unix(listener));
    }
    process.close_stdin();
    QVERIFY(process.wait_exit().has_value());
    const std::string account = process.standard_output();
    qInfo("%s", account.c_str());
    QVERIFY2(account.ends_with(" inside 0\n"), account.c_str());
    QVERIFY2(account.find(" there 0 ") == std::string::npos, "it was there to be tried");
  }

  void the_group_is_set_or_the_failure_leaves_nothing() {
    const testing::TempDir dir;
    const std::string path = dir / "s";
    gid_t own[64];
    const int count = ::getgroups(64, own);
    gid_t group = ::getegid();
    for (int i = 0; i < count; ++i) {
      if (own[i] != group) group = own[i];
    }
    if (::geteuid() == 0) group = 12345;
    const UnixListener listener = listen_unix(path, {.mode = 0660, .group = group});
    QCOMPARE(look(path).st_gid, group);
    QCOMPARE(look(path).st_mode & 07777U, 0660U);
    QVERIFY(unlink_unix(listener));
    if (::geteuid() == 0) return;
    const Refusal refused = refusal(path, {.group = gid_t(54321)});
    QCOMPARE(refused.error, EPERM);
    QVERIFY(refused.says("group 54321"));
    QVERIFY(dir.entries().empty());
  }

  void foreign_files_stay_at_the_end() {
    const testing::TempDir dir;
    const std::string path = dir / "s";
    const UnixListener listener = listen_unix(path, {});
    ::unlink(path.c_str());
    const UniqueFd other = plain_socket(path);
    const ino_t inode = look(path).st_ino;
    QVERIFY(!unlink_unix(listener));
    QCOMPARE(look(path).st_ino, inode);
    QVERIFY(!exists(path + ".lock"));
    // A lock file somebody put in place of ours is not ours to remove either.
    const UnixListener again = listen_unix(dir / "t", {});
    ::unlink((dir / "t.lock").c_str());
    testing::write_file(dir / "t.lock", "");
    QVERIFY(unlink_unix(again));
    QVERIFY(exists(dir / "t.lock"));
  }

  void of_many_that_start_on_a_stale_path_one_wins() {
    const testing::TempDir dir;
    const std::string path = dir / "s";
    constexpr int starting = 50;
    for (int round = testing::rounds(5); round > 0; --round) {
      QVERIFY(plain_socket(path));
      std::atomic<int> waiting{starting};
      std::vector<std::optional<UnixListener>> won(starting);
      std::vector<std::jthread> starters;
      for (auto& mine : won) {
        starters.emplace_back([&] {
          --waiting;
          while (waiting > 0) std::this_thread::yield();
          try {
            mine = listen_unix(path, {});
          } catch (const std::system_error&) {
          }
        });
      }
      starters.clear();
      int winners = 0;
      for (const auto& listener : won) {
        if (!listener) continue;
        ++winners;
        QVERIFY(answers(*listener));
      }
      QCOMPARE(winners, 1);
      for (const auto& listener : won) {
        if (listener) QVERIFY(unlink_unix(*listener));
      }
    }
  }

  void stops_and_starts_at_once_never_give_two_owners() {
    const testing::TempDir dir;
    const std::string path = dir / "s";
    std::atomic<int> owners{0};
    std::atomic<int> most{0};
    std::atomic<int> taken{0};
    std::atomic<int> odd{0};
    {
      std::vector<std::jthread> servers;
      for (int i = 0; i < 4; ++i) {
        servers.emplace_back([&] {
          for (int round = 0; round < 2000; ++round) {
            try {
              const UnixListener listener = listen_unix(path, {});
              const int now = ++owners;
              if (now > 1) most = now;
              ++taken;
              struct stat lock {};
              ::fstat(listener.lock.get(), &lock);
              if (look(path + ".lock").st_ino != lock.st_ino) ++odd;  // a lock on a file that is gone
              if (!connect_to(path)) ++odd;
              --owners;
              if (!unlink_unix(listener)) ++odd;
            } catch (const std::system_error& error) {
              if (error.code().value() != EADDRINUSE && error.code().value() != EBUSY) ++odd;
            }
          }
        });
      }
    }
    QCOMPARE(most.load(), 0);
    QCOMPARE(odd.load(), 0);
    QVERIFY(taken > 0);
  }

  void strangers_are_told_from_our_own() {
    const testing::TempDir dir;
    const std::string path = dir / "s";
    const auto held = [&] { return sys::is_held_by_stranger(path); };
    QVERIFY(!held());
    testing::write_file(path, "");
    QVERIFY(!held());
    ::unlink(path.c_str());

    UniqueFd stranger = plain_socket(path);
    QVERIFY(held());
    pollfd asked{stranger.get(), POLLIN, 0};
    QCOMPARE(::poll(&asked, 1, 0), 0);  // it has noticed nothing
    testing::write_file(path + ".lock", "");
    QVERIFY(held());  // a lock that nobody holds
    stranger.reset();
    QVERIFY(!held());  // stale

    const UnixListener ours = listen_unix(path, {});
    QVERIFY(!held());
    QVERIFY(unlink_unix(ours));
    QCOMPARE(dir.entries(), std::vector<std::string>());
  }
};

QTEST_GUILESS_MAIN(IntegrationUnixPath)
#include "integration_unix_path.moc"
