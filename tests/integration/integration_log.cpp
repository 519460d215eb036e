#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QRegularExpression>
#include <QtTest>
#include <atomic>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "generation/log.hpp"
#include "support/eventually.hpp"
#include "support/files.hpp"
#include "support/temp_dir.hpp"

using uninterruptible::Log;
using uninterruptible::LogLevel;
using uninterruptible::UniqueFd;

namespace {

/// What another program does in the moment after this thread's next poll(2).
thread_local std::function<void()> after_poll;

}  // namespace

extern "C" int poll(pollfd* descriptors, nfds_t count, int timeout) {
  const timespec limit{timeout / 1'000, timeout % 1'000 * 1'000'000L};
  const int ready = ::ppoll(descriptors, count, timeout < 0 ? nullptr : &limit, nullptr);
  if (after_poll) std::exchange(after_poll, {})();
  return ready;
}

namespace {

/// Standard output is `fd` until the end of the scope.
class RedirectedOutput {
 public:
  explicit RedirectedOutput(int fd) : before_(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)) {
    ::dup2(fd, STDOUT_FILENO);
  }
  ~RedirectedOutput() { ::dup2(before_.get(), STDOUT_FILENO); }
  RedirectedOutput(const RedirectedOutput&) = delete;
  RedirectedOutput& operator=(const RedirectedOutput&) = delete;

 private:
  UniqueFd before_;
};

struct Pipe {
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    reading.reset(ends[0]);
    writing.reset(ends[1]);
  }
  UniqueFd reading;
  UniqueFd writing;
};

std::string all_of(int fd) {
  std::string text;
  char buffer[4096];
  ssize_t count = 0;
  while ((count = ::read(fd, buffer, sizeof buffer)) > 0)
    text.append(buffer, static_cast<std::size_t>(count));
  return text;
}

Log::Options to_file(const std::string& path) {
  Log::Options options;
  options.name = "echo";
  options.path = path;
  return options;
}

}  // namespace

class IntegrationLog : public QObject {
  Q_OBJECT

 private slots:
  void lines_have_time_level_name_generation_and_pid() {
    const testing::TempDir dir;
    Log::Options options = to_file(dir / "log");
    options.level = LogLevel::debug;
    Log log(options);
    log.write(LogLevel::debug, "one");
    log.write(LogLevel::info, "two");
    log.set_generation(7);
    log.set_name("echo-2");
    log.write(LogLevel::warn, "three");
    log.write(LogLevel::error, "four");
    log.write(LogLevel::fatal, "five");
    const QRegularExpression pattern(
        QString("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z DEBUG echo\\[1:%1\\] one\n"
                "\\S{24} INFO  echo\\[1:%1\\] two\n"
                "\\S{24} WARN  echo-2\\[7:%1\\] three\n"
                "\\S{24} ERROR echo-2\\[7:%1\\] four\n"
                "\\S{24} FATAL echo-2\\[7:%1\\] five\n$")
            .arg(::getpid()));
    const std::string text = testing::read_file(dir / "log");
    QVERIFY2(pattern.match(QString::fromStdString(text)).hasMatch(), text.c_str());
    QCOMPARE(log.dropped(), std::uint64_t(0));
  }

