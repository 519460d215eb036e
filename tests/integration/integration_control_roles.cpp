#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>
#include <memory>
#include <string>
#include <vector>

#include "cli/fake_backend.hpp"
#include "cli/scripted_server.hpp"
#include "control/access.hpp"
#include "support/files.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

using namespace uninterruptible;
using namespace uninterruptible::control;
using testing::FakeBackend;

namespace {

constexpr gid_t observers = 40'001;
constexpr gid_t operators = 40'002;
constexpr uid_t someone = 40'010;

/// Becomes somebody else, connects so many times, says lines, and prints the lines of the answers: as many as
/// are wanted of each connection, or all. `deputy`: root writes what that user's connection says, and vouches
/// for it. `stays`: the connections stay open.
constexpr const char* visit = R"(
import os, signal, socket, struct, sys
uid, gid, groups, path, how, times, wanted = sys.argv[1:8]
os.setgroups([int(group) for group in groups.split(",") if group])
os.setresgid(int(gid), int(gid), 0)
os.setresuid(int(uid), int(uid), 0)
lines = [socket.socket(socket.AF_UNIX) for _ in range(int(times))]
for line in lines: line.connect(path)
if how == "deputy": os.setresuid(0, 0, 0)
for line in lines:
    try:
        vouched = [(socket.SOL_SOCKET, 2, struct.pack("3i", os.getpid(), 0, 0))] if how == "deputy" else []
        line.sendmsg(["".join(word + "\n" for word in sys.argv[8:]).encode() or b"\n"], vouched)
        if wanted == "all": line.shutdown(socket.SHUT_WR)
    except (BrokenPipeError, ConnectionResetError): pass
files = [line.makefile() for line in lines]
for file in files:
    if wanted == "all": sys.stdout.write(file.read())
    else:
        for _ in range(int(wanted)): sys.stdout.write(file.readline())
sys.stdout.flush()
if how == "stays": signal.pause()
)";

struct Visitor {
  uid_t uid = someone;
  gid_t gid = someone;
  std::string groups{};  ///< supplementary ones, joined by commas
  std::string how{};
  int times = 1;
  std::string wanted = "all";
};

std::string request(const std::string& method, const std::string& params = "{}") {
  return R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}";
}

/// An endpoint that is open to the two groups.
class World {
 public:
  explicit World(const Groups& groups = {observers, operators}) {
    ::chmod(directory_.path().c_str(), 0711);
    ::chmod(path_.c_str(), 0666);
    endpoint.serve(listener_.get(), groups);
  }

  testing::Process start(const Visitor& visitor, const std::vector<std::string>& says = {}) {
    std::vector<std::string> argv{
        "python3",      "-c",  visit,       std::to_string(visitor.uid),   std::to_string(visitor.gid),
        visitor.groups, path_, visitor.how, std::to_string(visitor.times), visitor.wanted};
    argv.insert(argv.end(), says.begin(), says.end());
    return testing::Process(tree_, {.argv = argv});
  }
  template <typename Condition>
  bool until(Condition&& condition) {
    const auto end = std::chrono::steady_clock::now() + testing::patience;
    while (!condition()) {
      if (std::chrono::steady_clock::now() >= end) return false;
      pollfd due{poller_.fd(), POLLIN, 0};
      ::poll(&due, 1, 10);
      poller_.dispatch();
    }
    return true;
  }
  /// What a visitor was told, line by line.
  std::vector<std::string> hear(const Visitor& visitor, const std::vector<std::string>& says = {}) {
    testing::Process process = start(visitor, says);
    static_cast<void>(until([&] { return !process.is_alive(); }));
    const auto exit = process.wait_exit();
    if (exit != testing::exited(0)) qWarning("%s", process.standard_error().c_str());
    return testing::split_lines(process.standard_output());
  }

 private:
  testing::TempDir directory_;
  testing::ProcessTree tree_;
  std::string path_ = directory_ / "s";
  UniqueFd listener_ = testing::listen_at(path_);
  sys::Poller poller_;

 public:
  FakeBackend backend;
  Endpoint endpoint{poller_, backend};
};

std::string role_in(const std::vector<std::string>& lines) {
  if (lines.empty()) return "nothing";
  const QJsonObject said = QJsonDocument::fromJson(QByteArray::fromStdString(lines[0])).object();
  if (said["method"] == "hello") return said["params"].toObject()["role"].toString().toStdString();
  return lines.size() == 1 && said["error"].toObject()["code"] == 4 ? "refused" : lines[0];
}

