#include <sys/stat.h>
#include <unistd.h>

#include <QJsonArray>
#include <QJsonObject>
#include <QtTest>
#include <filesystem>

#include "../../admin-cli/checkup.hpp"
#include "../../admin-cli/surroundings.hpp"
#include "cli/cli_fixture.hpp"
#include "cli/scripted_server.hpp"
#include "control/codec.hpp"
#include "support/files.hpp"

using namespace uninterruptible::control;
using namespace std::chrono_literals;
using testing::Result;
using uninterruptible::cli::check_up;
using uninterruptible::cli::Finding;
using uninterruptible::cli::look_around;
using uninterruptible::cli::Surroundings;

namespace {

constexpr const char* service_of_systemd = "0::/system.slice/echo.service\n";

/// That nothing is wrong with.
ServerStatus healthy() {
  ServerStatus status;
  status.name = "echo";
  status.generation = 7;
  status.pid = 4121;
  status.start_command = {"/bin/sh", "-c", "true"};
  status.drain_timeout = 60s;
  status.generations.push_back({7, 4121, "live", true, {}, 3, 3, {}, {}});
  return status;
}

QStringList codes(const std::vector<Finding>& findings) {
  QStringList all;
  for (const Finding& one : findings) {
    all << QString(one.is_problem ? "!" : "") + QString::fromStdString(one.code);
    if (one.what.empty() || one.why.empty() || one.advice.empty()) all << "it does not say all";
  }
  return all;
}

}  // namespace

/// What doctor finds: on machines that lie in a directory, and at servers that cannot be reached.
class CliDoctor : public QObject, private testing::CliFixture {
  Q_OBJECT

  void put(const std::string& path, const std::string& text) const {
    const std::filesystem::path file = *directory / path;
    std::filesystem::create_directories(file.parent_path());
    testing::write_file(file.string(), text);
  }
  /// The findings of a process 4121 that runs by that unit.
  [[nodiscard]] QStringList with_unit(const std::string& text,
                                      std::chrono::milliseconds drain_timeout = 60s) const {
    put("machine/proc/4121/cgroup", service_of_systemd);
    put("machine/etc/systemd/system/echo.service", text);
    ServerStatus status = healthy();
    status.drain_timeout = drain_timeout;
    return codes(check_up(status, "/run/echo/echo.sock", look_around(4121, *directory / "machine")));
  }
  [[nodiscard]] QJsonObject first_finding(const Result& result) const {
    return result.json()["servers"].toArray().at(0).toObject()["findings"].toArray().at(0).toObject();
  }

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

