#include <signal.h>

#include <QtTest>
#include <filesystem>

#include "seed/seed_support.hpp"
#include "support/load.hpp"

using namespace testing;

namespace {

/// A start command whose process waits for the file "gate" before it becomes the server.
const std::string behind_a_gate = R"(sh -c "while [ ! -e gate ]; do sleep 0.01; done; exec {}")";

void open_gate(const Service& service) { write_file(service.sandbox() / "gate", ""); }

bool is_empty(const std::string& directory) { return std::filesystem::is_empty(directory); }

}  // namespace

/// What the gem's README says of restarts.
class SeedRestart : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { forget_configuration(); }
  void zero_downtime_restarts_for_socket_servers();
  void clients_need_not_keep_trying_to_connect();
  void sending_usr1_starts_a_brand_new_copy_of_itself();
  void the_copy_immediately_starts_handling_new_requests();
  void the_old_server_stays_alive_until_all_active_connections_are_complete();
  void after_usr1_a_new_server_listens_on_your_port();
  void the_old_one_quits_once_it_has_finished_its_existing_connections();
  void upon_receiving_usr1_the_server_spawns_a_new_copy_of_itself();
  void the_file_descriptor_of_the_open_socket_is_passed_to_the_new_server();
  void the_new_server_attaches_to_the_descriptor_before_the_original_stops();
  void the_original_stops_listening_and_shuts_down_once_ongoing_requests_have_completed();
  void start_command_is_the_command_to_execute_to_start_a_new_server_process();
  void start_command_is_required_no_more();
  void start_command_goes_to_no_shell();
  void env_app_root_is_where_the_new_server_process_starts();
  void nothing_is_left_behind();
};

void SeedRestart::zero_downtime_restarts_for_socket_servers() {
  Service service({.binds = {"tcp://127.0.0.1:0", "unix://echo.sock"}});
  Load load(service.sandbox(),
            {"--target", service.target(0), "--target", service.target(1), "--short", "--half-close",
             "--long", "4", "--workers", "2", "--rate", "300", "--timeout", "20"});
  for (int i = 0; i < 8; ++i) service.restart();
  const QJsonObject account = load.finish();
  QVERIFY2(Load::lost(account) == 0 && account["answered"].toInt() > 0, Load::text(account).c_str());
  QCOMPARE(service.shut_down(), exited(0));
}

/// Before, during and after a restart, and during and after one that fails: everybody tries just once.
void SeedRestart::clients_need_not_keep_trying_to_connect() {
  Service service({.start_command = behind_a_gate});
  const pid_t old_one = service.pid();
  QCOMPARE(answering(service.target()), old_one);
  ::kill(old_one, SIGUSR1);
  service.wait_for_step(1, "spawned");
  QCOMPARE(answering(service.target()), old_one);
  open_gate(service);
  eventually([&] { return answering(service.target()) != old_one; }, "the new one answers");
  service.wait_for_step(1, "final");
  QVERIFY(answering(service.target()) != old_one);

  Service failing({.start_command = "sh -c 'exit 1; {}'"});
  ::kill(failing.pid(), SIGUSR1);
  int strangers = 0;
  const auto over = [&] {
    if (answering(failing.target()) != failing.pid()) ++strangers;
    return failing.logged("restart 1 failed") > 0;
  };
  eventually(over, "the restart fails");
  QCOMPARE(strangers, 0);
}

void SeedRestart::sending_usr1_starts_a_brand_new_copy_of_itself() {
  Service service;
  const pid_t old_one = service.pid();
  const pid_t new_one = service.restart();
  QVERIFY(new_one != old_one);
  QCOMPARE(command_line_of(new_one), service.command());
  QCOMPARE(std::filesystem::read_symlink("/proc/" + std::to_string(new_one) + "/exe").string(),
           std::filesystem::canonical(program("echo-server")).string());
}