QJsonObject error_in(const std::string& line) {
  return QJsonDocument::fromJson(QByteArray::fromStdString(line)).object()["error"].toObject();
}

}  // namespace

#define NEEDS_ROOT \
  if (::geteuid() != 0) QSKIP("only root can become another user")

/// Who may do what on a control socket.
class IntegrationControlRoles : public QObject {
  Q_OBJECT

 private slots:
  void roles_by_user_and_groups() {
    const Groups both{observers, operators};
    const uid_t stranger = ::geteuid() + 1;
    const auto role = [&](uid_t uid, gid_t gid, std::vector<gid_t> groups, const Groups& open = {}) {
      return std::string(name_of(role_of({uid, gid, std::move(groups)}, open)));
    };
    QCOMPARE(role(0, stranger, {}), std::string("operate"));
    QCOMPARE(role(::geteuid(), stranger, {}), std::string("operate"));
    QCOMPARE(role(stranger, observers, {operators, 0}), std::string("none"));
    QCOMPARE(role(stranger, stranger, {1, 2}, both), std::string("none"));
    QCOMPARE(role(stranger, observers, {}, both), std::string("observe"));
    QCOMPARE(role(stranger, stranger, {1, observers}, both), std::string("observe"));
    QCOMPARE(role(stranger, operators, {}, both), std::string("operate"));
    QCOMPARE(role(stranger, observers, {operators}, both), std::string("operate"));
    QCOMPARE(role(::geteuid(), observers, {}, both), std::string("operate"));
    QCOMPARE(role(stranger, observers, {}, {observers, observers}), std::string("operate"));
  }
  void the_kernel_says_who_connected() {
    int ends[2];
    QCOMPARE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    const UniqueFd one(ends[0]);
    const UniqueFd other(ends[1]);
    const std::optional<Peer> peer = peer_of(one.get());
    QVERIFY(peer);
    QCOMPARE(peer->uid, ::geteuid());
    QCOMPARE(peer->gid, ::getegid());
    std::vector<gid_t> own(65'536);
    own.resize(static_cast<std::size_t>(::getgroups(65'536, own.data())));
    QCOMPARE(peer->groups, own);
    QVERIFY(!peer_of(-1));
  }

  void everybody_is_told_the_role() {
    NEEDS_ROOT;
    World world;
    QCOMPARE(role_in(world.hear({.uid = 0, .gid = 0})), std::string("operate"));
    QCOMPARE(role_in(world.hear({.gid = operators})), std::string("operate"));
    QCOMPARE(role_in(world.hear({.gid = observers})), std::string("observe"));
    QCOMPARE(role_in(world.hear({.groups = "5,40002,6"})), std::string("operate"));
    QCOMPARE(role_in(world.hear({.groups = "5,40001,6"})), std::string("observe"));
    QCOMPARE(role_in(world.hear({.groups = "40001,40002"})), std::string("operate"));
    const std::vector<std::string> refused = world.hear({.groups = "5,0"}, {request("status")});
    QCOMPARE(role_in(refused), std::string("refused"));
    QVERIFY(refused[0].find("members of its control groups") != std::string::npos);
    QCOMPARE(world.backend.status_asked, 0);
  }
  void one_of_very_many_groups_is_enough() {
    NEEDS_ROOT;
    World world;
    std::string many;
    for (int group = 50'000; group < 51'000; ++group) many += std::to_string(group) + ",";
    QCOMPARE(role_in(world.hear({.groups = many})), std::string("refused"));
    QCOMPARE(role_in(world.hear({.groups = many + "40002"})), std::string("operate"));
  }
  void without_groups_nobody_else_gets_in() {
    NEEDS_ROOT;
    World world{Groups{}};
    const std::vector<std::string> refused = world.hear({.gid = operators, .groups = "40001"});
    QCOMPARE(role_in(refused), std::string("refused"));
    QVERIFY(refused[0].find("only the server's own user and root") != std::string::npos);
  }

  void who_observes_sees_everything_and_changes_nothing() {
    NEEDS_ROOT;
    World world;
    world.backend.connections = {FakeBackend::connection(7, 1)};
    const std::string ids = R"({"ids":["7-1"]})";
    const std::vector<std::string> lines =
        world.hear({.gid = observers}, {request("status"), request("restart"), request("connections"),
                                        request("close", ids), request("shutdown"), request("history")});
    QCOMPARE(lines.size(), std::size_t{7});
    for (const std::size_t allowed : {1UL, 3UL, 6UL}) {
      QVERIFY2(lines[allowed].find("\"result\"") != std::string::npos, lines[allowed].c_str());
    }
    const std::pair<std::size_t, std::string> refused[] = {{2, "restart"}, {4, "close"}, {5, "shutdown"}};
    for (const auto& [line, method] : refused) {
      const QJsonObject error = error_in(lines[line]);
      QCOMPARE(error["code"].toInt(), 4);
      QCOMPARE(error["message"].toString().toStdString(),
               method + " needs the role operate; this user's role is observe");
    }
    QCOMPARE(world.backend.restart_asked + world.backend.shutdown_asked, 0);

    const std::vector<std::string> told =
        world.hear({.gid = observers, .wanted = "4"}, {request("subscribe", R"({"connections":true})")});
    QCOMPARE(told.size(), std::size_t{4});
    QVERIFY(told[1].find("last_step") != std::string::npos);
    QVERIFY(told[2].find("\"generations\"") != std::string::npos);
    QVERIFY(told[3].find("7-1") != std::string::npos);
  }
  void the_log_is_for_those_who_operate() {
    World world;
    const std::vector<std::string> wish = {request("subscribe", R"({"log":"info"})")};
    const std::string observer = world.hear({.gid = observers, .wanted = "2"}, wish).back();
    QVERIFY2(observer.find("'log' needs the role operate; this user's role is observe") != std::string::npos,
             observer.c_str());
    QVERIFY(world.backend.log_followed.empty());
    const std::string operating = world.hear({.gid = operators, .wanted = "2"}, wish).back();
    QVERIFY2(operating.find("last_step") != std::string::npos, operating.c_str());
  }
  void requests_that_want_no_answer_change_nothing_either() {
    NEEDS_ROOT;
    World world;
    const std::vector<std::string> lines =
        world.hear({.gid = observers},
                   {R"({"jsonrpc":"2.0","method":"restart"})", R"({"jsonrpc":"2.0","method":"shutdown"})"});
    QCOMPARE(lines.size(), std::size_t{1});
    QCOMPARE(world.backend.restart_asked + world.backend.shutdown_asked, 0);
  }
  void who_operates_does_everything() {
    NEEDS_ROOT;
    World world;
    const std::vector<std::string> lines =
        world.hear({.groups = "40002"},
                   {request("restart"), request("close", R"({"ids":["7-1"]})"), request("shutdown")});
    QCOMPARE(lines.size(), std::size_t{4});
    for (std::size_t i = 1; i < 4; ++i) QVERIFY(lines[i].find("\"result\"") != std::string::npos);
    QCOMPARE(world.backend.restart_asked, 1);
    QCOMPARE(world.backend.shutdown_asked, 1);
  }
  /// Whoever writes to a connection has the role of who opened it.
  void roots_hand_lends_nobody_its_rights() {
    NEEDS_ROOT;
    World world;
    const std::vector<std::string> lines =
        world.hear({.gid = observers, .how = "deputy"}, {request("restart"), request("status")});
    QCOMPARE(lines.size(), std::size_t{3});
    QCOMPARE(error_in(lines[1])["code"].toInt(), 4);
    QCOMPARE(world.backend.restart_asked, 0);
    QCOMPARE(role_in(world.hear({.how = "deputy"})), std::string("refused"));
  }
  void those_who_observe_leave_room_for_those_who_operate() {
    NEEDS_ROOT;
    World world;
    const testing::Process crowd =
        world.start({.gid = observers, .how = "stays", .times = 30, .wanted = "1"});
    std::vector<std::string> lines;
    QVERIFY(world.until([&] {
      lines = testing::split_lines(crowd.standard_output());
      return lines.size() == 30;
    }));
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (i < 24) QVERIFY2(lines[i].find("hello") != std::string::npos, lines[i].c_str());
      if (i >= 24) QCOMPARE(error_in(lines[i])["code"].toInt(), 5);
    }
    QCOMPARE(world.endpoint.clients(), std::size_t{24});
    lines = world.hear({.gid = operators, .times = 9, .wanted = "1"});
    QCOMPARE(lines.size(), std::size_t{9});
    for (std::size_t i = 0; i < 8; ++i) QVERIFY(lines[i].find("hello") != std::string::npos);
    QCOMPARE(error_in(lines[8])["code"].toInt(), 5);
  }
};

QTEST_GUILESS_MAIN(IntegrationControlRoles)
#include "integration_control_roles.moc"