  void nothing_is_found_where_nothing_is_wrong() {
    QCOMPARE(codes(check_up(healthy(), "/run/echo/echo.sock", Surroundings())), QStringList());
    put("machine/proc/4121/limits",
        "Limit                     Soft Limit           Hard Limit           Units\n"
        "Max open files            65536                65536                files\n");
    put("machine/proc/4121/cgroup", "12:cpu:/\n1:name=systemd:/user.slice/user-1000.slice\n");
    const Surroundings around = look_around(4121, *directory / "machine");
    QCOMPARE(around.descriptor_limit, std::optional<std::uint64_t>(65'536));
    QCOMPARE(around.unit, std::string());
    QCOMPARE(codes(check_up(healthy(), "/run/echo/echo.sock", around)), QStringList());
    QCOMPARE(codes(check_up(healthy(), "/run/echo/echo.sock", look_around(4121, *directory / "nowhere"))),
             QStringList());
  }
  void what_is_said_by_the_server() {
    ServerStatus status = healthy();
    status.lost_paths = {"/run/echo.sock"};
    status.generations[0].facts["backlog"] = "5000, cut to 128 by net.core.somaxconn";
    status.drain_timeout = 0ms;
    status.pid = 1;
    const std::string temp = qEnvironmentVariable("TMPDIR", "/tmp").toStdString();
    QCOMPARE(codes(check_up(status, temp + "/uninterruptible-0/echo.sock", Surroundings())),
             QStringList({"!lost_path", "!pid_1", "backlog", "no_drain_timeout", "temp"}));
  }
  void descriptors_data() {
    QTest::addColumn<int>("limit");
    QTest::addColumn<int>("connections");
    QTest::addColumn<QStringList>("wanted");
    QTest::newRow("many") << 65'536 << 1'000 << QStringList();
    QTest::newRow("few") << 1'024 << 10 << QStringList("descriptors");
    QTest::newRow("nearly used up") << 1'024 << 800 << QStringList("!descriptors");
    QTest::newRow("many, nearly used up") << 65'536 << 60'000 << QStringList("!descriptors");
  }
  void descriptors() {
    QFETCH(int, limit);
    QFETCH(int, connections);
    ServerStatus status = healthy();
    status.generations[0].connections = static_cast<std::uint64_t>(connections);
    Surroundings around;
    around.descriptor_limit = static_cast<std::uint64_t>(limit);
    QTEST(codes(check_up(status, "/run/echo/echo.sock", around)), "wanted");
  }
  void start_commands_data() {
    QTest::addColumn<QString>("words");
    QTest::addColumn<bool>("found");
    QTest::newRow("gone") << "/nowhere/echo" << true;
    QTest::newRow("no program") << "/etc/passwd" << true;
    QTest::newRow("a program") << "/bin/sh -c x" << false;
    QTest::newRow("sudo") << "sudo -u echo echo" << true;
    QTest::newRow("sudo that lets it through") << "sudo --preserve-env=UNINTERRUPTIBLE_HANDOFF echo" << false;
    QTest::newRow("a container") << "docker run echo" << true;
    QTest::newRow("another machine") << "ssh web1 echo" << true;
    QTest::newRow("by PATH") << "echo" << false;
  }
  void start_commands() {
    QFETCH(QString, words);
    QFETCH(bool, found);
    ServerStatus status = healthy();
    status.start_command.clear();
    for (const QString& word : words.split(' ')) status.start_command.push_back(word.toStdString());
    QCOMPARE(codes(check_up(status, "/run/echo/echo.sock", Surroundings())),
             found ? QStringList("!start_command") : QStringList());
  }
  void units_data() {
    QTest::addColumn<QString>("service");
    QTest::addColumn<QStringList>("wanted");
    const QString well = "Type=notify\nNotifyAccess=all\n";
    QTest::newRow("as it should be") << well << QStringList();
    QTest::newRow("forking") << "Type=forking\nPIDFile=/run/echo.pid\n" << QStringList();
    QTest::newRow("simple") << "ExecStart=/usr/bin/echo-server\n" << QStringList("!unit_type");
    QTest::newRow("forking, unnamed") << "Type=forking\n" << QStringList("!unit_type");
    QTest::newRow("simple, nothing killed") << "Type=exec\nKillMode=process\n" << QStringList();
    QTest::newRow("main alone") << "Type=notify\n" << QStringList("!unit_notify_access");
    QTest::newRow("stopped early") << well + "TimeoutStopSec=10\n" << QStringList("unit_stop_timeout");
    QTest::newRow("stopped late") << well + "TimeoutStopSec=infinity\n" << QStringList();
    QTest::newRow("another section") << well + "[Install]\nType=simple\n" << QStringList();
    QTest::newRow("a comment") << well + "#Type=simple\n; NotifyAccess=none\n" << QStringList();
    QTest::newRow("the last one counts") << "Type = simple\n" + well << QStringList();
  }
  void units() {
    QFETCH(QString, service);
    QTEST(with_unit("[Unit]\nDescription=x\n[Service]\n" + service.toStdString()), "wanted");
  }
  void units_and_drains() {
    QCOMPARE(
        with_unit("[Service]\nType=notify\nNotifyAccess=all\nKillMode=mixed\nTimeoutStopSec=infinity\n", 0ms),
        QStringList({"unit_kill_mode", "no_drain_timeout"}));
    QCOMPARE(with_unit("[Service]\nType=notify\nNotifyAccess=all\n", 10min),
             QStringList("unit_stop_timeout"));
  }
  void drop_ins_and_templates() {
    put("machine/proc/5/cgroup", "1:name=systemd:/system.slice/system-web.slice/web@1.service\n");
    put("machine/usr/lib/systemd/system/web@.service", "[Service]\nType=simple\n");
    put("machine/etc/systemd/system/web@.service.d/a.conf", "[Service]\nType=notify\nNotifyAccess=main\n");
    put("machine/run/systemd/system/web@1.service.d/b.conf", "[Service]\nNotifyAccess=all\n");
    const Surroundings around = look_around(5, *directory / "machine");
    QCOMPARE(around.unit, std::string("web@1.service"));
    QCOMPARE(around.unit_file, std::string("/usr/lib/systemd/system/web@.service"));
    QCOMPARE(around.service.at("Type"), std::string("notify"));
    QCOMPARE(around.service.at("NotifyAccess"), std::string("all"));
  }

  void servers_that_cannot_be_reached() {
    const std::string control = directory->path().string();
    const auto expect = [&](const Result& result, int status, const char* code) {
      QCOMPARE(result.status, status);
      QCOMPARE(first_finding(result)["code"].toString(), QString(code));
      QCOMPARE(first_finding(result)["severity"].toString(), QString("problem"));
      for (const char* const part : {"what", "why", "advice"})
        QVERIFY2(!first_finding(result)[part].toString().isEmpty(), part);
    };
    expect(run({"doctor", "--json"}, {{"UNINTERRUPTIBLE_CONTROL_DIR", control + "/none"}}), 3, "no_folder");
    expect(run({"doctor", "--json"}), 3, "no_socket");
    expect(run({"doctor", "--json", "-s", "nobody"}), 3, "no_socket");
    { const auto left_behind = testing::listen_at(socket("stale")); }
    expect(run({"doctor", "--json", "-s", "stale"}), 3, "stale_socket");
    ::unlink(socket("stale").c_str());
    {
      const auto wide = server();
      ::chmod(control.c_str(), 0777);
      expect(run({"doctor", "--json", "-s", "echo"}), 4, "not_trusted");
      ::chmod(control.c_str(), 0700);
    }
    const auto newer = server();
    newer->backend.greeting.protocol = 9;
    newer->start();
    expect(run({"doctor", "--json"}), 6, "protocol_version");
  }
  /// As all commands, it gives a server five seconds.
  void a_server_that_does_not_answer() {
    const auto deaf = testing::listen_at(socket("deaf"));
    const Result result = run({"doctor", "--json"});
    QCOMPARE(result.status, 5);
    QCOMPARE(first_finding(result)["code"].toString(), QString("not_answering"));
  }
  void a_queue_that_the_kernel_cuts_is_a_fact() {
    if (QByteArray::fromStdString(testing::read_file("/proc/sys/net/core/somaxconn")).trimmed().toInt() >=
        65'535)
      QSKIP("this kernel cuts no queue");
    auto chosen = options({}, {{"UNINTERRUPTIBLE_BACKLOG", "65535"}});
    chosen.argv = {testing::program("echo-server"), "--bind", "tcp://127.0.0.1:0", "--name", "echo"};
    const testing::Process real(tree, chosen);
    testing::eventually([&] { return run({"status"}).status == 0; }, "the server serves");
    const Result result = run({"doctor", "--json"});
    QVERIFY2(result.out.contains("\"code\":\"backlog\""), result.out.constData());
  }
  void a_server_that_answers() {
    const auto echo = server();
    echo->backend.state.drain_timeout = 60s;
    echo->backend.state.start_command = {"/nowhere/echo"};
    echo->start();
    const Result text = run({"doctor"});
    QCOMPARE(text.status, 1);
    QVERIFY2(text.out.contains("problem  the start command /nowhere/echo is not there"),
             text.out.constData());
    QCOMPARE(run({"doctor", "-s", "echo", "--json"}).json()["servers"].toArray().size(), 1);
    echo->on_thread([&] { echo->backend.state.start_command = {"/bin/sh"}; });
    QCOMPARE(run({"doctor"}).status, 0);
  }
};

QTEST_GUILESS_MAIN(CliDoctor)
#include "cli_doctor.moc"
