#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <QJsonArray>
#include <QRegularExpression>
#include <QtTest>
#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <thread>

#include "base/unique_fd.hpp"
#include "restart/chain.hpp"
#include "support/campaign.hpp"
#include "support/client.hpp"
#include "support/control.hpp"
#include "support/files.hpp"

using namespace testing;
using uninterruptible::UniqueFd;

namespace {

/// Throws unless every line tells when, how severe, and from which generation and process; and holds nothing
/// that moves a terminal's cursor. Returns how many lines each generation has.
std::map<int, int> check_lines(const std::vector<std::string>& lines) {
  static const QRegularExpression pattern(
      R"(^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (?:DEBUG|INFO |WARN |ERROR|FATAL) chain\[(\d+):(\d+)\] )");
  std::map<int, int> counts;
  for (const std::string& line : lines) {
    const QRegularExpressionMatch match = pattern.match(QString::fromStdString(line));
    require(match.hasMatch(), "a line of the log is whole: " + line);
    require(std::none_of(line.begin(), line.end(),
                         [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }),
            "a line of the log has no control characters: " + line);
    ++counts[match.captured(1).toInt()];
  }
  return counts;
}

int count(const std::vector<std::string>& lines, const std::string& text) {
  return static_cast<int>(std::count_if(lines.begin(), lines.end(), [&](const std::string& line) {
    return line.find(text) != std::string::npos;
  }));
}

/// A server whose standard output is a FIFO that this test may read, or not.
class Piped {
 public:
  Piped() {
    const std::string fifo = sandbox_ / "out";
    if (::mkfifo(fifo.c_str(), 0600) != 0) throw std::system_error(errno, std::generic_category(), fifo);
    reader_.reset(::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    ::fcntl(reader_.get(), F_SETPIPE_SZ, 16'384);
    server_.emplace(sandbox_.start({"sh", "-c", R"(exec "$@" > "$0")", fifo, program("echo-server"), "--bind",
                                    "tcp://127.0.0.1:0", "--pidfile", pidfile(), "--name", "chain", "--lines",
                                    "--log-requests", "--rollback-window", "50ms"}));
    wait_for_pidfile(pidfile());
  }
  [[nodiscard]] std::string pidfile() const { return sandbox_ / "pid"; }
  [[nodiscard]] std::string control() const { return sandbox_.control_path("chain"); }
  [[nodiscard]] Process& server() { return *server_; }
  /// What is in the pipe now.
  std::string read() {
    std::string text;
    char bytes[8192];
    for (ssize_t length = 0; (length = ::read(reader_.get(), bytes, sizeof bytes)) > 0;)
      text.append(bytes, static_cast<std::size_t>(length));
    return text;
  }

 private:
  Sandbox sandbox_;
  UniqueFd reader_;
  std::optional<Process> server_;
};

/// Asks so often that what the server logs about it does not fit into the pipe.
void converse(Client& client, const std::string& name) {
  for (int i = 0; i < 300; ++i) {
    const std::string line = name + "-" + std::to_string(i) + "-" + std::string(200, 'x');
    require(client.ask(line) == line, "request " + line + " is answered");
  }
}

/// The number in the one line of that generation that tells of a loss.
int told_lost(const std::vector<std::string>& lines, int generation) {
  const std::string mark = "chain[" + std::to_string(generation) + ":";
  int found = 0;
  int lost = 0;
  for (const std::string& line : lines) {
    const std::size_t at = line.find("] the log could not be written: ");
    if (at == std::string::npos || line.find(mark) == std::string::npos) continue;
    require(line.find(" WARN ") != std::string::npos, "it is a warning");
    lost = std::stoi(line.substr(at + 32));
    ++found;
  }
  require(found == 1, "one line of " + mark + " tells of the loss, there are " + std::to_string(found));
  return lost;
}

/// A client at an address of its own on the server's unix socket.
UniqueFd client_named(const std::string& server, const std::string& name) {
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path, sizeof address.sun_path);
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0)
    throw std::system_error(errno, std::generic_category(), "bind");
  address = {};
  address.sun_family = AF_UNIX;
  server.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::system_error(errno, std::generic_category(), "connect");
  return fd;
}

const char* const hostile[] = {"\n2026-01-01T00:00:00.000Z FATAL chain[1:1] forged",
                               "\r\x1b[2J\x1b[31m",
                               "\x9b"
                               "2J",
                               "\xc2\x9b"
                               "2J",
                               "\xe2\x80\xae"
                               "gnp",
                               "\xe2\x81\xa6",
                               "\xd8\x9c",
                               "\xe2\x80\xa8",
                               "\xff\xfe",
                               "\xed\xa0\x80",
                               "\x7f\b\t\\"};

}  // namespace

