#include <sys/stat.h>
#include <unistd.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>
#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/control.hpp"
#include "support/files.hpp"
#include "support/process.hpp"
#include "support/roots_directory.hpp"
#include "support/temp_dir.hpp"

using testing::Process;
using testing::TempDir;
namespace fs = std::filesystem;

namespace {

constexpr const char* observers = "40001";
constexpr const char* operators = "40002";

/// A user of no machine's; the group of the same number and the supplementary ones are all it is in.
struct User {
  int uid;
  std::string groups{};
};
const User root{0};
const User the_daemon{40'010, "40001,40002"};
const User daemon_without_groups{40'010};
const User watcher{40'011, "7,40001"};
const User hand{40'012, "40002,7"};
const User stranger{40'013, "7"};
const User squatter{40'014, "40001,40002"};

constexpr const char* become =
    "import os, sys\n"
    "uid, groups = int(sys.argv[1]), sys.argv[2]\n"
    "os.setgroups([int(group) for group in groups.split(',') if group]); os.setgid(uid); os.setuid(uid)\n"
    "os.execv(sys.argv[3], sys.argv[3:])\n";

struct Result {
  int status = -1;
  QByteArray out;
  QByteArray err;
};

struct Node {
  mode_t mode = 0;
  gid_t group = 0;
};
Node look(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return {};
  return {found.st_mode & 07777U, found.st_gid};
}

void give(const std::string& path, const User& user) {
  const auto uid = static_cast<uid_t>(user.uid);
  if (::chown(path.c_str(), uid, uid) != 0) qFatal("chown");
}

}  // namespace

#define IS(result, code)                                                                     \
  do {                                                                                       \
    const Result& found = result;                                                            \
    const QByteArray said = QByteArray::number(found.status) + ": " + found.out + found.err; \
    QVERIFY2(found.status == (code), said.constData());                                      \
  } while (false)

/// A server of one user, and uninterruptiblectl of others.
class CliRoles : public QObject {
  Q_OBJECT

  std::unique_ptr<testing::RootsDirectory> base;
  std::unique_ptr<testing::ProcessTree> tree;

  [[nodiscard]] std::string control() const { return *base / "control"; }
  [[nodiscard]] std::string socket() const { return control() + "/echo.sock"; }

  [[nodiscard]] Process start(const User& user, std::vector<std::string> argv,
                              const std::string& control_directory) const {
    // Copies, since where this was built need not be open to others.
    argv[0] = *base / argv[0];
    argv.insert(argv.begin(), {"python3", "-IS", "-c", become, std::to_string(user.uid), user.groups});
    return Process(*tree, {.argv = std::move(argv),
                           .environment = {{"UNINTERRUPTIBLE_CONTROL_DIR", control_directory},
                                           {"UNINTERRUPTIBLE_SERVER", std::nullopt},
                                           {"TMPDIR", *base / "tmp"},
                                           {"XDG_RUNTIME_DIR", *base / "tmp"}},
                           .directory = base->path()});
  }
  [[nodiscard]] Process start(const User& user, std::vector<std::string> argv) const {
    return start(user, std::move(argv), control());
  }
  [[nodiscard]] static std::vector<std::string> server(std::vector<std::string> options) {
    options.insert(options.begin(), {"echo-server", "--bind", "tcp://127.0.0.1:0", "--name", "echo",
                                     "--rollback-window", "50ms", "--lines"});
    return options;
  }
  static Result result_of(Process process) {
    Result result;
    const auto exit = process.wait_exit();
    if (exit && exit->status) result.status = *exit->status;
    result.out = QByteArray::fromStdString(process.standard_output());
    result.err = QByteArray::fromStdString(process.standard_error());
    return result;
  }
  [[nodiscard]] Result run(const User& user, std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "uninterruptiblectl");
    return result_of(start(user, std::move(arguments)));
  }
  [[nodiscard]] QJsonObject first_listed(const User& user) const {
    const auto listed = QJsonDocument::fromJson(run(user, {"list", "--json"}).out).object();
    return listed["servers"].toArray().at(0).toObject();
  }
  [[nodiscard]] int generation() const { return testing::status_of(socket())["generation"].toInt(); }

 private slots:
  void init() {
    if (::geteuid() != 0) QSKIP("only root can become other users");
    base = std::make_unique<testing::RootsDirectory>();
    if (!base->exists()) QSKIP("/run cannot be written to");
    tree = std::make_unique<testing::ProcessTree>();
    for (const char* const name : {"echo-server", "uninterruptiblectl"}) {
      fs::copy_file(testing::program(name), *base / name);
    }
    for (const char* const name : {"control", "tmp"}) {
      fs::create_directory(*base / name);
      ::chmod((*base / name).c_str(), 0700);
      give(*base / name, the_daemon);
    }
  }
  void cleanup() {
    tree.reset();
    base.reset();
  }

  void each_role_does_what_it_may() {
    const Process process =
        start(daemon_without_groups,
              server({"--control-observe-group", observers, "--control-operate-group", operators}));
    const std::string target = testing::target_of(socket());
    QCOMPARE(look(control()).mode, 0755U);
    QCOMPARE(look(socket()).mode, 0666U);

    IS(run(hand, {"restart"}), 0);
    QCOMPARE(generation(), 2);
    QCOMPARE(look(socket()).mode, 0666U);
    QCOMPARE(first_listed(hand)["role"].toString(), QString("operate"));

    testing::Client client(target);
    QVERIFY(client.ask("PID?"));
    IS(run(watcher, {"status"}), 0);
    IS(run(watcher, {"history", "1"}), 0);
    const Result seen = run(watcher, {"connections", "--json"});
    IS(seen, 0);
    QVERIFY(seen.out.contains("\"2-1\""));
    QCOMPARE(first_listed(watcher)["role"].toString(), QString("observe"));
    const std::vector<std::vector<std::string>> forbidden{
        {"restart"}, {"restart", "--json"}, {"shutdown"}, {"close", "2-1"}};
    for (const std::vector<std::string>& what : forbidden) {
      const Result refused = run(watcher, what);
      IS(refused, 4);
      const QByteArray reason =
          QByteArray::fromStdString(what[0]) + " needs the role operate; this user's role is observe";
      QVERIFY2(refused.err.contains("echo refused: " + reason), refused.err.constData());
      QVERIFY2(refused.err.contains("Try: "), refused.err.constData());
    }

    for (const char* const what : {"status", "connections", "restart", "shutdown"}) {
      const Result refused = run(stranger, {what});
      IS(refused, 4);
      QVERIFY2(refused.err.contains("members of its control groups may connect"), refused.err.constData());
    }
    QCOMPARE(first_listed(stranger)["state"].toString(), QString("permission denied"));

    QCOMPARE(generation(), 2);
    QVERIFY(client.ask("still there?"));
    client.half_close();
    IS(run(hand, {"shutdown"}), 0);
    QVERIFY(!fs::exists(socket()));
  }

  void one_group_is_the_files_group() {
    const Process process = start(the_daemon, server({"--control-operate-group", operators}));
    static_cast<void>(testing::target_of(socket()));
    for (const int number : {2, 3}) {
      QCOMPARE(look(control()).mode, 0755U);
      QCOMPARE(look(socket()).mode, 0660U);
      QCOMPARE(look(socket()).group, gid_t(40'002));
      for (const User& user : {watcher, stranger}) {
        const Result refused = run(user, {"status"});
        IS(refused, 4);
        QVERIFY2(refused.err.contains("permission denied (socket owner uid 40010, group 40002, mode 660)"),
                 refused.err.constData());
      }
      IS(run(hand, {"restart"}), 0);
      QCOMPARE(generation(), number);
    }
  }

  void without_groups_it_is_the_daemons_and_roots_alone() {
    const Process process = start(the_daemon, server({}));
    static_cast<void>(testing::target_of(socket()));
    QCOMPARE(look(control()).mode, 0700U);
    QCOMPARE(look(socket()).mode, 0600U);
    for (const User& user : {watcher, hand, stranger}) {
      IS(run(user, {"status"}), 3);  // it cannot even see that there is one
      IS(run(user, {"status", "-s", socket()}), 4);
    }
    IS(run(the_daemon, {"restart"}), 0);
    IS(run(root, {"restart"}), 0);
    QCOMPARE(generation(), 3);
    QCOMPARE(look(control()).mode, 0700U);
    QCOMPARE(look(socket()).mode, 0600U);
  }

  /// What a restart finds configured holds from the moment the new generation is in charge.
  void a_restart_changes_the_groups() {
    const auto configure = [&](const std::vector<std::string>& options) {
      std::string script = "exec";
      std::vector<std::string> words = server(options);
      words[0] = *base / words[0];
      words.insert(words.end(), {"--start-command", "sh " + (*base / "start")});
      for (const std::string& word : words) script += " '" + word + "'";
      testing::write_file(*base / "start", "#!/bin/sh\n" + script + "\n", 0755);
    };
    configure({});
    const Process process = start(the_daemon, {"start"});
    static_cast<void>(testing::target_of(socket()));
    IS(run(hand, {"status", "-s", socket()}), 4);

    configure({"--control-operate-group", operators});
    IS(run(root, {"restart"}), 0);
    QCOMPARE(look(control()).mode, 0755U);
    QCOMPARE(look(socket()).mode, 0660U);
    QCOMPARE(look(socket()).group, gid_t(40'002));
    IS(run(hand, {"status"}), 0);
    IS(run(watcher, {"status"}), 4);

    configure({"--control-operate-group", operators, "--control-observe-group", observers});
    IS(run(hand, {"restart"}), 0);
    QCOMPARE(look(socket()).mode, 0666U);
    IS(run(watcher, {"status"}), 0);
    IS(run(watcher, {"restart"}), 4);

    configure({"--control-observe-group", observers});
    IS(run(root, {"restart"}), 0);
    QCOMPARE(look(socket()).mode, 0660U);
    QCOMPARE(look(socket()).group, gid_t(40'001));
    IS(run(hand, {"status"}), 4);
    IS(run(watcher, {"status"}), 0);

    // Refused while the old generation serves on, with its own groups.
    configure({"--control-observe-group", "40099"});
    const Result failed = run(root, {"restart"});
    IS(failed, 1);
    QVERIFY2(failed.err.contains("control_observe_group '40099': the control socket cannot be given"),
             failed.err.constData());
    QCOMPARE(generation(), 4);
    IS(run(watcher, {"status"}), 0);

    configure({});
    IS(run(root, {"restart"}), 0);
    QCOMPARE(look(socket()).mode, 0600U);
    IS(run(watcher, {"status"}), 4);
  }

  void a_group_of_others_is_an_error_of_the_configuration() {
    const Result result =
        result_of(start(daemon_without_groups, server({"--control-operate-group", operators})));
    QVERIFY(result.status != 0);
    const QByteArray said = result.out + result.err;
    QVERIFY2(said.contains("control_operate_group '40002': the control socket cannot be given to this group, "
                           "since uid 40010 is no member of it"),
             said.constData());
    QVERIFY(fs::is_empty(control()));
  }

  /// Whoever is first in a folder of everybody may call a server by any name.
  void a_squatter_is_not_trusted() {
    const TempDir folder;
    ::chmod(folder.path().c_str(), 01777);
    const std::string trap = folder / "echo";
    const Process process = start(
        squatter, server({"--control-observe-group", observers, "--control-operate-group", operators}), trap);
    const std::string path = trap + "/echo.sock";
    static_cast<void>(testing::target_of(path));
    for (const User& user : {hand, watcher, stranger, root}) {
      for (const char* const what : {"status", "restart"}) {
        const Result refused = run(user, {what, "-s", path});
        IS(refused, 4);
        QVERIFY2(refused.err.contains("belongs to uid 40014, and the directory "), refused.err.constData());
      }
      const Result chosen = result_of(start(user, {"uninterruptiblectl", "restart"}, trap));
      IS(chosen, 4);
    }
    QCOMPARE(testing::status_of(path)["generation"].toInt(), 1);
    // Nothing of this is about the server: its own user trusts it.
    IS(run(squatter, {"restart", "-s", path}), 0);
  }
};

QTEST_GUILESS_MAIN(CliRoles)
#include "cli_roles.moc"
