#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QtTest>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/unique_fd.hpp"
#include "support/files.hpp"
#include "support/temp_dir.hpp"
#include "sys/private_directory.hpp"

using namespace uninterruptible;
using sys::PrivateDirectory;
using sys::remove_abandoned_directories;
using testing::TempDir;
using testing::write_file;
namespace fs = std::filesystem;

namespace {

constexpr uid_t nobody = 65534;
const std::vector<std::string> contents{"s", "s.lock"};

PrivateDirectory::Place place(std::vector<std::string> bases, std::size_t longest = 100) {
  return {std::move(bases), "kept-", longest, contents};
}

std::string refusal_of(const PrivateDirectory::Place& where) {
  try {
    const PrivateDirectory directory(where);
    return {};
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

mode_t mode_of(const std::string& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0 ? found.st_mode & 07777U : 0;
}

/// A directory as a process that died leaves it.
std::string leave(const TempDir& base, const std::string& name, mode_t mode = 0700) {
  const std::string path = base / name;
  fs::create_directory(path);
  write_file(path + "/s", "");
  write_file(path + "/s.lock", "");
  ::chmod(path.c_str(), mode);
  return path;
}

void sweep(const TempDir& base) { remove_abandoned_directories(base.path().string(), "kept-", contents); }

}  // namespace

class IntegrationPrivateDirectory : public QObject {
  Q_OBJECT

 private slots:
  void it_is_private_and_goes_with_its_contents() {
    const TempDir base;
    {
      const PrivateDirectory directory(place({base.path().string()}));
      QCOMPARE(directory.base(), base.path().string());
      QVERIFY(directory.path().starts_with(base / "kept-"));
      QCOMPARE(mode_of(directory.path()), mode_t{0700});
      write_file(directory.path() + "/s", "");
    }
    QVERIFY(base.entries().empty());
  }

  void the_umask_takes_nothing_away() {
    const TempDir base;
    const mode_t before = ::umask(0777);
    const std::string problem = refusal_of(place({base.path().string()}));
    ::umask(before);
    QCOMPARE(problem, std::string());
    QVERIFY(base.entries().empty());
  }

  void what_else_was_put_in_stays() {
    const TempDir base;
    std::string path;
    {
      const PrivateDirectory directory(place({base.path().string()}));
      path = directory.path();
      write_file(path + "/precious", "");
    }
    QVERIFY(fs::exists(path + "/precious"));
  }

  void another_under_its_name_stays() {
    const TempDir base;
    std::string path;
    {
      const PrivateDirectory directory(place({base.path().string()}));
      path = directory.path();
      fs::rename(path, base / "moved");
      fs::create_directory(path);
    }
    QVERIFY(fs::exists(path));
  }

  void unfit_bases_are_skipped_with_reasons() {
    const TempDir base;
    write_file(base / "file", "");
    fs::create_directory(base / "open");
    ::chmod((base / "open").c_str(), 0777);
    fs::create_directory(base / "group");
    ::chmod((base / "group").c_str(), 0775);
    const std::string deep = base / std::string(80, 'd');
    std::vector<std::string> bases{base / "missing", base / "file", base / "open", base / "group", deep};
    const std::string reasons = refusal_of(place(bases));
    for (const std::string reason : {"missing: No such file or directory", "file: not a directory",
                                     "open: others can rename what is in it",
                                     "group: others can rename what is in it", "d: its path is too long"}) {
      QVERIFY2(reasons.find(reason) != std::string::npos, (reason + " in " + reasons).c_str());
    }
    bases.push_back(base.path().string());
    const PrivateDirectory directory(place(bases));
    QCOMPARE(directory.base(), base.path().string());
  }

  void a_sticky_base_of_all_is_fit() {
    const TempDir base;
    fs::create_directory(base / "open");
    ::chmod((base / "open").c_str(), 01777);
    QCOMPARE(refusal_of(place({base / "open"})), std::string());
  }

  void the_base_of_another_user_is_unfit() {
    if (::geteuid() != 0) QSKIP("only root can give a directory away");
    const TempDir base;
    fs::create_directory(base / "theirs");
    QCOMPARE(::chown((base / "theirs").c_str(), nobody, nobody), 0);
    const std::string reasons = refusal_of(place({base / "theirs"}));
    QVERIFY2(reasons.find("belongs to uid 65534") != std::string::npos, reasons.c_str());
  }

  void a_base_that_cannot_be_written_is_skipped() {
    if (::geteuid() == 0) QSKIP("root can write anywhere");
    const std::string reasons = refusal_of(place({"/"}));
    QVERIFY2(reasons.find("/: Permission denied") != std::string::npos, reasons.c_str());
  }

  void no_base_at_all() { QVERIFY(refusal_of(place({})).find("no place") != std::string::npos); }

  void abandoned_ones_are_removed() {
    const TempDir base;
    leave(base, "kept-abcdef");
    leave(base, "kept-ABC123");
    fs::create_directory(base / "kept-empty0");
    ::chmod((base / "kept-empty0").c_str(), 0700);
    sweep(base);
    QVERIFY(base.entries().empty());
  }

  void one_in_use_stays() {
    const TempDir base;
    const PrivateDirectory directory(place({base.path().string()}));
    write_file(directory.path() + "/s", "");
    sweep(base);
    QVERIFY(fs::exists(directory.path() + "/s"));
  }

  void what_only_looks_like_one_stays() {
    const TempDir base;
    leave(base, "kept-abcdefg");
    leave(base, "kept-abcde");
    leave(base, "kepd-abcdef");
    leave(base, "kept-open01", 0755);
    write_file(leave(base, "kept-more01") + "/precious", "");
    fs::create_directory(leave(base, "kept-more02") + "/t");
    write_file(base / "kept-file01", "");
    fs::create_directory(base / "elsewhere");
    ::chmod((base / "elsewhere").c_str(), 0700);
    fs::create_directory_symlink(base / "elsewhere", base / "kept-link01");
    const std::string locked = leave(base, "kept-lock01");
    const UniqueFd lock(::open(locked.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    QCOMPARE(::flock(lock.get(), LOCK_EX | LOCK_NB), 0);
    if (::geteuid() == 0) {
      QCOMPARE(::chown(leave(base, "kept-theirs").c_str(), nobody, nobody), 0);
    }
    const std::vector<std::string> before = base.entries();
    sweep(base);
    QCOMPARE(base.entries(), before);
  }

  void sweeping_nowhere_does_nothing() { remove_abandoned_directories("/nonexistent", "kept-", contents); }

  /// Makers and sweepers at once: nobody is left without a directory, and none is left over.
  void many_at_once() {
    const TempDir base;
    std::vector<std::string> problems(4);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < problems.size(); ++t) {
      threads.emplace_back([&, t] {
        for (int round = 0; round < 200 && problems[t].empty(); ++round) {
          try {
            const PrivateDirectory directory(place({base.path().string()}));
            write_file(directory.path() + "/s", "");
            sweep(base);
            if (!fs::exists(directory.path() + "/s")) problems[t] = "it was swept away";
          } catch (const std::exception& error) {
            problems[t] = error.what();
          }
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (const std::string& problem : problems) QCOMPARE(problem, std::string());
    sweep(base);
    QVERIFY(base.entries().empty());
  }
};

QTEST_GUILESS_MAIN(IntegrationPrivateDirectory)
#include "integration_private_directory.moc"
