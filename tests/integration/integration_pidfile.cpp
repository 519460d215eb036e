#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QtTest>
#include <atomic>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "generation/pidfile.hpp"
#include "support/campaign.hpp"
#include "support/files.hpp"
#include "support/temp_dir.hpp"

using uninterruptible::Pidfile;
using uninterruptible::UniqueFd;

namespace {

std::string own_line() { return std::to_string(::getpid()) + "\n"; }

/// What claim() or write() says; empty when it succeeds.
template <typename Action>
std::string refusal(Action&& action) {
  try {
    action();
    return {};
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

ino_t inode_of(const std::string& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0 ? found.st_ino : 0;
}

/// The lock of a living process, as another descriptor of the file.
UniqueFd hold(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) fd.reset();
  return fd;
}

}  // namespace

class IntegrationPidfile : public QObject {
  Q_OBJECT

 private slots:
  void a_life() {
    const testing::TempDir dir;
    const std::string path = dir / "x.pid";
    Pidfile pidfile(path);
    pidfile.claim();
    QVERIFY(dir.entries().empty());
    pidfile.write(::getpid());
    QCOMPARE(testing::read_file(path), own_line());
    QCOMPARE(dir.entries().size(), std::size_t(1));
    QVERIFY(!hold(path));
    pidfile.remove();
    QVERIFY(dir.entries().empty());
  }

  void a_living_holder_is_named() {
    const testing::TempDir dir;
    const std::string path = dir / "x.pid";
    Pidfile first(path);
    first.claim();
    first.write(::getpid());
    Pidfile second(path);
    const std::string said = refusal([&] { second.claim(); });
    QVERIFY2(said.find("held by process " + std::to_string(::getpid())) != std::string::npos, said.c_str());
    QVERIFY(said.find(path) != std::string::npos);
    QCOMPARE(testing::read_file(path), own_line());
    testing::write_file(path, "garbage");
    QVERIFY(refusal([&] { second.claim(); }).find("another living process") != std::string::npos);
  }

  void stale_files_and_garbage_are_no_obstacle() {
    const testing::TempDir dir;
    const std::string path = dir / "x.pid";
    // Pid 1 is alive but holds no lock: only locks count.
    for (const char* content : {"", "1\n", "0\n", "-1\n", "99999999999999999999\n", "garbage", "\n\n"}) {
      testing::write_file(path, content);
      Pidfile pidfile(path);
      pidfile.claim();
      QCOMPARE(testing::read_file(path), std::string(content));
      pidfile.write(::getpid());
      QCOMPARE(testing::read_file(path), own_line());
    }
  }

  void of_two_that_start_on_a_stale_file_one_is_refused() {
    const testing::TempDir dir;
    const std::string path = dir / "x.pid";
    testing::write_file(path, "1\n");
    Pidfile first(path);
    first.claim();
    Pidfile second(path);
    QVERIFY(!refusal([&] { second.claim(); }).empty());
    first.forget();
    second.claim();
    second.write(::getpid());
    QVERIFY(!refusal([&] { first.claim(); }).empty());
  }

  void a_handoff_moves_the_file_and_the_old_one_does_not_remove_it() {
    const testing::TempDir dir;
    const std::string path = dir / "x.pid";
    Pidfile old_one(path);
    old_one.claim();
    old_one.write(::getpid());
    Pidfile new_one(path);
    new_one.write(::getpid());
    old_one.remove();
    QCOMPARE(testing::read_file(path), own_line());
    QVERIFY(!hold(path));
    // Back again, as in a rollback.
    old_one.write(::getpid());
    new_one.remove();
    QVERIFY(!hold(path));
    old_one.forget();
    QVERIFY(inode_of(path) != 0);
    QVERIFY(hold(path));
  }

  void what_is_not_regular_is_refused_and_untouched() {
    const testing::TempDir dir;
    testing::write_file(dir / "target", "precious");
    QCOMPARE(::symlink("target", (dir / "link").c_str()), 0);
    QCOMPARE(::symlink("nowhere", (dir / "dangling").c_str()), 0);
    QCOMPARE(::mkdir((dir / "directory").c_str(), 0700), 0);
    QCOMPARE(::mkfifo((dir / "fifo").c_str(), 0600), 0);
    const std::vector<std::string> before = dir.entries();
    for (const std::string& path : {dir / "link", dir / "dangling", dir / "directory", dir / "fifo",
                                    std::string("/dev/full"), std::string("/dev/null")}) {
      const ino_t inode = inode_of(path);
      Pidfile pidfile(path);
      const std::string said = refusal([&] { pidfile.claim(); });
      QVERIFY2(said.find(path) != std::string::npos, (path + " gave: " + said).c_str());
      QCOMPARE(inode_of(path), inode);
    }
    QVERIFY(dir.entries() == before);
    QCOMPARE(testing::read_file(dir / "target"), std::string("precious"));
  }

