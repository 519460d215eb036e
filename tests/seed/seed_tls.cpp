#include <signal.h>

#include <QtTest>
#include <filesystem>
#include <memory>

#include "seed/seed_support.hpp"

using namespace testing;

namespace {

using Words = std::vector<std::string>;

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// What openssl's client made of a server: what it was answered to "hello", and what it says of the
/// connection.
struct Talk {
  std::string answer;
  std::string said;
};

}  // namespace

/// What the gem's README says of TLS, with the openssl program to make keys and as the client.
class SeedTls : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase();
  void cleanupTestCase() { sandbox_.reset(); }
  void setting_tls_key_and_tls_certificate_wraps_the_tcp_socket_with_tls();
  void tlsv1_1_and_tlsv1_2_are_supported_data();
  void tlsv1_1_and_tlsv1_2_are_supported();
  void tls_version_is_the_oldest_version_to_use();
  void tls_version_defaults_to_tlsv1_2();
  void tls_version_falls_back_to_env_tls_version();
  void tls_key_is_the_private_key_to_use_for_tls_data();
  void tls_key_is_the_private_key_to_use_for_tls();
  void an_encrypted_tls_key_is_refused_and_nobody_is_asked();
  void tls_key_reads_the_file_from_env_tls_key();
  void tls_certificate_is_the_certificate_to_use_for_tls();
  void tls_certificate_reads_the_file_from_env_tls_certificate();
  void verify_client_tls_certificate_requires_and_verifies_client_certificates();
  void verify_client_tls_certificate_falls_back_to_env_where_false_is_false();
  void client_tls_certificate_ca_is_a_path_to_a_trusted_ca_and_implies_verification();
  void client_tls_certificate_ca_falls_back_to_env();
  void a_key_that_the_openssl_req_command_generates_serves();

 private:
  std::string file(const std::string& name) const { return *sandbox_ / name; }

  void openssl(Words words) const {
    words.insert(words.begin(), "openssl");
    Process process = sandbox_->start(words);
    if (process.wait_exit() != exited(0))
      throw std::runtime_error(words[1] + " failed: " + process.standard_error());
  }
  /// NAME.key and NAME.pem, self-signed or signed by another.
  void make_certificate(const std::string& name, const Words& key, const std::string& signer = {}) const {
    Words words{"req", "-x509", "-nodes", "-days", "3", "-subj", "/CN=" + name + ".example"};
    words.insert(words.end(), key.begin(), key.end());
    words.insert(words.end(), {"-keyout", file(name + ".key"), "-out", file(name + ".pem")});
    if (!signer.empty())
      words.insert(words.end(), {"-CA", file(signer + ".pem"), "-CAkey", file(signer + ".key")});
    openssl(words);
  }

  Process start(Words flags, Sandbox::Environment environment = {}) const {
    flags.insert(flags.begin(), {program("echo-server"), "--bind", "tcp://127.0.0.1:0"});
    return sandbox_->start(flags, std::move(environment));
  }
  /// Flags for the key and the certificate of that name.
  Words key_pair(const std::string& name = "server", const Words& more = {}) const {
    Words flags{"--tls-key", file(name + ".key"), "--tls-certificate", file(name + ".pem")};
    flags.insert(flags.end(), more.begin(), more.end());
    return flags;
  }
  Talk talk(const Process& server, const Words& flags = {}) const {
    std::string line = "echo hello | openssl s_client -brief -ign_eof -connect " +
                       serves_on(server.output_path()).substr(std::string("tcp://").size());
    for (const std::string& word : flags) line += " " + word;
    Process client = sandbox_->start({"sh", "-c", line});
    if (!client.wait_exit()) throw std::runtime_error("the client does not end: " + line);
    return {client.standard_output(), client.standard_error()};
  }
  bool is_answered(const Process& server, const Words& flags = {}) const {
    return talk(server, flags).answer == "hello\n";
  }
  /// A client's certificate and key.
  Words as(const std::string& name) const {
    return {"-cert", file(name + ".pem"), "-key", file(name + ".key")};
  }

  std::unique_ptr<Sandbox> sandbox_;
};

