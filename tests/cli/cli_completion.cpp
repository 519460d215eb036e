#include <QtTest>
#include <filesystem>

#include "cli/cli_fixture.hpp"
#include "cli/scripted_server.hpp"
#include "support/eventually.hpp"
#include "support/files.hpp"

using namespace std::chrono_literals;
using testing::Result;

namespace {

/// Completes the last of the words after the first parameter, and writes what is offered, a line each.
constexpr const char* complete = R"(
set -u
uctl=$1
source <("$uctl" completion bash)
shift
COMP_WORDS=("$uctl" "$@")
COMP_CWORD=$#
_uninterruptiblectl
for one in ${COMPREPLY[@]+"${COMPREPLY[@]}"}; do printf '%s\n' "$one"; done
)";

/// The same in zsh, whose completion system is replaced by what writes the words that begin as asked for.
constexpr const char* complete_in_zsh = R"(
offer() { local one; for one in "$@"; do [[ $one == ${words[CURRENT]}* ]] && print -r -- $one; done; true }
compadd() {
    local -a all
    while (($#)); do
        case $1 in
            (-a) shift; all=(${(P)1}); offer $all; return ;;
            (--) shift; offer "$@"; return ;;
        esac
        shift
    done
}
_describe() { local -a all; all=(${(P)2}); offer ${all%%:*} }
_values() { shift 3; offer "$@" }
program=$1
script=$($program completion zsh)
shift
words=($program "$@")
CURRENT=$#words
eval $script
)";

/// The same in fish.
constexpr const char* complete_in_fish =
    "uninterruptiblectl completion fish | source; complete -C \"$argv\" | string replace -r '\\t.*' ''";

}  // namespace

/// The completion scripts, each in its own shell.
class CliCompletion : public QObject, private testing::CliFixture {
  Q_OBJECT

  [[nodiscard]] Result in_bash(const QString& line) const {
    testing::Process::Options chosen = options({}, {});
    const std::string program = chosen.argv[0];
    chosen.argv = {"bash", "--noprofile", "--norc", "-c", complete, "bash", program};
    for (const QString& word : line.split(' ')) chosen.argv.push_back(word.toStdString());
    chosen.directory = directory->path().string();
    testing::Process process(tree, chosen);
    return result_of(process);
  }
  [[nodiscard]] QString offered_in_zsh(const QString& line) const {
    testing::Process::Options chosen = options({}, {});
    const std::string program = chosen.argv[0];
    chosen.argv = {"zsh", "-f", "-c", complete_in_zsh, "zsh", program};
    for (const QString& word : line.split(' ')) chosen.argv.push_back(word.toStdString());
    testing::Process process(tree, chosen);
    const Result result = result_of(process);
    return result.err.isEmpty() ? QString::fromUtf8(result.out).simplified() : "failed: " + result.err;
  }
  [[nodiscard]] QString offered_in_fish(const QString& line) const {
    const std::string path = qEnvironmentVariable("UNINTERRUPTIBLE_BIN").toStdString() + ":" +
                             qEnvironmentVariable("PATH").toStdString();
    testing::Process::Options chosen = options(
        {}, {{"PATH", path}, {"HOME", directory->path().string()}, {"XDG_CONFIG_HOME", std::nullopt}});
    chosen.argv = {"fish", "--no-config", "-c", complete_in_fish, "uninterruptiblectl " + line.toStdString()};
    testing::Process process(tree, chosen);
    const Result result = result_of(process);
    QStringList words = QString::fromUtf8(result.out).split('\n', Qt::SkipEmptyParts);
    words.sort();
    return result.err.isEmpty() ? words.join(' ') : "failed: " + result.err;
  }
  [[nodiscard]] QString offered(const QString& line) const {
    const Result result = in_bash(line);
    if (result.status != 0 || !result.err.isEmpty()) return "failed: " + result.err;
    return QString::fromUtf8(result.out).trimmed().replace('\n', ' ');
  }

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

