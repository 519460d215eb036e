#include <signal.h>

#include <QTest>
#include <filesystem>

#include "restart/bad_version.hpp"

using namespace testing;

namespace {

/// Puts the file of the chain's key or certificate back as it was, in any case a good pair.
void renew(Chain& chain) { (void)Certificate::make(chain.sandbox()); }

/// A version that is sane but for what it finds of key and certificate; both ways in which a server is told
/// where they are read them before they change anything.
BadVersion bad_files(const char* name, const char* output, std::function<void(Chain&)> spoil,
                     bool by_fixture) {
  return {.name = name,
          .install =
              [spoil = std::move(spoil), by_fixture](Chain& chain) {
                by_fixture ? chain.fixture() : chain.good();
                spoil(chain);
              },
          .outcome = "failed",
          .failed_at = "spawned",
          .reason = "exited with status 2 before it said HELLO",
          .exit_status = 2,
          .output = output,
          .repair = renew};
}

const std::vector<BadVersion>& certificate_versions() {
  const auto certificate_gone = [](Chain& c) { std::filesystem::remove(c.certificate().file); };
  const auto certificate_is_garbage = [](Chain& c) { write_file(c.certificate().file, "garbage\n"); };
  const auto certificate_is_cut = [](Chain& c) {
    const std::string text = read_file(c.certificate().file);
    write_file(c.certificate().file, text.substr(0, text.size() / 2));
  };
  const auto certificate_of_another_key = [](Chain& c) {
    const Certificate other = Certificate::make(c.sandbox(), "tls.other", "somebody.else");
    std::filesystem::rename(other.file, c.certificate().file);
  };
  const auto key_gone = [](Chain& c) { std::filesystem::remove(c.certificate().key); };
  const auto key_is_encrypted = [](Chain& c) { c.certificate().encrypt_key(c.sandbox()); };
  static const std::vector<BadVersion> all{
      bad_files("certificate missing, by flag", "--tls-certificate", certificate_gone, false),
      bad_files("certificate missing", "No such file", certificate_gone, true),
      bad_files("certificate is garbage", "has no certificate in PEM form", certificate_is_garbage, false),
      bad_files("certificate is cut", "tls_certificate", certificate_is_cut, true),
      bad_files("certificate of another key", "does not belong to the certificate",
                certificate_of_another_key, false),
      bad_files("key missing", "No such file", key_gone, true),
      bad_files("key is encrypted", "is encrypted", key_is_encrypted, false),
      {.name = "set-up throws",
       .install = [](Chain& c) { c.fixture("throw-in-constructor"); },
       .outcome = "failed",
       .failed_at = "spawned",
       .reason = "signal 6",
       .term_signal = SIGABRT,
       .output = "no route to the database"},
  };
  return all;
}

Chain::Options options() { return {.transport = Transport::tls, .flags = {"--rollback-window", "100ms"}}; }

/// What a new client is shown.
std::string shown_by(const Chain& chain) { return Client(chain.target()).tls().server_subject(); }

}  // namespace

/// A restart reads key and certificate anew: what is good there is used, what is bad refuses the restart.
class RestartCertificates : public QObject {
  Q_OBJECT

 private slots:
  void bad_version_data() {
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < certificate_versions().size(); ++i)
      QTest::newRow(certificate_versions()[i].name) << static_cast<int>(i);
  }
  void bad_version() {
    QFETCH(int, index);
    const std::string problem = problem_with(options(), [&](Chain& chain) {
      try_version(chain, certificate_versions()[static_cast<std::size_t>(index)]);
    });
    QVERIFY2(problem.empty(), problem.c_str());
  }

  void renewed_certificate_is_shown_from_the_next_restart_on() {
    const std::string problem = problem_with(options(), [](Chain& chain) {
      const std::string first = chain.sandbox() / "first.crt";
      std::filesystem::copy_file(chain.certificate().file, first);
      Client early(chain.target(), patience, first);
      require(early.ask("early") == "early", "who trusts the first certificate is served");
      require(early.tls().server_subject() == "CN=localhost", "the first certificate is shown");

      (void)Certificate::make(chain.sandbox(), "tls", "renewed");
      require(shown_by(chain) == "CN=localhost", "nothing changes before a restart");
      chain.good_restart();
      require(shown_by(chain) == "CN=renewed", "the renewed certificate is shown");
      require(Client(chain.target(), patience, chain.certificate().file).ask("late") == "late",
              "who trusts the renewed one is served");
      try {
        (void)Client(chain.target(), patience, first).ask("late");
        require(false, "who trusts only the first one turns away");
      } catch (const std::system_error& error) {
        require(error.code().value() == EPROTO, std::string("it is refused: ") + error.what());
      }
      require(early.ask("goes on") == "goes on", "a conversation from before goes on");

      // A later one that cannot be used changes nothing for anybody.
      write_file(chain.certificate().file, "garbage\n");
      const CliResult refused = chain.restart();
      require(refused.exit == exited(1), "the restart is refused: " + refused.out);
      require(refused.out.find("has no certificate in PEM form") != std::string::npos,
              "the asker hears why: " + refused.out);
      require(chain.has_logged("has no certificate in PEM form"), "so does the log");
      require(shown_by(chain) == "CN=renewed", "the old one serves, with its own certificate");
      require(early.ask("goes on") == "goes on", "a conversation from before goes on");

      (void)Certificate::make(chain.sandbox(), "tls", "repaired");
      chain.good_restart();
      require(shown_by(chain) == "CN=repaired", "the next one is used");
      early.half_close();
      require(early.at_end(), "the conversation ends properly");
      std::filesystem::remove(first);
      chain.stop();
      require(chain.left_behind().empty(), "nothing is left behind");
    });
    QVERIFY2(problem.empty(), problem.c_str());
  }

  /// Clients may refuse it, but a server that no restart can replace any more would be worse.
  void expired_certificate_is_a_warning() {
    const std::string problem = problem_with(options(), [](Chain& chain) {
      require(!chain.has_logged(" expired on "), "nothing to warn of");
      Certificate::make(chain.sandbox(), "tls", "expired").expire(chain.sandbox());
      chain.good_restart();
      require(shown_by(chain) == "CN=expired", "it is shown");
      require(Client(chain.target()).ask("hello") == "hello", "who does not look is served");
      require(wait_for_line(chain.log(), " expired on ").find("CN=expired") != std::string::npos,
              "the log warns of it");
      try {
        (void)Client(chain.target(), patience, chain.certificate().file).ask("hello");
        require(false, "who looks turns away");
      } catch (const std::system_error& error) {
        require(error.code().value() == EPROTO, std::string("it is refused: ") + error.what());
      }
      chain.stop();
    });
    QVERIFY2(problem.empty(), problem.c_str());
  }
};

QTEST_GUILESS_MAIN(RestartCertificates)
#include "restart_certificates.moc"
