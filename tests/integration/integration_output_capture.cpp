#include <fcntl.h>
#include <unistd.h>

#include <QtTest>
#include <string>
#include <vector>

#include "generation/output_capture.hpp"
#include "support/files.hpp"
#include "sys/poller.hpp"

using namespace uninterruptible;

namespace {

std::string all_of(int fd) {
  std::string text;
  char bytes[4096];
  for (ssize_t length = 0; (length = ::read(fd, bytes, sizeof bytes)) > 0;)
    text.append(bytes, static_cast<std::size_t>(length));
  return text;
}

}  // namespace

/// What a new version prints before it is final, on its way through the old one.
class IntegrationOutputCapture : public QObject {
  Q_OBJECT

 private slots:
  void lines_without_room_are_counted_and_none_are_glued() {
    int ends[2];
    QCOMPARE(::pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd reader(ends[0]);
    UniqueFd writer(ends[1]);
    QVERIFY(::fcntl(reader.get(), F_SETPIPE_SZ, 16'384) > 0);
    ::fcntl(reader.get(), F_SETFL, O_NONBLOCK);
    std::uint64_t lost = 0;
    int reports = 0;
    std::string before;
    std::string after;
    std::size_t offered = 0;
    {
      const UniqueFd standard_output(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
      ::dup2(writer.get(), STDOUT_FILENO);
      sys::Poller poller;
      OutputCapture capture(poller, [&](std::uint64_t lines) {
        lost += lines;
        ++reports;
      });
      const auto print = [&](const std::string& text) {
        if (::write(capture.writing_end(), text.data(), text.size()) > 0) capture.read_available();
      };
      const std::string line(99, 'x');
      for (; offered < 400; offered += 10) {
        std::string lines;
        for (int i = 0; i < 10; ++i) lines += line + "\n";
        print(lines);
      }
      print("cut ");  // an unfinished line that is lost takes its end along
      before = all_of(reader.get());
      print("off\nnext\n");
      after = all_of(reader.get());
      ::dup2(standard_output.get(), STDOUT_FILENO);
    }
    const std::vector<std::string> lines = testing::split_lines(before);
    for (const std::string& line : lines) QCOMPARE(line.size(), std::size_t(99));
    QVERIFY(lines.size() > 50 && lines.size() < offered);
    QCOMPARE(reports, 1);
    QCOMPARE(std::size_t(lost), offered - lines.size() + 1);
    QCOMPARE(after, std::string("next\n"));
  }
};

QTEST_GUILESS_MAIN(IntegrationOutputCapture)
#include "integration_output_capture.moc"
