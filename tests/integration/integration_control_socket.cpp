#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <QtTest>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

#include "control/control_socket.hpp"
#include "control/reach.hpp"
#include "support/temp_dir.hpp"
#include "uninterruptible/control.hpp"

using namespace uninterruptible;
using namespace uninterruptible::control;

namespace {

mode_t mode_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
}

UniqueFd connected(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    socket.reset();
  return socket;
}

gid_t group_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_gid : static_cast<gid_t>(-1);
}

/// A group that this process may give files to and that they do not have anyway, where there is one.
gid_t some_group() {
  if (::geteuid() == 0) return 12345;
  std::vector<gid_t> own(64);
  own.resize(static_cast<std::size_t>(std::max(::getgroups(64, own.data()), 0)));
  for (const gid_t group : own) {
    if (group != ::getegid()) return group;
  }
  return ::getegid();
}

/// Opens a socket to the groups, and returns what was warned of.
std::string opened(const sys::UnixListener& socket, const Groups& groups) {
  std::string warnings;
  open_to_groups(socket, groups, [&](const std::string& text) { warnings += text + "\n"; });
  return warnings;
}

ControlSocketOptions named(const std::string& name, bool configured) {
  ControlSocketOptions options;
  options.name = name;
  options.name_is_configured = configured;
  return options;
}

template <typename Error>
bool refuses(const ControlSocketOptions& options) {
  try {
    static_cast<void>(open_control_socket(options));
  } catch (const Error&) {
    return true;
  }
  return false;
}

}  // namespace

class IntegrationControlSocket : public QObject {
  Q_OBJECT

  std::unique_ptr<testing::TempDir> temp;

  [[nodiscard]] std::string directory() const { return *temp / "control"; }

 private slots:
  void init() {
    temp = std::make_unique<testing::TempDir>();
    qputenv("UNINTERRUPTIBLE_CONTROL_DIR", QByteArray::fromStdString(directory()));
  }
  void cleanup() { temp.reset(); }
  void cleanupTestCase() { qunsetenv("UNINTERRUPTIBLE_CONTROL_DIR"); }