  void an_unusable_directory_is_found_before_it_matters() {
    const testing::TempDir dir;
    testing::write_file(dir / "file", "");
    for (const std::string& path : {dir / "missing/x.pid", dir / "file/x.pid", std::string("/proc/x.pid")}) {
      Pidfile pidfile(path);
      const std::string said = refusal([&] { pidfile.claim(); });
      QVERIFY2(said.find(path) != std::string::npos, (path + " gave: " + said).c_str());
    }
    QVERIFY(!refusal([] { Pidfile("").claim(); }).empty());
    if (::geteuid() == 0) return;
    QCOMPARE(::chmod(dir.path().c_str(), 0500), 0);
    Pidfile pidfile(dir / "x.pid");
    const std::string said = refusal([&] { pidfile.claim(); });
    QCOMPARE(::chmod(dir.path().c_str(), 0700), 0);
    QVERIFY(said.find("Permission denied") != std::string::npos);
  }

  void a_full_disk_leaves_the_old_file_and_no_other() {
    const testing::TempDir dir;
    const std::string path = dir / "x.pid";
    testing::write_file(path, "1\n");
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto disposition = ::signal(SIGXFSZ, SIG_IGN);
    rlimit none = before;
    none.rlim_cur = 0;
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &none), 0);
    Pidfile pidfile(path);
    const std::string claim = refusal([&] { pidfile.claim(); });
    const std::string write = refusal([&] { pidfile.write(::getpid()); });
    ::setrlimit(RLIMIT_FSIZE, &before);
    ::signal(SIGXFSZ, disposition);
    QVERIFY2(claim.find("cannot write pidfile " + path) != std::string::npos, claim.c_str());
    QVERIFY2(write.find("cannot write pidfile " + path) != std::string::npos, write.c_str());
    QCOMPARE(testing::read_file(path), std::string("1\n"));
    QCOMPARE(dir.entries().size(), std::size_t(1));
  }

  void a_temp_file_of_a_crash_is_no_obstacle_but_a_living_one_is() {
    const testing::TempDir dir;
    const std::string path = dir / "x.pid";
    const std::string temp = path + "." + std::to_string(::getpid()) + ".tmp";
    testing::write_file(temp, "left over");
    Pidfile pidfile(path);
    pidfile.claim();
    QVERIFY(dir.entries().empty());
    testing::write_file(temp, "in use");
    const UniqueFd other = hold(temp);
    QVERIFY(!refusal([&] { pidfile.claim(); }).empty());
    QCOMPARE(testing::read_file(temp), std::string("in use"));
  }

  void a_file_that_is_replaced_right_now_cannot_be_claimed() {
    const testing::TempDir dir;
    const std::string path = dir / "x.pid";
    Pidfile pidfile(path);
    pidfile.write(::getpid());
    std::atomic<bool> stop{false};
    std::atomic<int> claimed{0};
    std::jthread starter([&] {
      while (!stop) {
        Pidfile other(path);
        if (refusal([&] { other.claim(); }).empty()) ++claimed;
      }
    });
    const std::string said = refusal([&] {
      for (int i = testing::rounds(1'000); i > 0; --i) pidfile.write(::getpid());
    });
    stop = true;
    starter.join();
    QCOMPARE(said, std::string());
    QCOMPARE(claimed.load(), 0);
  }

  void readers_never_see_it_empty_or_in_part() {
    const testing::TempDir dir;
    const std::string path = dir / "x.pid";
    Pidfile pidfile(path);
    pidfile.write(::getpid());
    std::atomic<bool> stop{false};
    std::atomic<int> bad{0};
    std::jthread reader([&] {
      while (!stop) {
        if (testing::read_file(path) != own_line()) ++bad;
      }
    });
    for (int i = 0; i < 1'000; ++i) pidfile.write(::getpid());
    stop = true;
    reader.join();
    QCOMPARE(bad.load(), 0);
  }
};

QTEST_GUILESS_MAIN(IntegrationPidfile)
#include "integration_pidfile.moc"
