#include <signal.h>

#include <QtTest>
#include <cerrno>
#include <optional>

#include "support/certificate.hpp"
#include "support/client.hpp"
#include "support/files.hpp"

using namespace testing;

namespace {

/// openssl's own server, which answers each line with its reverse and ends properly after `CLOSE`.
class ReversingServer {
 public:
  ReversingServer() : process_(sandbox_.start(command())) {
    const std::string mark = "ACCEPT ";
    const std::string line = wait_for_line(process_.output_path(), mark + "127.0.0.1:");
    target_ = "tls://" + line.substr(line.find(mark) + mark.size());
  }

  [[nodiscard]] const std::string& target() const { return target_; }
  [[nodiscard]] const Certificate& certificate() const { return *certificate_; }
  [[nodiscard]] const Sandbox& sandbox() const { return sandbox_; }
  void stop() { process_.signal(SIGSTOP); }
  void kill() {
    process_.signal(SIGKILL);
    (void)process_.wait_exit();
  }

 private:
  std::vector<std::string> command() {
    certificate_ = Certificate::make(sandbox_);
    return {"openssl",         "s_server", "-accept",          "127.0.0.1:0", "-key",
            certificate_->key, "-cert",    certificate_->file, "-rev"};
  }

  Sandbox sandbox_;
  std::optional<Certificate> certificate_;
  Process process_;
  std::string target_;
};

/// The errno with which it fails; 0 when it does not.
template <typename Act>
int error_of(Act&& act) {
  try {
    act();
    return 0;
  } catch (const std::system_error& error) {
    return error.code().value();
  }
}

}  // namespace

/// The client that proves what servers do over TLS, against a server that is not ours.
class SupportClientTls : public QObject {
  Q_OBJECT

 private slots:
  void lines_and_a_proper_end() {
    const ReversingServer server;
    Client client(server.target());
    QCOMPARE(client.ask("abc"), "cba");
    QCOMPARE(client.tls().server_subject(), "CN=localhost");
    client.send_line("CLOSE");
    QVERIFY(client.at_end());
  }
  void replies_are_read_after_the_own_end() {
    const ReversingServer server;
    Client client(server.target());
    client.send_line("abc");
    client.half_close();
    QCOMPARE(client.read_all(), "cba\n");
  }
  void half_a_hello_and_then_the_rest() {
    const ReversingServer server;
    Client client(server.target());
    client.tls().send_half_hello();
    QCOMPARE(client.ask("abc"), "cba");
  }
  void an_end_without_goodbye_is_no_end() {
    ReversingServer server;
    Client client(server.target());
    QCOMPARE(client.ask("abc"), "cba");
    server.kill();
    QCOMPARE(error_of([&] { (void)client.at_end(); }), ECONNABORTED);
    QCOMPARE(error_of([&] { Client(server.target()).send("x"); }), ECONNREFUSED);
  }
  void every_wait_has_a_limit() {
    ReversingServer server;
    Client client(server.target(), 50ms);
    server.stop();
    QCOMPARE(error_of([&] { client.send_line("abc"); }), EAGAIN);
    QCOMPARE(error_of([&] { (void)Client(server.target(), 50ms).ask("abc"); }), EAGAIN);
  }
  void certificates_are_verified_where_asked_for() {
    const ReversingServer server;
    QCOMPARE(Client(server.target(), patience, server.certificate().file).ask("abc"), "cba");
    const Certificate other = Certificate::make(server.sandbox(), "other");
    QCOMPARE(error_of([&] { (void)Client(server.target(), patience, other.file).ask("abc"); }), EPROTO);
    QVERIFY_EXCEPTION_THROWN(Client(server.target(), patience, "/nowhere"), std::invalid_argument);
  }
  void no_tls_is_an_error() {
    const ReversingServer server;
    Client plain("tcp" + server.target().substr(3));
    QVERIFY_EXCEPTION_THROWN((void)plain.tls(), std::logic_error);
    plain.send_line("this is no hello");
    QVERIFY(error_of([&] { (void)plain.read_all(); }) != EAGAIN);
  }
};

QTEST_GUILESS_MAIN(SupportClientTls)
#include "test_client_tls.moc"