  void is_made_for_us_alone_and_found_again() {
    auto socket = open_control_socket(named("echo", true));
    QVERIFY(socket);
    QCOMPARE(socket->name, std::string("echo"));
    QCOMPARE(mode_of(directory()), 0700U);
    QCOMPARE(mode_of(directory() + "/echo.sock"), 0600U);
    const auto found = discover();
    QCOMPARE(found.size(), 1UL);
    QCOMPARE(found[0].name, std::string("echo"));
    QCOMPARE(found[0].path, directory() + "/echo.sock");
    QCOMPARE(distrust_directory(found[0].path), std::string());
    const UniqueFd client = connected(found[0].path);
    QVERIFY(client);
    QCOMPARE(distrust_peer(client.get(), found[0].path), std::string());
    QVERIFY(sys::unlink_unix(socket->listener));
    QVERIFY(discover().empty());
  }
  void the_file_is_for_the_group_there_is() {
    const gid_t group = some_group();
    const Groups cases[] = {{group, {}}, {{}, group}, {group, group}};
    for (const Groups& groups : cases) {
      ControlSocketOptions options = named("echo", true);
      options.groups = groups;
      const auto socket = open_control_socket(options);
      QCOMPARE(mode_of(directory() + "/echo.sock"), 0660U);
      QCOMPARE(group_of(directory() + "/echo.sock"), group);
      QVERIFY(sys::unlink_unix(socket->listener));
    }
  }
  void two_groups_share_a_file_that_all_may_connect_to() {
    ControlSocketOptions options = named("echo", true);
    options.groups = {gid_t(12345), gid_t(12346)};
    const auto socket = open_control_socket(options);
    QCOMPARE(mode_of(directory() + "/echo.sock"), 0666U);
    sys::unlink_unix(socket->listener);
  }
  void another_group_and_none_take_the_file_over() {
    ::chmod(temp->path().c_str(), 0755);
    const auto socket = open_control_socket(named("echo", true));
    const std::string path = directory() + "/echo.sock";
    QCOMPARE(opened(socket->listener, {some_group(), {}}), std::string());
    QCOMPARE(mode_of(path), 0660U);
    QCOMPARE(group_of(path), some_group());
    QCOMPARE(opened(socket->listener, {gid_t(12345), gid_t(12346)}), std::string());
    QCOMPARE(mode_of(path), 0666U);
    QCOMPARE(opened(socket->listener, {}), std::string());
    QCOMPARE(mode_of(path), 0600U);
    sys::unlink_unix(socket->listener);
  }
  void only_what_is_this_socket_is_given_away() {
    const auto socket = open_control_socket(named("echo", true));
    const std::string path = directory() + "/echo.sock";
    ::unlink(path.c_str());
    std::ofstream(path) << "precious";
    ::chmod(path.c_str(), 0600);
    QVERIFY(opened(socket->listener, {gid_t(12345), gid_t(12346)}).find("replaced") != std::string::npos);
    QCOMPARE(mode_of(path), 0600U);
  }
  void the_directory_is_opened_where_nothing_else_is_in_it() {
    ::chmod(temp->path().c_str(), 0755);
    const auto socket = open_control_socket(named("echo", true));
    QCOMPARE(mode_of(directory()), 0700U);
    QCOMPARE(opened(socket->listener, {}), std::string());
    QCOMPARE(mode_of(directory()), 0700U);
    QCOMPARE(opened(socket->listener, {some_group(), {}}), std::string());
    QCOMPARE(mode_of(directory()), 0755U);

    ::chmod(directory().c_str(), 0700);
    std::ofstream(directory() + "/key.pem") << "secret";
    const std::string warning = opened(socket->listener, {some_group(), {}});
    QCOMPARE(mode_of(directory()), 0700U);
    QVERIFY2(warning.find("the directory " + directory() + " is closed to them") != std::string::npos,
             warning.c_str());
    sys::unlink_unix(socket->listener);
  }
  void a_closed_directory_on_the_way_is_warned_of() {
    const auto socket = open_control_socket(named("echo", true));
    for (const Groups& groups : {Groups{some_group(), {}}, Groups{{}, some_group()}}) {
      const std::string warning = opened(socket->listener, groups);
      QVERIFY2(warning.find("the directory " + temp->path().string() + " is closed") != std::string::npos,
               warning.c_str());
    }
    sys::unlink_unix(socket->listener);
  }
  void a_group_that_is_not_ones_own_is_refused() {
    if (::geteuid() == 0) QSKIP("root may give files to every group");
    QCOMPARE(refuse_groups({::getegid(), {}}), std::string());
    QCOMPARE(refuse_groups({gid_t(54321), gid_t(54322)}), std::string());
    const std::string reason = refuse_groups({{}, gid_t(54321)});
    QVERIFY2(reason.find("control_operate_group '54321': ") == 0, reason.c_str());
    ControlSocketOptions options = named("echo", true);
    options.groups = {gid_t(54321), {}};
    QVERIFY(refuses<std::system_error>(options));
    QVERIFY(std::filesystem::is_empty(directory()));
  }
  void a_configured_directory_goes_first() {
    ControlSocketOptions options = named("echo", true);
    options.directory = *temp / "chosen";
    auto socket = open_control_socket(options);
    QVERIFY(socket);
    QVERIFY(std::filesystem::exists(*temp / "chosen/echo.sock"));
    QVERIFY(!std::filesystem::exists(directory()));
    sys::unlink_unix(socket->listener);
  }
  void a_default_name_that_is_taken_gets_the_pid() {
    auto first = open_control_socket(named("echo", false));
    auto second = open_control_socket(named("echo", false));
    QVERIFY(first && second);
    QCOMPARE(second->name, "echo-" + std::to_string(::getpid()));
    QVERIFY(refuses<std::system_error>(named("echo", true)));
    QVERIFY(connected(directory() + "/echo.sock"));
    sys::unlink_unix(first->listener);
    sys::unlink_unix(second->listener);
  }
  void names_that_are_no_file_names() {
    for (const char* name : {"", ".", "..", "../x", "a/b", ".hidden", "a b", "\n", "-s"}) {
      QVERIFY(refuses<std::runtime_error>(named(name, true)));
    }
    QVERIFY(refuses<std::runtime_error>(named(std::string(65, 'x'), true)));
    auto socket = open_control_socket(named("my prog\n", false));
    QCOMPARE(socket->name, std::string("my_prog_"));
    sys::unlink_unix(socket->listener);
  }
  void a_directory_that_others_write_to_is_refused() {
    std::filesystem::create_directory(directory());
    ::chmod(directory().c_str(), 0777);
    QVERIFY(refuses<std::runtime_error>(named("echo", true)));
    QVERIFY(std::filesystem::is_empty(directory()));
    QVERIFY(!distrust_directory(directory() + "/echo.sock").empty());
    ::chmod(directory().c_str(), 0755);
    QCOMPARE(distrust_directory(directory() + "/echo.sock"), std::string());
  }
  void a_directory_of_somebody_else_is_refused() {
    if (::geteuid() != 0) QSKIP("only root can give a directory away");
    std::filesystem::create_directory(directory());
    QCOMPARE(::chown(directory().c_str(), 65534, 65534), 0);
    QVERIFY(refuses<std::runtime_error>(named("echo", true)));
    QVERIFY(!distrust_directory(directory() + "/echo.sock").empty());
  }
  void what_is_no_directory_is_an_error() {
    qputenv("UNINTERRUPTIBLE_CONTROL_DIR", "");
    QVERIFY(refuses<std::runtime_error>(named("echo", true)));
    qputenv("UNINTERRUPTIBLE_CONTROL_DIR", "/dev/null");
    QVERIFY(refuses<std::runtime_error>(named("echo", true)));
    qputenv("UNINTERRUPTIBLE_CONTROL_DIR", "/nonexistent/deeper");
    QVERIFY(refuses<std::system_error>(named("echo", true)));
    qputenv("UNINTERRUPTIBLE_CONTROL_DIR", QByteArray::fromStdString(*temp / std::string(100, 'x')));
    QVERIFY(refuses<std::runtime_error>(named("echo", true)));
  }
  void an_unusable_default_is_only_a_warning() {
    if (::geteuid() == 0) QSKIP("root's default directory is the machine's own");
    qunsetenv("UNINTERRUPTIBLE_CONTROL_DIR");
    const QByteArray before = qgetenv("XDG_RUNTIME_DIR");
    qputenv("XDG_RUNTIME_DIR", QByteArray::fromStdString(temp->path()));
    std::filesystem::create_directory(*temp / "uninterruptible");
    ::chmod((*temp / "uninterruptible").c_str(), 0777);
    std::string warning;
    ControlSocketOptions options = named("echo", false);
    options.warn = [&](const std::string& text) { warning = text; };
    const bool opened = open_control_socket(options).has_value();
    if (before.isNull()) {
      qunsetenv("XDG_RUNTIME_DIR");
    } else {
      qputenv("XDG_RUNTIME_DIR", before);
    }
    QVERIFY(!opened);
    QVERIFY(!warning.empty());
  }
  void only_sockets_are_discovered() {
    std::filesystem::create_directory(directory());
    std::filesystem::create_directory(directory() + "/dir.sock");
    QFile file(QString::fromStdString(directory() + "/file.sock"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    std::filesystem::create_symlink("nowhere", directory() + "/link.sock");
    QVERIFY(discover().empty());
  }
};

QTEST_GUILESS_MAIN(IntegrationControlSocket)
#include "integration_control_socket.moc"