void SeedRestart::the_copy_immediately_starts_handling_new_requests() {
  Service service;
  const pid_t old_one = service.pid();
  Client busy(service.target());
  QCOMPARE(busy.ask("PID?"), std::to_string(old_one));
  const pid_t new_one = service.restart();
  for (int i = 0; i < 20; ++i) QCOMPARE(answering(service.target()), new_one);
  QCOMPARE(busy.ask("PID?"), std::to_string(old_one));  // nobody waited for it
}

void SeedRestart::the_old_server_stays_alive_until_all_active_connections_are_complete() {
  Service service;
  const pid_t old_one = service.pid();
  std::vector<Client> active;
  for (int i = 0; i < 3; ++i) {
    active.emplace_back(service.target());
    QCOMPARE(active.back().ask("PID?"), std::to_string(old_one));
  }
  service.restart();
  for (Client& client : active) {
    QVERIFY(is_alive(old_one));
    QCOMPARE(client.ask("PID?"), std::to_string(old_one));
    client.half_close();
    QVERIFY(client.at_end());
  }
  QCOMPARE(service.ended(old_one), exited(0));
}

void SeedRestart::after_usr1_a_new_server_listens_on_your_port() {
  Service service({.binds = {"tcp://0.0.0.0:0"}});
  for (int i = 0; i < 3; ++i) {
    const pid_t new_one = service.restart();
    QCOMPARE(answering(at_host(service.target(), "127.0.0.1")), new_one);
  }
}

void SeedRestart::the_old_one_quits_once_it_has_finished_its_existing_connections() {
  Service service;
  const pid_t old_one = service.pid();
  Client existing(service.target());
  QCOMPARE(existing.ask("PID?"), std::to_string(old_one));
  const pid_t new_one = service.restart();
  QCOMPARE(existing.ask("not finished"), "not finished");
  QVERIFY(is_alive(old_one));
  existing.half_close();
  QVERIFY(existing.at_end());
  QCOMPARE(service.ended(old_one), exited(0));
  QCOMPARE(answering(service.target()), new_one);
}

void SeedRestart::upon_receiving_usr1_the_server_spawns_a_new_copy_of_itself() {
  Service service;
  const pid_t old_one = service.pid();
  Client keeps_it(service.target());
  QCOMPARE(keeps_it.ask("PID?"), std::to_string(old_one));
  const pid_t new_one = service.restart();
  QCOMPARE(parent_of(new_one), old_one);
}

/// The same socket of the kernel, not another one on the same port.
void SeedRestart::the_file_descriptor_of_the_open_socket_is_passed_to_the_new_server() {
  Service service;
  const std::string socket = listener_inode(service.target());
  QVERIFY(descriptors_of_socket(service.pid(), socket) > 0);
  for (int i = 0; i < 2; ++i) {
    const pid_t new_one = service.restart();
    QCOMPARE(listener_inode(service.target()), socket);
    QVERIFY(descriptors_of_socket(new_one, socket) > 0);
  }
}

/// With the gem the descriptor's arrival stops the original; here that is ready to serve.
void SeedRestart::the_new_server_attaches_to_the_descriptor_before_the_original_stops() {
  Service service({.start_command = behind_a_gate});
  const pid_t old_one = service.pid();
  ::kill(old_one, SIGUSR1);
  service.wait_for_step(1, "spawned");
  for (int i = 0; i < 5; ++i) QCOMPARE(answering(service.target()), old_one);
  open_gate(service);
  service.wait_for_step(1, "final");
  const std::string log = read_file(service.log());
  const std::size_t attached = log.find("restart 1: ready");
  QVERIFY(attached != std::string::npos);
  QVERIFY(attached < log.find("restart 1: committed"));
  QVERIFY(log.find("restart 1: committed") < log.find("generation 1 drains"));
}

