#include <openssl/crypto.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <QTest>
#include <cstdlib>
#include <new>
#include <string>
#include <thread>

#include "base/unique_fd.hpp"
#include "support/certificate.hpp"
#include "support/client_tls.hpp"
#include "support/files.hpp"
#include "tls/context.hpp"
#include "tls/stream.hpp"

using namespace testing;
using namespace uninterruptible;

namespace {

/// How many more of OpenSSL's allocations this thread gets before one fails; negative: all.
thread_local long allocations_left = -1;
thread_local bool has_failed = false;

bool fails_now() {
  if (allocations_left < 0 || allocations_left-- > 0) return false;
  has_failed = true;
  return true;
}

void* allocate(std::size_t size, const char*, int) {
  // NOLINTNEXTLINE(cppcoreguidelines-no-malloc): what OpenSSL itself would call
  return fails_now() ? nullptr : std::malloc(size);
}
void* reallocate(void* old, std::size_t size, const char*, int) {
  // NOLINTNEXTLINE(cppcoreguidelines-no-malloc)
  return fails_now() ? nullptr : std::realloc(old, size);
}
void release(void* memory, const char*, int) {
  // NOLINTNEXTLINE(cppcoreguidelines-no-malloc)
  std::free(memory);
}

/// OpenSSL takes them only before its first allocation.
const bool installed = CRYPTO_set_mem_functions(allocate, reallocate, release) == 1;

void wait(int fd, net::Stream::Wants wants) {
  pollfd socket{fd, static_cast<short>(wants == net::Stream::Wants::to_read ? POLLIN : POLLOUT), 0};
  if (::poll(&socket, 1, 20'000) <= 0) throw std::runtime_error("the client does not go on");
}

/// A line comes, and goes back.
void serve(const std::shared_ptr<const tls::Context>& context, int fd) {
  using Wants = net::Stream::Wants;
  tls::Stream stream(context, fd);
  for (Wants wants = stream.begin(); wants != Wants::nothing; wants = stream.begin()) wait(fd, wants);
  (void)stream.facts();
  std::string line(100, '\0');
  net::Stream::Result got = stream.read(line.data(), line.size());
  for (; got.wants != Wants::nothing; got = stream.read(line.data(), line.size())) wait(fd, got.wants);
  line.resize(got.bytes);
  for (net::Stream::Result sent = stream.write(line); sent.wants != Wants::nothing; sent = stream.write(line))
    wait(fd, sent.wants);
  for (Wants wants = stream.say_goodbye(); wants != Wants::nothing; wants = stream.say_goodbye())
    wait(fd, wants);
}

/// One connection whose server fails at its allocation number `at`; all succeed where that is negative. What
/// the server ended by; empty when it did not fail.
std::string conversation(const std::shared_ptr<const tls::Context>& context, long at, bool& hit,
                         bool& answered) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::runtime_error("no socket pair");
  const UniqueFd client_end(ends[0]);
  UniqueFd server_end(ends[1]);
  const timeval limit{20, 0};
  ::setsockopt(client_end.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  std::string problem;
  std::thread server([&] {
    allocations_left = at;
    has_failed = false;
    try {
      serve(context, server_end.get());
    } catch (const std::exception& error) {
      problem = error.what();
      if (problem.empty()) problem = "no reason is given";
    }
    allocations_left = -1;
    hit = has_failed;
    server_end.reset();
  });
  answered = false;
  try {
    ClientTls client(client_end.get(), {});
    client.send("hello\n");
    char text[100];
    answered = std::string(text, client.receive(text, sizeof text)) == "hello\n";
    while (client.receive(text, sizeof text) != 0) {
    }
  } catch (const std::exception&) {  // that the server broke off is the server's business here
  }
  ::shutdown(client_end.get(), SHUT_RDWR);
  server.join();
  return problem;
}

}  // namespace

/// Memory that OpenSSL does not get costs the connection that needed it, and nothing else.
class IntegrationTlsMemory : public QObject {
  Q_OBJECT

 private slots:
  void any_allocation_may_fail() {
    QVERIFY(installed);
    const Sandbox sandbox;
    const Certificate certificate = Certificate::make(sandbox);
    tls::ContextOptions options;
    options.name = "memory";
    const std::string key = read_file(certificate.key);
    options.key = key;
    options.certificate = read_file(certificate.file);
    std::vector<tls::Problem> problems;
    const std::shared_ptr<const tls::Context> context = tls::Context::make(options, problems);
    QVERIFY2(context != nullptr, problems.empty() ? "" : problems[0].reason.c_str());

    bool hit = false;
    bool answered = false;
    QCOMPARE(QString::fromStdString(conversation(context, -1, hit, answered)), QString());
    QVERIFY(answered);

    const long step = qEnvironmentVariable("UNINTERRUPTIBLE_SANITIZE").isEmpty() ? 1 : 11;
    long failures = 0;
    long survived = 0;
    for (long at = 0;; at += step) {
      const std::string problem = conversation(context, at, hit, answered);
      if (!hit) break;
      ++failures;
      // Some of OpenSSL's allocations are for things it can do without.
      if (problem.empty()) ++survived;
      QVERIFY2(problem != "the client does not go on", qPrintable(QString("hangs at %1").arg(at)));
    }
    qInfo("%ld allocations failed, one a connection; %ld connections did without", failures, survived);
    QVERIFY(failures > 20);
    QVERIFY(survived < failures);
    QCOMPARE(QString::fromStdString(conversation(context, -1, hit, answered)), QString());
    QVERIFY(answered);
  }
};

QTEST_GUILESS_MAIN(IntegrationTlsMemory)
#include "integration_tls_memory.moc"