/// Logs that are stuck, full, gone, shared or attacked.
class RestartLog : public QObject {
  Q_OBJECT

 private slots:
  void stuck_reader_of_standard_output_stops_nothing() {
    Piped piped;
    const pid_t first = piped.server().pid();
    const std::string target = target_of(piped.control());
    Client older(target);
    converse(older, "older");
    for (int i = 0; i < 50; ++i) QVERIFY(Client(target).ask("short") == "short");

    ::kill(first, SIGUSR1);
    const pid_t second = wait_for_pidfile(piped.pidfile(), first);
    wait_for_step(piped.control(), "draining");
    Client newer(target);
    QCOMPARE(newer.ask("PID?"), std::to_string(second));
    converse(newer, "newer");
    QCOMPARE(older.ask("PID?"), std::to_string(first));

    std::string text = piped.read();  // the reader is back
    const int before = count(split_lines(text), "answered");
    QVERIFY(older.ask("once more") == "once more");
    QVERIFY(newer.ask("and here") == "and here");
    const auto both_told = [&] {
      text += piped.read();
      return text.find(" once more\n") != std::string::npos && text.find(" and here\n") != std::string::npos;
    };
    eventually(both_told, "both write again");
    const std::vector<std::string> lines = split_lines(text);
    check_lines(lines);
    const int lost = told_lost(lines, 1) + told_lost(lines, 2);
    const int missing = 300 + 50 + 1 + 300 + 1 - before;  // "PID?" is a request too
    QVERIFY2(missing > 400, QByteArray::number(missing));
    // Lines about the restart are lost as well.
    QVERIFY2(lost >= missing && lost < missing + 50, QByteArray::number(lost - missing));
    older.half_close();
    newer.half_close();
    ::kill(second, SIGTERM);
    QCOMPARE(piped.server().wait_exit(), exited(0));
    QCOMPARE(wait_exit(second), exited(0));
  }

  void full_disk_stops_nothing() {
    Sandbox sandbox;
    Process server =
        sandbox.start({program("echo-server"), "--bind", "tcp://127.0.0.1:0", "--pidfile", sandbox / "pid",
                       "--log", "/dev/full", "--name", "chain", "--lines", "--rollback-window", "50ms"});
    const pid_t first = wait_for_pidfile(sandbox / "pid");
    QCOMPARE(Client(target_of(sandbox.control_path("chain"))).ask("PID?"), std::to_string(first));
    ::kill(first, SIGUSR1);
    const pid_t second = wait_for_pidfile(sandbox / "pid", first);
    wait_for_step(sandbox.control_path("chain"), "final");
    QCOMPARE(Client(target_of(sandbox.control_path("chain"))).ask("PID?"), std::to_string(second));
    ::kill(second, SIGTERM);
    QCOMPARE(server.wait_exit(), exited(0));
    QCOMPARE(wait_exit(second), exited(0));
  }

  void removed_file_comes_back_with_the_next_generation() {
    const std::string problem = problem_with({.flags = {"--rollback-window", "50ms"}}, [](Chain& chain) {
      std::filesystem::remove(chain.log());
      require(chain.answering() == chain.pid(), "it serves without its file");
      require(!std::filesystem::exists(chain.log()), "nobody makes the file anew");
      chain.good_restart();
      require(check_lines(split_lines(read_file(chain.log()))).count(2) == 1,
              "the new generation writes a file");
      chain.stop();
    });
    QVERIFY2(problem.empty(), problem.c_str());
  }

  void unusable_log_fails_the_restart_and_the_old_one_serves() {
    const std::string problem = problem_with({.flags = {"--rollback-window", "50ms"}}, [](Chain& chain) {
      const pid_t first = chain.pid();
      std::filesystem::remove(chain.log());
      std::filesystem::create_directory(chain.log());
      const CliResult result = chain.restart();
      require(result.exit == exited(1), "it fails: " + result.out);
      require(result.out.find("cannot open log " + chain.log()) != std::string::npos,
              "and why: " + result.out);
      require(chain.answering() == first, "the old one serves");
      std::filesystem::remove(chain.log());
      require(::mkfifo(chain.log().c_str(), 0600) == 0, "mkfifo");
      require(chain.restart().out.find("cannot open log " + chain.log()) != std::string::npos,
              "a FIFO that nobody reads holds nothing up");
      std::filesystem::remove(chain.log());
      chain.good_restart();
      chain.stop();
    });
    QVERIFY2(problem.empty(), problem.c_str());
  }