void SeedRestart::the_original_stops_listening_and_shuts_down_once_ongoing_requests_have_completed() {
  Service service;
  const pid_t original = service.pid();
  Client ongoing(service.target());
  QCOMPARE(ongoing.ask("PID?"), std::to_string(original));  // it is out of the kernel's queue
  ongoing.send("PI");                                       // the next request has begun
  const pid_t new_one = service.restart();
  for (int i = 0; i < 20; ++i) QCOMPARE(answering(service.target()), new_one);
  QVERIFY(is_alive(original));
  ongoing.send("D?\n");
  QCOMPARE(ongoing.read_line(), std::to_string(original));
  ongoing.half_close();
  QVERIFY(ongoing.at_end());
  QCOMPARE(service.ended(original), exited(0));
}

void SeedRestart::start_command_is_the_command_to_execute_to_start_a_new_server_process() {
  const Sandbox sandbox;
  const Plan plan{.program = "thread-pool-server"};
  const std::vector<std::string> other = server_command(sandbox, plan);
  std::string line;
  for (const std::string& word : other) line += word + " ";
  std::vector<std::string> command = server_command(sandbox, {});
  command.insert(command.end(), {"--start-command", line});
  Process first =
      sandbox.start(command, {{"UNINTERRUPTIBLE_START_COMMAND", "false"}});  // code before environment
  wait_for_pidfile(sandbox / "pid");
  first.signal(SIGUSR1);
  const pid_t second = wait_for_pidfile(sandbox / "pid", first.pid());
  QCOMPARE(command_line_of(second), other);
  QCOMPARE(first.wait_exit(), exited(0));
}

void SeedRestart::start_command_is_required_no_more() {
  Service service;
  QCOMPARE(command_line_of(service.restart()), service.command());
}

void SeedRestart::start_command_goes_to_no_shell() {
  Service service({.start_command = "env 'A=$(touch made-by-a-shell); *' {}"});
  const pid_t new_one = service.restart();
  const std::string environment = read_file("/proc/" + std::to_string(new_one) + "/environ");
  QVERIFY(environment.find(std::string("A=$(touch made-by-a-shell); *") + '\0') != std::string::npos);
  QVERIFY(!std::filesystem::exists(service.sandbox() / "made-by-a-shell"));
}

void SeedRestart::env_app_root_is_where_the_new_server_process_starts() {
  const Sandbox sandbox;
  for (const char* const release : {"release-1", "release-2"})
    std::filesystem::create_directory(sandbox / release);
  std::filesystem::create_directory_symlink("release-1", sandbox / "current");
  Process first = sandbox.start(server_command(sandbox, {}), {{"APP_ROOT", sandbox / "current"}});
  pid_t pid = wait_for_pidfile(sandbox / "pid");
  for (const char* const release : {"release-1", "release-2"}) {  // deployed in between
    std::filesystem::remove(sandbox / "current");
    std::filesystem::create_directory_symlink(release, sandbox / "current");
    ::kill(pid, SIGUSR1);
    pid = wait_for_pidfile(sandbox / "pid", pid);
    QCOMPARE(std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/cwd").string(),
             std::filesystem::canonical(sandbox / release).string());
  }
}

/// Zombies, the handoff's temporary files, a stale pidfile: what the gem leaves.
void SeedRestart::nothing_is_left_behind() {
  Service service({.binds = {"unix://echo.sock"}});
  for (int i = 0; i < 3; ++i) {
    const pid_t before = service.pid();
    service.restart();
    eventually([&] { return !is_alive(before); }, "the old one goes");
  }
  QVERIFY(is_empty(service.sandbox() / "tmp"));
  QCOMPARE(service.shut_down(), exited(0));
  QCOMPARE(service.left_behind(), std::vector<std::string>{});
  QVERIFY(is_empty(service.sandbox() / "tmp"));
  QVERIFY(is_empty(service.sandbox().control_directory()));
}

QTEST_GUILESS_MAIN(SeedRestart)
#include "seed_restart.moc"
