#include <signal.h>

#include <QJsonArray>
#include <QtTest>

#include "seed/seed_support.hpp"
#include "support/control.hpp"
#include "support/snapshot.hpp"

using namespace testing;

namespace {

int connections_of(const Service& service) {
  return status_of(service.control())["generations"].toArray().at(0).toObject()["connections"].toInt();
}

std::size_t threads_of(pid_t pid) { return Snapshot::of(pid).threads; }

int lines_with(const std::string& path, const std::string& text) {
  int count = 0;
  for (const std::string& line : split_lines(read_file(path))) {
    if (line.find(text) != std::string::npos) ++count;
  }
  return count;
}

/// Clients that are being served, each having had an answer.
std::vector<Client> served_clients(const Service& service, int count) {
  std::vector<Client> clients;
  for (int i = 0; i < count; ++i) {
    clients.emplace_back(service.target());
    if (clients.back().ask("hello") != "hello") throw std::runtime_error("no answer");
  }
  return clients;
}

}  // namespace

/// What the gem's README says of accepting and handling connections.
class SeedConcurrency : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { forget_configuration(); }
  void by_default_there_is_one_thread_per_connection();
  void a_threadpool_can_be_defined_in_the_server_class();
  void an_event_driven_pattern_can_be_defined();
  void overriding_accept_client_connection_changes_how_connections_are_accepted_and_handled();
  void process_request_calls_handle_request_which_does_the_bulk_of_the_work();
  void process_request_tracks_the_number_of_active_connections();
  void accept_client_connection_is_called_whenever_a_connection_is_waiting();
  void four_worker_threads_loop_over_accept_and_process_request();
};

void SeedConcurrency::by_default_there_is_one_thread_per_connection() {
  Service service;
  std::vector<Client> clients = served_clients(service, 1);
  const std::size_t with_one = threads_of(service.pid());
  for (Client& client : served_clients(service, 9)) clients.push_back(std::move(client));
  QCOMPARE(threads_of(service.pid()), with_one + 9);
  for (Client& client : clients) QCOMPARE(client.ask("all at a time"), "all at a time");
  clients.clear();
  eventually([&] { return threads_of(service.pid()) == with_one - 1; },
             "the threads end with their connections");
}

void SeedConcurrency::a_threadpool_can_be_defined_in_the_server_class() {
  Service service({.program = "thread-pool-server"});
  const std::size_t before = threads_of(service.pid());
  for (int i = 0; i < 20; ++i) QCOMPARE(Client(service.target()).ask("hello"), "hello");
  QCOMPARE(threads_of(service.pid()), before + 4);
  const pid_t next = service.restart();
  QCOMPARE(answering(service.target()), next);
}

/// Below Server, since an event loop accepts by itself: Generation is what remains.
void SeedConcurrency::an_event_driven_pattern_can_be_defined() {
  Service service({.program = "any-loop-server"});
  const std::size_t before = threads_of(service.pid());
  std::vector<Client> clients = served_clients(service, 20);
  QCOMPARE(threads_of(service.pid()), before);
  const pid_t next = service.restart();
  QCOMPARE(answering(service.target()), next);
  for (Client& client : clients) QCOMPARE(client.ask("to the end"), "to the end");
}

/// Taken one by one on one thread: the second client waits for the end of the first.
void SeedConcurrency::overriding_accept_client_connection_changes_how_connections_are_accepted_and_handled() {
  const Sandbox sandbox;
  Process server =
      sandbox.start({program("seed-server"), "one-by-one"}, {{"UNINTERRUPTIBLE_BIND", "tcp://127.0.0.1:0"}});
  const std::string target = serves_on(server.output_path());
  Client first(target);
  wait_for_line(server.output_path(), "accept_client_connection is called");
  Client second(target);
  second.send_line("second");
  QCOMPARE(first.ask("first"), "first");
  QVERIFY(first.at_end());
  QCOMPARE(second.read_line(), "second");
  QVERIFY(second.at_end());
  QCOMPARE(lines_with(server.output_path(), "accept_client_connection is called"), 2);
  server.signal(SIGTERM);
  QCOMPARE(server.wait_exit(), exited(0));
}

void SeedConcurrency::process_request_calls_handle_request_which_does_the_bulk_of_the_work() {
  const Sandbox sandbox;
  Process server =
      sandbox.start({program("seed-server"), "one-by-one"},
                    {{"UNINTERRUPTIBLE_BIND", "tcp://127.0.0.1:0"}, {"UNINTERRUPTIBLE_LOG_LEVEL", "debug"}});
  Client client(serves_on(server.output_path()));
  QCOMPARE(client.ask("what handle_request writes"), "what handle_request writes");
  QVERIFY(client.at_end());  // and it closes the connection behind it
  const std::string from = ", from 127.0.0.1:" + std::to_string(client.local_port());
  wait_for_line(server.output_path(), "connection 1-1 begins" + from);
  wait_for_line(server.output_path(), "connection 1-1 ends");
}

void SeedConcurrency::process_request_tracks_the_number_of_active_connections() {
  for (const char* const program : {"echo-server", "thread-pool-server"}) {
    Service service({.program = program});
    QCOMPARE(connections_of(service), 0);
    std::vector<Client> clients = served_clients(service, 3);
    QCOMPARE(connections_of(service), 3);
    clients.pop_back();
    eventually([&] { return connections_of(service) == 2; }, "one less");
    const pid_t pid = service.pid();
    ::kill(pid, SIGTERM);
    wait_for_line(service.log(), "shutting down: 2 connections may finish");
    for (Client& client : clients) {
      QVERIFY(is_alive(pid));
      client.half_close();
      QVERIFY(client.at_end());
    }
    QCOMPARE(service.ended(pid), exited(0));
  }
}

void SeedConcurrency::accept_client_connection_is_called_whenever_a_connection_is_waiting() {
  const Sandbox sandbox;
  Process server =
      sandbox.start({program("seed-server"), "one-by-one"}, {{"UNINTERRUPTIBLE_BIND", "tcp://127.0.0.1:0"}});
  const std::string target = serves_on(server.output_path());
  const auto calls = [&] { return lines_with(server.output_path(), "accept_client_connection is called"); };
  QCOMPARE(calls(), 0);
  for (int connection = 1; connection <= 5; ++connection) {
    Client client(target);
    eventually([&] { return calls() == connection; }, "one more call");
    QCOMPARE(client.ask("hello"), "hello");
    QVERIFY(client.at_end());
  }
  server.signal(SIGTERM);
  QCOMPARE(server.wait_exit(), exited(0));
  QCOMPARE(calls(), 5);
}

void SeedConcurrency::four_worker_threads_loop_over_accept_and_process_request() {
  Service service({.program = "thread-pool-server"});
  std::vector<Client> clients = served_clients(service, 4);
  Client fifth(service.target());
  fifth.send_line("PID?");
  QCOMPARE(connections_of(service), 4);  // the fifth is in the kernel's queue
  QCOMPARE(clients[2].ask("still served"), "still served");
  clients[2].half_close();
  QVERIFY(clients[2].at_end());
  QCOMPARE(fifth.read_line(), std::to_string(service.pid()));
}

QTEST_GUILESS_MAIN(SeedConcurrency)
#include "seed_concurrency.moc"
