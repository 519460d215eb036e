#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <QtTest>
#include <filesystem>
#include <memory>
#include <string>

#include "base/unique_fd.hpp"
#include "support/files.hpp"
#include "support/process.hpp"
#include "support/roots_directory.hpp"
#include "support/temp_dir.hpp"
#include "uninterruptible/control.hpp"

using namespace uninterruptible;
using namespace uninterruptible::control;
namespace fs = std::filesystem;

namespace {

constexpr uid_t servers_user = 65533;
constexpr uid_t squatter = 65534;

void make(const std::string& directory, uid_t owner, mode_t mode = 0755) {
  fs::create_directory(directory);
  if (::chown(directory.c_str(), owner, owner) != 0 || ::chmod(directory.c_str(), mode) != 0) qFatal("make");
}

std::string distrusted(const std::string& directory) { return distrust_directory(directory + "/echo.sock"); }

/// Somebody else who listens at a path.
class Stranger {
 public:
  Stranger(uid_t uid, const std::string& path)
      : process_(tree_,
                 {.argv = {"python3", "-c",
                           "import os, signal, socket, sys\n"
                           "os.setgroups([]); os.setgid(int(sys.argv[1])); os.setuid(int(sys.argv[1]))\n"
                           "line = socket.socket(socket.AF_UNIX)\n"
                           "line.bind(sys.argv[2]); line.listen()\n"
                           "print('listens', flush=True); signal.pause()\n",
                           std::to_string(uid), path}}) {
    testing::wait_for_line(process_.output_path(), "listens");
  }

 private:
  testing::ProcessTree tree_;
  testing::Process process_;
};

std::string peer_distrusted(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return "no";
  return distrust_peer(socket.get(), path);
}

}  // namespace

#define SAYS(reason, words) QVERIFY2((reason).find(words) != std::string::npos, (reason).c_str())

/// Whom a client believes to be the server that it looks for, where that runs as another user.
class IntegrationControlTrust : public QObject {
  Q_OBJECT

  std::unique_ptr<testing::RootsDirectory> base;

 private slots:
  void init() {
    if (::geteuid() != 0) QSKIP("only root can give directories away");
    base = std::make_unique<testing::RootsDirectory>();
    if (!base->exists()) QSKIP("/run cannot be written to");
    qunsetenv("UNINTERRUPTIBLE_CONTROL_DIR");
  }
  void cleanup() {
    base.reset();
    qunsetenv("UNINTERRUPTIBLE_CONTROL_DIR");
  }

  void a_directory_that_root_gave_to_the_daemon_is_trusted() {
    make(*base / "echo", servers_user);
    QCOMPARE(distrusted(*base / "echo"), std::string());
    make(*base / "echo/deeper", servers_user);
    QCOMPARE(distrusted(*base / "echo/deeper"), std::string());
    QCOMPARE(distrusted(*base / "echo/./deeper/.././/deeper/"), std::string());
  }
  void one_that_others_write_to_is_not() {
    for (const mode_t mode : {0775U, 0757U, 01777U}) {
      make(*base / "echo", servers_user, mode);
      SAYS(distrusted(*base / "echo"), "can be written to by others");
    }
  }
  void one_that_somebody_can_have_put_there_is_not() {
    make(*base / "open", 0, 01777);
    make(*base / "open/echo", squatter);
    SAYS(distrusted(*base / "open/echo"), "the directory " + *base / "open" + " can be written to by others");
    make(*base / "theirs", squatter);
    make(*base / "theirs/echo", servers_user);
    SAYS(distrusted(*base / "theirs/echo"), *base / "theirs belongs to uid 65534");
    const testing::TempDir temp;  // in a folder of everybody
    ::chmod(temp.path().c_str(), 0755);
    QCOMPARE(::chown(temp.path().c_str(), squatter, squatter), 0);
    SAYS(distrust_directory(temp / "echo.sock"), "belongs to uid 65534");
  }
  void links_are_followed_to_where_they_lead() {
    make(*base / "echo", servers_user);
    fs::create_directory_symlink("echo", *base / "link");
    QCOMPARE(distrusted(*base / "link"), std::string());
    make(*base / "open", 0, 01777);
    make(*base / "open/echo", squatter);
    fs::create_directory_symlink(*base / "open/echo", *base / "astray");
    SAYS(distrusted(*base / "astray"), "can be written to by others");
    // By way of a directory of everybody, though to the right one: tomorrow it may lead elsewhere.
    fs::create_directory_symlink(*base / "echo", *base / "open/link");
    fs::create_directory_symlink("open/link", *base / "detour");
    SAYS(distrusted(*base / "detour"), "can be written to by others");
    QCOMPARE(::lchown((*base / "open/link").c_str(), squatter, squatter), 0);
    SAYS(distrusted(*base / "open/link"), "is a link of uid 65534");
  }
  void a_name_with_blanks_is_taken_as_it_is() {
    make(*base / "echo", servers_user);
    make(*base / " echo ", servers_user, 0777);
    SAYS(distrusted(*base / " echo "), "can be written to by others");
    make(*base / " echo ", 0);
    make(*base / " echo /x", servers_user);
    QCOMPARE(distrusted(*base / " echo /x"), std::string());
  }
  void a_relative_path_is_looked_at_from_where_it_starts() {
    make(*base / "echo", servers_user);
    const fs::path before = fs::current_path();
    fs::current_path(*base / "echo");
    const std::string here = distrust_directory("echo.sock");
    const std::string up = distrust_directory("../echo/echo.sock");
    ::chmod(base->path().c_str(), 0777);
    const std::string open = distrust_directory("echo.sock");
    fs::current_path(before);
    QCOMPARE(here, std::string());
    QCOMPARE(up, std::string());
    SAYS(open, "can be written to by others");
  }
  /// Who named nothing means root's servers and their own.
  void what_is_searched_by_default_must_be_roots_or_ones_own() {
    const QByteArray before = qgetenv("XDG_RUNTIME_DIR");
    qputenv("XDG_RUNTIME_DIR", QByteArray::fromStdString(base->path()));
    make(*base / "uninterruptible", servers_user);
    const std::string searched = distrusted(*base / "uninterruptible");
    const std::string by_another_name = distrusted(*base / "./uninterruptible/.");
    qputenv("UNINTERRUPTIBLE_CONTROL_DIR", QByteArray::fromStdString(*base / "uninterruptible"));
    const std::string chosen = distrusted(*base / "uninterruptible");
    qunsetenv("UNINTERRUPTIBLE_CONTROL_DIR");
    qputenv("XDG_RUNTIME_DIR", before);
    if (before.isNull()) qunsetenv("XDG_RUNTIME_DIR");
    SAYS(searched, "belongs to uid 65533");
    SAYS(by_another_name, "belongs to uid 65533");
    QCOMPARE(chosen, std::string());
  }

  void who_listens_must_own_socket_and_directory() {
    make(*base / "echo", servers_user);
    const std::string path = *base / "echo/echo.sock";
    const Stranger server(servers_user, path);
    QCOMPARE(peer_distrusted(path), std::string());
    QCOMPARE(::chown(path.c_str(), 0, 0), 0);
    SAYS(peer_distrusted(path), "uid 65533 listens at " + path + " but does not own it");
    QCOMPARE(::chown(path.c_str(), servers_user, servers_user), 0);
    make(*base / "echo", squatter);
    SAYS(peer_distrusted(path), "but its directory belongs to uid 65534");
    make(*base / "echo", 0);
    QCOMPARE(peer_distrusted(path), std::string());
  }
};

QTEST_GUILESS_MAIN(IntegrationControlTrust)
#include "integration_control_trust.moc"
