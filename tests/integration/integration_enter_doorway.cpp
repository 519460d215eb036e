#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <QtTest>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "generation/doorway.hpp"
#include "support/files.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

using namespace uninterruptible;
using testing::TempDir;
namespace fs = std::filesystem;

namespace {

constexpr uid_t nobody = 65534;

/// Why the path is refused, which must be at once; empty when it is not.
std::string refusal_of(const std::string& path) {
  try {
    static_cast<void>(enter_doorway(path));
    return {};
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

UniqueFd bound_socket(const std::string& path, int type, int backlog) {
  UniqueFd fd(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return {};
  if (backlog >= 0) ::listen(fd.get(), backlog);
  return fd;
}

#define REFUSED(path, reason)                                       \
  do {                                                              \
    const std::string said = refusal_of(path);                      \
    QVERIFY2(said.find(reason) != std::string::npos, said.c_str()); \
  } while (false)

}  // namespace

/// The way in by a path, which nobody must be able to turn into a wait or a meeting with strangers.
class IntegrationEnterDoorway : public QObject {
  Q_OBJECT

 private slots:
  void only_a_waiting_generations_path_is_entered() {
    const TempDir base;
    const std::string home = base / "d";
    fs::create_directory(home);
    ::chmod(home.c_str(), 0700);

    REFUSED("", "names no socket in a directory");
    REFUSED("/s", "names no socket in a directory");
    REFUSED("relative/s", "names no socket in a directory");
    REFUSED(home + "/", "names no socket in a directory");
    REFUSED(home + "/" + std::string(100, 'x'), "names no socket in a directory");
    REFUSED(home + "/missing", "it is gone");
    REFUSED(base / "missing/s", "it is gone");
    REFUSED("/dev/null/s", "its directory: Not a directory");

    QCOMPARE(::mkfifo((home + "/fifo").c_str(), 0600), 0);
    REFUSED(home + "/fifo", "it is not a socket");
    testing::write_file(home + "/file", "");
    REFUSED(home + "/file", "it is not a socket");
    fs::create_directory(home + "/directory");
    REFUSED(home + "/directory", "it is not a socket");

    bound_socket(home + "/dead", SOCK_SEQPACKET, 1).reset();
    REFUSED(home + "/dead", "nobody listens there any more");
    const UniqueFd deaf = bound_socket(home + "/deaf", SOCK_SEQPACKET, -1);
    REFUSED(home + "/deaf", "nobody listens there any more");
    const UniqueFd stream = bound_socket(home + "/stream", SOCK_STREAM, 1);
    REFUSED(home + "/stream", "a socket of another kind");

    const UniqueFd good = bound_socket(home + "/good", SOCK_SEQPACKET, 1);
    QCOMPARE(refusal_of(home + "/good"), std::string());
    fs::create_symlink(home + "/good", home + "/link");
    REFUSED(home + "/link", "it is not a socket");
    fs::create_directory_symlink(home, base / "link");
    REFUSED(base / "link/good", "its directory: ");
    ::chmod(home.c_str(), 0720);
    REFUSED(home + "/good", "others can write to its directory");
    ::chmod(home.c_str(), 0702);
    REFUSED(home + "/good", "others can write to its directory");
  }

  void a_full_queue_is_no_wait() {
    const TempDir base;
    const UniqueFd full = bound_socket(base / "full", SOCK_SEQPACKET, 0);
    const UniqueFd first = enter_doorway(base / "full");
    REFUSED(base / "full", "too many wait there already");
  }

  void what_belongs_to_others_is_refused() {
    if (::geteuid() != 0) {
      // Any file of root would do, but root is trusted; another user's is needed.
      QSKIP("only root can give a directory away");
    }
    const TempDir base;
    const UniqueFd socket = bound_socket(base / "s", SOCK_SEQPACKET, 1);
    QCOMPARE(::chown((base / "s").c_str(), nobody, nobody), 0);
    REFUSED(base / "s", "it belongs to uid 65534");
    QCOMPARE(::chown((base / "s").c_str(), 0, 0), 0);
    QCOMPARE(::chown(base.path().c_str(), nobody, nobody), 0);
    REFUSED(base / "s", "its directory belongs to uid 65534");
    QCOMPARE(::chown(base.path().c_str(), 0, 0), 0);
    QCOMPARE(refusal_of(base / "s"), std::string());
  }

  /// The file is root's, but another user listens: what a socket's owner may be changed to says nothing.
  void whoever_listens_is_asked_for_too() {
    if (::geteuid() != 0) QSKIP("only root can become another user");
    const TempDir base;
    ::chmod(base.path().c_str(), 0711);
    fs::create_directory(base / "d");
    QCOMPARE(::chown((base / "d").c_str(), nobody, nobody), 0);
    const testing::ProcessTree tree;
    const testing::Process listener(
        tree,
        {.argv = {"python3", "-c",
                  "import os, signal, socket, sys\n"
                  "os.setgid(65534); os.setuid(65534)\n"
                  "line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)\n"
                  "line.bind(sys.argv[1]); line.listen(); print('listens', flush=True); signal.pause()\n",
                  base / "d/s"}});
    testing::wait_for_line(listener.output_path(), "listens");
    QCOMPARE(::chown((base / "d").c_str(), 0, 0), 0);
    QCOMPARE(::chown((base / "d/s").c_str(), 0, 0), 0);
    REFUSED(base / "d/s", "whoever listens there belongs to uid 65534");
  }
};

QTEST_GUILESS_MAIN(IntegrationEnterDoorway)
#include "integration_enter_doorway.moc"