  void lines_of_two_generations_do_not_mix() {
    const int requests = rounds(1'500);
    const std::string problem =
        problem_with({.flags = {"--log-requests", "--rollback-window", "50ms"}}, [&](Chain& chain) {
          const auto talk = [&](Client& client, char letter) {
            for (int i = 0; i < requests; ++i) {
              const std::string line(static_cast<std::size_t>(100 + i * 37 % 3'400), letter);
              require(client.ask(line) == line, "answered");
            }
          };
          Client older(chain.target());
          require(older.ask("PID?") == std::to_string(chain.pid()), "the first serves");
          chain.usr1();
          wait_for_step(chain.control(), "draining");
          Client newer(chain.target());
          require(newer.ask("PID?") == std::to_string(chain.pid()), "the second serves");
          {
            const std::jthread other([&] { talk(older, 'a'); });
            talk(newer, 'b');
          }
          older.half_close();
          newer.half_close();
          chain.stop();
          const std::vector<std::string> lines = split_lines(read_file(chain.log()));
          std::map<int, int> counts = check_lines(lines);
          require(counts.size() == 2 && counts[1] > requests && counts[2] > requests, "both wrote all");
          for (const char letter : {'a', 'b'}) {
            int whole = 0;
            for (const std::string& line : lines) {
              const std::string body = line.substr(line.rfind(' ') + 1);
              if (body.size() >= 100 && body.find_first_not_of(letter) == std::string::npos) ++whole;
            }
            require(whole == requests, "every line is whole and there once, of " + std::string(1, letter) +
                                           " " + std::to_string(whole));
          }
        });
    QVERIFY2(problem.empty(), problem.c_str());
  }

  void hostile_clients_stay_in_their_line() {
    const std::string problem =
        problem_with({.transport = Transport::unix_path, .flags = {"--log-requests"}}, [](Chain& chain) {
          const std::string server = chain.sandbox() / "listen";
          int clients = 0;
          for (const std::string text : hostile) {
            for (const std::string& name :
                 {chain.sandbox() / text,
                  std::string("\0", 1) + (chain.sandbox() / text) + std::string("\0z", 2)}) {
              const UniqueFd client = client_named(server, name);
              const std::string line = "peer" + text.substr(text.front() == '\n') + "\n";
              require(::write(client.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size()),
                      "write");
              char answer[256];
              require(::read(client.get(), answer, sizeof answer) > 0, "it is answered");
              ++clients;
              if (name.front() != '\0') std::filesystem::remove(name);
            }
          }
          eventually([&] { return count(split_lines(read_file(chain.log())), " peer") >= clients; },
                     "all requests are in the log");
          const std::vector<std::string> lines = split_lines(read_file(chain.log()));
          require(check_lines(lines).size() == 1, "one generation wrote all");
          require(count(lines, "begins, from unix:" + (chain.sandbox() / "")) == clients / 2,
                  "each has one line");
          require(count(lines, "begins, from unix:@" + (chain.sandbox() / "")) == clients / 2,
                  "each has one line");
          require(count(lines, " peer") == clients, "each request has one line");
          const std::string all = read_file(chain.log());
          for (const char* raw :
               {"\xe2\x80\xae", "\xe2\x81\xa6", "\xd8\x9c", "\xe2\x80\xa8", "\xc2\x9b", "\xff", "\xed\xa0"})
            require(all.find(raw) == std::string::npos, "no raw hostile bytes");
          require(count(lines, R"(\n2026-01-01T00:00:00.000Z FATAL)") == 2, "a newline is written as such");
          chain.stop();
        });
    QVERIFY2(problem.empty(), problem.c_str());
  }

  void output_of_a_bad_version_stays_in_its_lines() {
    const std::string problem = problem_with({}, [](Chain& chain) {
      chain.script(
          R"(printf 'a\033[2Jb\342\200\256c\233d\303e\n2026-01-01T00:00:00.000Z FATAL chain[9:9] forged\n' >&2
exit 3)");
      const CliResult result = chain.restart();
      require(result.exit == exited(1), "it fails: " + result.out);
      const QJsonArray output = result.json()["output"].toArray();
      require(output.size() == 2, "two lines are reported: " + result.out);
      require(output[0].toString() == R"(a\x1b[2Jb\xe2\x80\xaec\x9bd\xc3e)",
              "the first is escaped: " + result.out);
      require(check_lines(split_lines(read_file(chain.log()))).count(9) == 0, "none is forged");
      chain.stop();
    });
    QVERIFY2(problem.empty(), problem.c_str());
  }
};

QTEST_GUILESS_MAIN(RestartLog)
#include "restart_log.moc"