  void bash_offers_data() {
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("wanted");
    const std::pair<const char*, const char*> rows[] = {
        {"",
         "list status connections counters top restart cancel history close shutdown extend-drain log-level "
         "events "
         "wait "
         "doctor completion help version"},
        {"co", "connections counters completion"},
        {"--json co", "connections counters completion"},
        {"-s echo st", "status"},
        {"--server = echo st", "status"},
        {"status -", "--watch -h --help --version -s --server --json --color"},
        {"list -", "-q -h --help --version --json --color"},
        {"--c", "--color"},
        {"connections --s", "--state --sort --server"},
        {"shutdown --no", "--no-wait --now"},
        {"wait ", "live drained gone"},
        {"wait --timeout 5s d", "drained"},
        {"wait --timeout ", ""},
        {"completion z", "zsh"},
        {"help wa", "wait"},
        {"--color n", "never"},
        {"--color = n", "never"},
        {"--color =", "auto always never"},
        {"connections --state ", "open closing"},
        {"connections --sort a", "age"},
        {"connections --columns id,pe", "id,peer"},
        {"connections --columns l", "local label"},
        {"restart --until d", "drained"},
        {"status --watch ", ""},
        {"top --by r", "rate"},
        {"restart x", ""}};
    for (const auto& [line, wanted] : rows) QTest::newRow(line) << QString(line) << QString(wanted);
  }
  void bash_offers() {
    QFETCH(QString, line);
    QFETCH(QString, wanted);
    QCOMPARE(offered(line), wanted);
  }
  /// On a busy machine an answer may take longer than the completion waits: then it is asked again.
  void bash_offers_what_servers_tell() {
    const auto echo = server();
    echo->start();
    const auto other = server("other");
    other->backend.connections = {testing::FakeBackend::connection(3, 41),
                                  testing::FakeBackend::connection(3, 5)};
    other->start();
    const std::pair<const char*, const char*> rows[] = {{"-s ", "echo other"},
                                                        {"status --server o", "other"},
                                                        {"status --server = e", "echo"},
                                                        {"-s other close ", "3-5 3-41"},
                                                        {"-s other close 3-4", "3-41"},
                                                        {"close --server = echo 7-", "7-1 7-2 7-3"},
                                                        {"close ", ""}};
    for (const auto& [line, wanted] : rows) {
      QString last;
      QVERIFY2(testing::becomes_true(
                   [&, line = line, wanted = wanted] { return (last = offered(line)) == wanted; }),
               qPrintable(QString(line) + ": " + last));
    }
  }
  void other_shells_offer_data() {
    QTest::addColumn<QString>("shell");
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("wanted");
    const std::pair<const char*, const char*> rows[] = {{"co", "completion connections counters"},
                                                        {"doc", "doctor"},
                                                        {"-s echo st", "status"},
                                                        {"wait dr", "drained"},
                                                        {"restart --until d", "drained"},
                                                        {"top --by r", "rate"},
                                                        {"help wa", "wait"},
                                                        {"shutdown --no-", "--no-wait"},
                                                        {"status --wat", "--watch"},
                                                        {"-s ec", "echo"},
                                                        {"-s echo close 7-2", "7-2"},
                                                        {"completion z", "zsh"}};
    for (const char* const shell : {"zsh", "fish"}) {
      for (const auto& [line, wanted] : rows)
        QTest::newRow((std::string(shell) + " " + line).c_str())
            << QString(shell) << QString(line) << QString(wanted);
    }
  }
  void other_shells_offer() {
    QFETCH(QString, shell);
    QFETCH(QString, line);
    QFETCH(QString, wanted);
    if (QStandardPaths::findExecutable(shell).isEmpty()) QSKIP("this shell is not installed");
    const auto echo = server();
    echo->start();
    QString last;
    QVERIFY2(testing::becomes_true(
                 [&] {
                   last = shell == "zsh" ? offered_in_zsh(line) : offered_in_fish(line);
                   QStringList words = last.split(' ');
                   words.sort();
                   return words.join(' ') == wanted;
                 },
                 5s),
             qPrintable(last));
  }
  void what_others_named_is_never_carried_out() {
    testing::listen_at(socket("$(touch carried-out)"));
    QString last;
    QVERIFY2(testing::becomes_true([&] { return (last = offered("-s ")) == "$(touch carried-out)"; }),
             qPrintable(last));
    QVERIFY(!std::filesystem::exists(std::string(*directory / "carried-out")));
  }
  /// The program itself would wait 5 s.
  void a_server_that_does_not_answer_holds_nobody_up() {
    const auto deaf = testing::listen_at(socket("deaf"));
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(offered("close "), QString());
    QVERIFY(timer.elapsed() < 4'000);
  }
  void installed_shells_accept_their_script_data() {
    QTest::addColumn<QString>("shell");
    for (const char* const shell : {"bash", "zsh", "fish"}) QTest::newRow(shell) << shell;
  }
  void installed_shells_accept_their_script() {
    QFETCH(QString, shell);
    if (QStandardPaths::findExecutable(shell).isEmpty()) QSKIP("this shell is not installed");
    const Result script = run({"completion", shell.toStdString()});
    QCOMPARE(script.status, 0);
    const std::string file = *directory / "script";
    testing::write_file(file, script.out.toStdString());
    testing::Process::Options chosen;
    chosen.argv = {shell.toStdString(), "-n", file};
    testing::Process process(tree, chosen);
    const Result result = result_of(process);
    QVERIFY2(result.status == 0 && result.err.isEmpty(), result.err.constData());
  }
  void another_shell_is_2() {
    const Result result = run({"completion", "csh"});
    QCOMPARE(result.status, 2);
    QVERIFY(result.err.contains("bash, zsh, fish"));
  }
};

QTEST_GUILESS_MAIN(CliCompletion)
#include "cli_completion.moc"