void SeedTls::initTestCase() {
  forget_configuration();
  sandbox_ = std::make_unique<Sandbox>();
  const Words ec{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"};
  for (const char* const name : {"server", "ca", "stranger"}) make_certificate(name, ec);
  make_certificate("client", ec, "ca");
}

void SeedTls::setting_tls_key_and_tls_certificate_wraps_the_tcp_socket_with_tls() {
  const Process server = start(key_pair());
  const Talk spoken = talk(server, {"-CAfile", file("server.pem"), "-verify_return_error"});
  QCOMPARE(spoken.answer, "hello\n");
  QVERIFY2(contains(spoken.said, "Verification: OK"), spoken.said.c_str());
  Client plain(serves_on(server.output_path()));
  plain.send("hello\n");
  QVERIFY(!contains(plain.read_all(), "hello"));

  for (const Words& half :
       {Words{"--tls-key", file("server.key")}, {"--tls-certificate", file("server.pem")}}) {
    Process refused = start(half);
    const std::string reason = refusal_of(refused);
    QVERIFY2(contains(reason, "TLS needs both"), reason.c_str());
  }
}

void SeedTls::tlsv1_1_and_tlsv1_2_are_supported_data() {
  QTest::addColumn<QString>("flag");
  QTest::addColumn<QString>("version");
  QTest::newRow("1.1") << "-tls1_1"
                       << "TLSv1.1";
  QTest::newRow("1.2") << "-tls1_2"
                       << "TLSv1.2";
  QTest::newRow("1.3, which the gem does not speak") << "-tls1_3"
                                                     << "TLSv1.3";
}

/// OpenSSL 3 has 1.1 at its lowest security level only, on either side.
void SeedTls::tlsv1_1_and_tlsv1_2_are_supported() {
  QFETCH(const QString, flag);
  QFETCH(const QString, version);
  const Process server = start(key_pair("server", {"--tls-version", "TLSv1_1", "--tls-security-level", "0"}));
  const Talk spoken = talk(server, {flag.toStdString(), "-cipher", "DEFAULT@SECLEVEL=0"});
  QCOMPARE(spoken.answer, "hello\n");
  QVERIFY2(contains(spoken.said, "Protocol version: " + version.toStdString() + "\n"), spoken.said.c_str());
}

void SeedTls::tls_version_is_the_oldest_version_to_use() {
  const Process server =
      start(key_pair("server", {"--tls-version", "TLSv1_3"}), {{"TLS_VERSION", "TLSv1_2"}});
  QVERIFY(is_answered(server, {"-tls1_3"}));
  QVERIFY(!is_answered(server, {"-tls1_2"}));

  Process unknown = start(key_pair("server", {"--tls-version", "SSLv3"}));
  const std::string reason = refusal_of(unknown);
  QVERIFY2(contains(reason, "tls_version 'SSLv3': must be TLSv1_1, TLSv1_2 or TLSv1_3"), reason.c_str());
}

void SeedTls::tls_version_defaults_to_tlsv1_2() {
  const Process server = start(key_pair("server", {"--tls-security-level", "0"}));
  QVERIFY(!is_answered(server, {"-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"}));
  QVERIFY(is_answered(server, {"-tls1_2"}));
  QVERIFY(is_answered(server, {"-tls1_3"}));
}

void SeedTls::tls_version_falls_back_to_env_tls_version() {
  const Process server = start(key_pair(), {{"TLS_VERSION", "TLSv1_3"}});
  QVERIFY(is_answered(server, {"-tls1_3"}));
  QVERIFY(!is_answered(server, {"-tls1_2"}));
}

void SeedTls::tls_key_is_the_private_key_to_use_for_tls_data() {
  QTest::addColumn<QStringList>("new_key");
  QTest::newRow("EC") << QStringList{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"};
  QTest::newRow("Ed25519") << QStringList{"-newkey", "ed25519"};
}

/// RSA, the gem's only kind, is what the README's command makes; see there.
void SeedTls::tls_key_is_the_private_key_to_use_for_tls() {
  QFETCH(const QStringList, new_key);
  Words key;
  for (const QString& word : new_key) key.push_back(word.toStdString());
  make_certificate("own", key);
  QVERIFY(is_answered(start(key_pair("own"))));

  Process other = start({"--tls-key", file("server.key"), "--tls-certificate", file("own.pem")});
  const std::string reason = refusal_of(other);
  QVERIFY2(contains(reason, "does not belong to the certificate"), reason.c_str());
}

/// Standard input is open and silent: whoever asks would wait for ever.
void SeedTls::an_encrypted_tls_key_is_refused_and_nobody_is_asked() {
  openssl(
      {"pkey", "-in", file("server.key"), "-aes256", "-passout", "pass:secret", "-out", file("locked.key")});
  Process server = sandbox_->start({program("echo-server"), "--bind", "tcp://127.0.0.1:0", "--tls-key",
                                    file("locked.key"), "--tls-certificate", file("server.pem")},
                                   {}, true);
  const std::string reason = refusal_of(server);
  QVERIFY2(contains(reason, "encrypted"), reason.c_str());
}

void SeedTls::tls_key_reads_the_file_from_env_tls_key() {
  const Process server = start({"--tls-certificate", file("server.pem")}, {{"TLS_KEY", file("server.key")}});
  QVERIFY(is_answered(server));
  const Process in_code = start(key_pair(), {{"TLS_KEY", file("stranger.key")}});
  QVERIFY(is_answered(in_code));
  Process missing = start({"--tls-certificate", file("server.pem")}, {{"TLS_KEY", file("missing.key")}});
  const std::string reason = refusal_of(missing);
  QVERIFY2(contains(reason, file("missing.key") + "' (from TLS_KEY)"), reason.c_str());
}

/// Read again by each new process, so that a restart puts a renewed one to use.
void SeedTls::tls_certificate_is_the_certificate_to_use_for_tls() {
  for (const char* const part : {".key", ".pem"})
    std::filesystem::copy_file(file(std::string("server") + part), file(std::string("current") + part));
  Process server = start(key_pair("current", {"--rollback-window", "0", "--pidfile", file("pid")}));
  QVERIFY(contains(talk(server).said, "CN = server.example"));
  for (const char* const part : {".key", ".pem"})
    std::filesystem::rename(file(std::string("stranger") + part), file(std::string("current") + part));
  QVERIFY(contains(talk(server).said, "CN = server.example"));
  server.signal(SIGUSR1);
  const pid_t next = wait_for_pidfile(file("pid"), server.pid());
  QCOMPARE(server.wait_exit(), exited(0));
  QVERIFY(contains(talk(server).said, "CN = stranger.example"));
  ::kill(next, SIGTERM);
  QCOMPARE(wait_exit(next), exited(0));
  for (const char* const part : {".key", ".pem"})
    std::filesystem::rename(file(std::string("current") + part), file(std::string("stranger") + part));
}

void SeedTls::tls_certificate_reads_the_file_from_env_tls_certificate() {
  const Process server = start({"--tls-key", file("server.key")}, {{"TLS_CERTIFICATE", file("server.pem")}});
  QVERIFY(contains(talk(server).said, "CN = server.example"));
  const Process in_code = start(key_pair(), {{"TLS_CERTIFICATE", file("stranger.pem")}});
  QVERIFY(contains(talk(in_code).said, "CN = server.example"));
}

void SeedTls::verify_client_tls_certificate_requires_and_verifies_client_certificates() {
  const Process server = start(key_pair("server", {"--verify-client", "--client-ca", file("ca.pem")}));
  for (const char* const version : {"-tls1_2", "-tls1_3"}) {
    const auto with = [&](Words words) {
      words.emplace_back(version);
      return words;
    };
    QVERIFY(is_answered(server, with(as("client"))));
    QVERIFY(!is_answered(server, with({})));
    QVERIFY(!is_answered(server, with(as("stranger"))));
  }
  Process trusts_nobody = start(key_pair("server", {"--verify-client"}));
  const std::string reason = refusal_of(trusts_nobody);
  QVERIFY2(contains(reason, "needs client_tls_certificate_ca"), reason.c_str());
}

void SeedTls::verify_client_tls_certificate_falls_back_to_env_where_false_is_false() {
  const Words with_ca = key_pair("server", {"--client-ca", file("ca.pem")});
  const Process demands = start(with_ca, {{"VERIFY_CLIENT_TLS_CERTIFICATE", "true"}});
  QVERIFY(is_answered(demands, as("client")));
  QVERIFY(!is_answered(demands));
  const Process does_not = start(key_pair(), {{"VERIFY_CLIENT_TLS_CERTIFICATE", "false"}});
  QVERIFY(is_answered(does_not));
  Process torn = start(with_ca, {{"VERIFY_CLIENT_TLS_CERTIFICATE", "false"}});
  const std::string reason = refusal_of(torn);
  QVERIFY2(contains(reason, "verify_client_tls_certificate says not to"), reason.c_str());
}

void SeedTls::client_tls_certificate_ca_is_a_path_to_a_trusted_ca_and_implies_verification() {
  const Process server = start(key_pair("server", {"--client-ca", file("ca.pem")}));
  QVERIFY(is_answered(server, as("client")));
  QVERIFY(!is_answered(server));
  QVERIFY(!is_answered(server, as("stranger")));
  Process missing = start(key_pair("server", {"--client-ca", file("missing.pem")}));
  const std::string reason = refusal_of(missing);
  QVERIFY2(contains(reason, file("missing.pem")), reason.c_str());
}

void SeedTls::client_tls_certificate_ca_falls_back_to_env() {
  const Process server = start(key_pair(), {{"CLIENT_TLS_CERTIFICATE_CA", file("ca.pem")}});
  QVERIFY(is_answered(server, as("client")));
  QVERIFY(!is_answered(server));
  const Process in_code = start(key_pair("server", {"--client-ca", file("stranger.pem")}),
                                {{"CLIENT_TLS_CERTIFICATE_CA", file("ca.pem")}});
  QVERIFY(is_answered(in_code, as("stranger")));
  QVERIFY(!is_answered(in_code, as("client")));
}

/// The README's command to the letter, but for -subj, which answers what it would ask.
void SeedTls::a_key_that_the_openssl_req_command_generates_serves() {
  openssl({"req", "-newkey", "rsa:4096", "-nodes", "-sha512", "-x509", "-days", "3650", "-nodes", "-out",
           file("tls_cert.pem"), "-keyout", file("tls_key.pem"), "-subj", "/CN=readme.example"});
  const Process server =
      start({}, {{"TLS_KEY", file("tls_key.pem")}, {"TLS_CERTIFICATE", file("tls_cert.pem")}});
  const Talk spoken = talk(server, {"-CAfile", file("tls_cert.pem"), "-verify_return_error"});
  QCOMPARE(spoken.answer, "hello\n");
  QVERIFY2(contains(spoken.said, "CN = readme.example"), spoken.said.c_str());
}

QTEST_GUILESS_MAIN(SeedTls)
#include "seed_tls.moc"