  void the_time_is_utc() {
    const testing::TempDir dir;
    ::setenv("TZ", "XYZ-11", 1);
    ::tzset();
    const QDateTime before = QDateTime::currentDateTimeUtc();
    Log log(to_file(dir / "log"));
    log.write(LogLevel::info, "x");
    ::unsetenv("TZ");
    ::tzset();
    const QString stamp = QString::fromStdString(testing::read_file(dir / "log").substr(0, 24));
    const QDateTime logged = QDateTime::fromString(stamp, Qt::ISODateWithMs);
    QVERIFY(logged.isValid());
    QVERIFY(std::abs(before.msecsTo(logged)) < 60'000);
  }

  void less_severe_lines_are_left_out() {
    const testing::TempDir dir;
    Log::Options options = to_file(dir / "log");
    options.level = LogLevel::warn;
    Log log(options);
    log.write(LogLevel::info, "unwanted");
    log.write(LogLevel::warn, "wanted");
    const std::string text = testing::read_file(dir / "log");
    QVERIFY(text.find("unwanted") == std::string::npos);
    QVERIFY(text.find("] wanted\n") != std::string::npos);
  }

  void hostile_and_endless_text_stays_one_bounded_line() {
    const testing::TempDir dir;
    Log log(to_file(dir / "log"));
    log.write(LogLevel::info, "a\nb\x1b[2J\xff");
    for (const char* part : {"x", "\xff", "\xE2\x80\xAE", "\xF0\x9F\x98\x80"}) {
      std::string text;
      while (text.size() < 100'000) text += part;
      log.write(LogLevel::info, text);
    }
    const std::vector<std::string> lines = testing::split_lines(testing::read_file(dir / "log"));
    QCOMPARE(lines.size(), std::size_t(5));
    QVERIFY2(lines[0].ends_with("] a\\nb\\x1b[2J\\xff"), lines[0].c_str());
    for (std::size_t i = 1; i < lines.size(); ++i) {
      QVERIFY(lines[i].size() + 1 <= 4'000 && lines[i].size() > 3'900);
      QVERIFY(lines[i].ends_with("..."));
    }
  }

  void a_file_is_appended_to_and_lines_never_mix() {
    const testing::TempDir dir;
    testing::write_file(dir / "log", "before\n");
    {
      std::vector<std::jthread> writers;
      for (int i = 0; i < 4; ++i) {
        writers.emplace_back([&, i] {
          Log log(to_file(dir / "log"));  // each as another generation: a descriptor of its own
          for (int n = 0; n < 200; ++n)
            log.write(LogLevel::info, std::string(1'000, static_cast<char>('a' + i)));
        });
      }
    }
    const std::vector<std::string> lines = testing::split_lines(testing::read_file(dir / "log"));
    QCOMPARE(lines.size(), std::size_t(801));
    QCOMPARE(lines[0], std::string("before"));
    for (std::size_t i = 1; i < lines.size(); ++i) {
      const std::string body = lines[i].substr(lines[i].size() - 1'000);
      QVERIFY(body.find_first_not_of(body[0]) == std::string::npos);
    }
  }

  void the_sink_gets_the_escaped_text_alone_and_may_misbehave() {
    std::vector<std::pair<LogLevel, std::string>> seen;
    Log::Options options;
    options.name = "echo";
    options.path = "/nowhere/at/all";  // the sink is taken instead
    options.sink = [&](LogLevel level, std::string_view text) {
      seen.emplace_back(level, text);
      if (text == "throw") throw std::runtime_error("against its word");
    };
    Log log(options);
    log.write(LogLevel::error, "a\nb");
    log.write(LogLevel::info, "throw");
    log.write(LogLevel::debug, "too little");
    QCOMPARE(seen.size(), std::size_t(2));
    QVERIFY(seen[0].first == LogLevel::error);
    QCOMPARE(seen[0].second, std::string("a\\nb"));
    QCOMPARE(log.dropped(), std::uint64_t(1));
    log.write(LogLevel::info, "again");
    QCOMPARE(seen.size(), std::size_t(4));
    QVERIFY(seen[2].first == LogLevel::warn);
    QCOMPARE(seen[2].second, std::string("the log could not be written: 1 line is lost"));
    QCOMPARE(seen[3].second, std::string("again"));
  }

  void files_that_cannot_be_opened_are_named() {
    const testing::TempDir dir;
    QCOMPARE(::mkfifo((dir / "fifo").c_str(), 0600), 0);
    for (const std::string& path : {dir / "missing/log", dir.path().string(), dir / "fifo"}) {
      try {
        const Log log(to_file(path));
        QFAIL("opened");
      } catch (const std::system_error& error) {
        QVERIFY2(std::string(error.what()).find(path) != std::string::npos, error.what());
      }
    }
  }

  void a_full_disk_drops_lines() {
    Log log(to_file("/dev/full"));
    for (int i = 0; i < 3; ++i) log.write(LogLevel::info, "x");
    QCOMPARE(log.dropped(), std::uint64_t(3));
  }

  /// The disk is a limit on this process's files, which the second line meets in its middle.
  void a_disk_full_in_the_middle_of_a_line_is_told_of_once_and_glues_no_lines() {
    const testing::TempDir dir;
    Log log(to_file(dir / "log"));
    const std::string text(1'000, 'x');
    log.write(LogLevel::info, text);
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit full = before;
    full.rlim_cur = 1'500;
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &full), 0);
    for (int i = 0; i < 5; ++i) log.write(LogLevel::info, "lost " + text);  // SIGXFSZ would end this test
    ::setrlimit(RLIMIT_FSIZE, &before);
    QCOMPARE(testing::read_file(dir / "log").size(), std::size_t(1'500));
    QCOMPARE(log.dropped(), std::uint64_t(5));
    log.write(LogLevel::info, "three");
    log.write(LogLevel::info, "four");
    const std::vector<std::string> lines = testing::split_lines(testing::read_file(dir / "log"));
    QCOMPARE(lines.size(), std::size_t(5));
    QVERIFY(lines[1].find("] lost xxx") != std::string::npos);
    QVERIFY2(lines[2].ends_with("] the log could not be written: 5 lines are lost"), lines[2].c_str());
    QVERIFY(lines[2].find(" WARN  echo[1:") != std::string::npos);
    QVERIFY2(lines[3].ends_with("] three"), lines[3].c_str());
    QVERIFY2(lines[4].ends_with("] four"), lines[4].c_str());
    sigset_t pending;
    ::sigpending(&pending);
    QCOMPARE(::sigismember(&pending, SIGXFSZ), 0);
  }

  void a_reader_that_comes_back_is_told_how_many_lines_it_missed() {
    Log::Options options;
    options.name = "echo";
    options.level = LogLevel::error;  // also where warnings are not wanted
    Log log(options);
    Pipe pipe;
    QVERIFY(::fcntl(pipe.reading.get(), F_SETPIPE_SZ, 16'384) > 0);
    QCOMPARE(::fcntl(pipe.reading.get(), F_SETFL, O_NONBLOCK), 0);
    int written = 0;
    std::vector<std::string> before;
    std::vector<std::string> after;
    {
      const RedirectedOutput redirected(pipe.writing.get());
      for (; log.dropped() < 10; ++written) log.write(LogLevel::error, "line");
      before = testing::split_lines(all_of(pipe.reading.get()));
      log.write(LogLevel::error, "back");
      log.write(LogLevel::error, "and on");
      after = testing::split_lines(all_of(pipe.reading.get()));
    }
    QCOMPARE(before.size(), static_cast<std::size_t>(written - 10));
    QCOMPARE(after.size(), std::size_t(3));
    QVERIFY2(after[0].ends_with("] the log could not be written: 10 lines are lost"), after[0].c_str());
    QVERIFY2(after[1].ends_with("] back"), after[1].c_str());
    QVERIFY2(after[2].ends_with("] and on"), after[2].c_str());
    QCOMPARE(log.dropped(), std::uint64_t(10));
  }

  /// Two generations share standard output, and the room that one of them saw the other takes.
  void room_that_another_program_takes_first_is_not_waited_for() {
    Log log({.name = "echo"});
    Pipe pipe;
    std::atomic<bool> returned{false};
    bool in_time = false;
    {
      const RedirectedOutput redirected(pipe.writing.get());
      const std::jthread writer([&] {
        after_poll = [] {
          const UniqueFd other(::open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_CLOEXEC));
          const std::string page(4096, 'x');
          while (::write(other.get(), page.data(), page.size()) > 0) {
          }
        };
        log.write(LogLevel::info, "no room");
        returned = true;
      });
      in_time = testing::becomes_true([&] { return returned.load(); });
      pipe.reading.reset();  // sets it free if it waits
    }
    QVERIFY(in_time);
    QCOMPARE(log.dropped(), std::uint64_t(1));
  }

  void a_file_removed_while_it_is_open_costs_no_more_than_itself() {
    const testing::TempDir dir;
    Log log(to_file(dir / "log"));
    std::filesystem::remove(dir / "log");
    log.write(LogLevel::info, "into what is gone");
    QCOMPARE(log.dropped(), std::uint64_t(0));
    QVERIFY(dir.entries().empty());
  }

  void a_fifo_whose_reader_stops_or_leaves_costs_lines_and_nothing_else() {
    const testing::TempDir dir;
    QCOMPARE(::mkfifo((dir / "fifo").c_str(), 0600), 0);
    UniqueFd reader(::open((dir / "fifo").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    Log log(to_file(dir / "fifo"));
    while (log.dropped() < 10) log.write(LogLevel::info, std::string(1'000, 'x'));
    reader.reset();
    log.write(LogLevel::info, "nobody reads");  // SIGPIPE would end this test
    QCOMPARE(log.dropped(), std::uint64_t(11));
    reader.reset(::open((dir / "fifo").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    all_of(reader.get());
    log.write(LogLevel::info, "somebody reads again");
    const auto lines = testing::split_lines(all_of(reader.get()));
    QCOMPARE(lines.size(), std::size_t(2));
    QVERIFY2(lines[0].ends_with(": 11 lines are lost"), lines[0].c_str());
    QVERIFY2(lines[1].ends_with("] somebody reads again"), lines[1].c_str());
  }

  void standard_output_is_the_default_wherever_it_leads_now() {
    Log::Options options;
    options.name = "echo";
    Log log(options);
    Pipe pipe;
    {
      const RedirectedOutput redirected(pipe.writing.get());
      log.write(LogLevel::info, "hello");
    }
    pipe.writing.reset();
    QVERIFY(all_of(pipe.reading.get()).ends_with("] hello\n"));

    int pair[2];
    QCOMPARE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    UniqueFd near(pair[0]);
    const UniqueFd far(pair[1]);
    {
      const RedirectedOutput redirected(near.get());
      log.write(LogLevel::info, "socket");
    }
    near.reset();
    QVERIFY(all_of(far.get()).ends_with("] socket\n"));
    QCOMPARE(log.dropped(), std::uint64_t(0));
  }

  void a_reader_that_stopped_or_left_costs_lines_and_nothing_else() {
    Log::Options options;
    options.name = "echo";
    Log log(options);
    Pipe pipe;
    {
      const RedirectedOutput redirected(pipe.writing.get());
      const std::string text(1'000, 'x');
      for (int i = 0; i < 500; ++i) log.write(LogLevel::info, text);  // a pipe holds 64 KiB; this returns
      QVERIFY((::fcntl(STDOUT_FILENO, F_GETFL) & O_NONBLOCK) == 0);
    }
    const std::uint64_t dropped = log.dropped();
    QVERIFY(dropped > 300);
    Pipe unread;
    {
      const RedirectedOutput redirected(unread.writing.get());
      unread.reading.reset();
      log.write(LogLevel::info, "nobody reads");  // SIGPIPE would end this test
    }
    QCOMPARE(log.dropped(), dropped + 1);
    sigset_t pending;
    ::sigpending(&pending);
    QCOMPARE(::sigismember(&pending, SIGPIPE), 0);
    sigset_t blocked;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    QCOMPARE(::sigismember(&blocked, SIGPIPE), 0);
    QCOMPARE(::sigismember(&blocked, SIGTTOU), 0);
  }
};

QTEST_GUILESS_MAIN(IntegrationLog)
#include "integration_log.moc"
