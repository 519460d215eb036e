#include <signal.h>

#include <QJsonArray>
#include <QRegularExpression>
#include <QTest>
#include <algorithm>

#include "restart/bad_version.hpp"
#include "restart/history_look.hpp"

using namespace testing;

namespace {

/// What all places tell of a restart that was no good.
struct Facts {
  std::string outcome;
  std::string failed_at;
  std::string reason;
  std::string ending;  ///< `status 3`, `signal 9`, or nothing
  std::vector<std::string> output;
  friend bool operator==(const Facts&, const Facts&) = default;
  [[nodiscard]] std::string text() const {
    std::string all = outcome + " at " + failed_at + ": " + reason + " (" + ending + ")";
    for (const std::string& line : output) all += "\n| " + line;
    return all;
  }
};

/// In the report of `restart --json` and in the history they have the same names.
Facts facts_in(const QJsonObject& json) {
  Facts facts{text_of(json["outcome"]), text_of(json["failed_at"]), text_of(json["reason"]), {}, {}};
  if (json.contains("exit_status")) facts.ending = "status " + std::to_string(json["exit_status"].toInt());
  if (json.contains("term_signal")) facts.ending = "signal " + std::to_string(json["term_signal"].toInt());
  for (const auto& line : json["output"].toArray()) facts.output.push_back(text_of(line));
  return facts;
}

std::string captured(const std::string& text, const char* pattern) {
  const QRegularExpression expression(pattern, QRegularExpression::MultilineOption);
  return expression.match(QString::fromStdString(text)).captured(1).toStdString();
}

std::vector<std::string> all_captured(const std::string& text, const char* pattern) {
  const QRegularExpression expression(pattern, QRegularExpression::MultilineOption);
  std::vector<std::string> all;
  for (auto found = expression.globalMatch(QString::fromStdString(text)); found.hasNext();)
    all.push_back(found.next().captured(1).toStdString());
  return all;
}

std::string outcome_in(const std::string& text) {
  return text.find(" was rolled back at ") != std::string::npos ? "rolled_back"
         : text.find(" failed at ") != std::string::npos        ? "failed"
                                                                : "";
}

/// As a person reads them who asked.
Facts facts_in_error(const std::string& text) {
  return {outcome_in(text), captured(text, R"re( at "(\w+)": )re"), captured(text, R"re( at "\w+": (.*)$)re"),
          captured(text, R"re(^  the new process .*((?:status|signal) \d+)( \(SIG\w+\))?$)re"),
          all_captured(text, R"re(^  \| (.*)$)re")};
}

/// As `history NUMBER` shows them.
Facts facts_in_history(const std::string& text) {
  return {captured(text, R"re(^restart \d+: (\w+))re"),
          captured(text, R"re(^restart \d+: \w+ at "(\w+)"$)re"), captured(text, R"re(^  reason +(.*)$)re"),
          captured(text, R"re(^  new process +.*((?:status|signal) \d+)( \(SIG\w+\))?$)re"),
          all_captured(text, R"re(^ {16}\| (.*)$)re")};
}

/// Of the log's lines, those of one restart. How the process ended is part of the reason there.
Facts facts_in_log(const Chain& chain, qint64 number, const std::string& ending) {
  std::string lines;
  bool within = false;
  const std::string begin = "restart " + std::to_string(number) + " ";
  for (const std::string& line : split_lines(read_file(chain.log()))) {
    within = line.find("] " + begin + "failed at") != std::string::npos ||
             line.find("] " + begin + "was rolled back at") != std::string::npos ||
             (within && line.find("] | ") != std::string::npos);
    if (within) lines += line + "\n";
  }
  return {outcome_in(lines), captured(lines, R"( at '(\w+)' after )"),
          captured(lines, R"( after [^:]*: (.*)\. Generation \d+ )"), ending,
          all_captured(lines, R"(\] \| (.*)$)")};
}

void must_be(const Facts& found, const Facts& wanted, const std::string& where) {
  require(found == wanted, "in " + where + ": " + found.text() + "\nwhich is to be: " + wanted.text());
}

/// What the list of bad versions says of it.
void must_be_documented(const Facts& facts, const BadVersion& version) {
  const std::string all = version.name + std::string(": ") + facts.text();
  require(facts.outcome == version.outcome && facts.failed_at == version.failed_at,
          "outcome and step: " + all);
  require(facts.reason.find(version.reason) != std::string::npos, "reason: " + all);
  if (version.exit_status)
    require(facts.ending == "status " + std::to_string(*version.exit_status), "status: " + all);
  if (version.term_signal)
    require(facts.ending == "signal " + std::to_string(*version.term_signal), "signal: " + all);
  if (version.output != nullptr) {
    const bool said = std::any_of(facts.output.begin(), facts.output.end(), [&](const std::string& line) {
      return line.find(version.output) != std::string::npos;
    });
    require(said, "last words: " + all);
  }
}

/// `uninterruptiblectl restart` of a version that is no good, to its end.
CliResult try_once(Chain& chain, const BadVersion& version, const std::vector<std::string>& flags) {
  version.install(chain);
  const pid_t old_one = chain.pid();
  std::vector<std::string> words{program("uninterruptiblectl"), "-s", "chain", "restart"};
  words.insert(words.end(), flags.begin(), flags.end());
  Process asker = chain.sandbox().start(words);
  if (version.in_trial) {
    wait_for_restart_step(chain, "trial");
    version.in_trial(chain, wait_for_pidfile(chain.pidfile(), old_one));
  }
  const auto exit = asker.wait_exit();
  require(exit.has_value(), "the asker hears the end");
  const CliResult result{*exit, asker.standard_output(), asker.standard_error()};
  must_end_with(std::string(version.outcome) == "failed" ? 1 : 8, result);
  eventually([&] { return chain.status()["restart_step"].toString().isEmpty(); }, "it is given up for good");
  return result;
}

void the_facts_agree(Chain& chain, const BadVersion& version) {
  const auto places = [&](qint64 number, const Facts& told, const char* by) {
    const QJsonObject record = restart_number(chain, number);
    must_be(facts_in(record), told, std::string("the history, and in what was told by ") + by);
    const CliResult shown = ctl(chain, {"history", std::to_string(number)});
    must_end_with(0, shown);
    must_be(facts_in_history(shown.out), told, "`history NUMBER`:\n" + shown.out);
    must_be(facts_in_log(chain, number, told.ending), told, "the log");
    require(chain.has_logged("ledger of restart " + std::to_string(number) + ": " + told.outcome + " at '" +
                             told.failed_at + "'"),
            "the ledger in the log");
    require(text_of(record["steps"].toArray().last().toObject()["step"]) == told.outcome, "the last step");
  };
  const CliResult machine = try_once(chain, version, {"--json"});
  const QJsonObject report = machine.json();
  must_be_documented(facts_in(report), version);
  places(report["restart"].toInteger(), facts_in(report), "restart --json");

  const CliResult person = try_once(chain, version, {});
  const Facts told = facts_in_error(person.err);
  must_be_documented(told, version);
  places(report["restart"].toInteger() + 1, told, "restart");
}

constexpr const char* kinds[] = {"missing",
                                 "text without shebang",
                                 "exit 3",
                                 "command not found by its wrapper",
                                 "crash before HELLO",
                                 "throws in its set-up",
                                 "crash after OFFER",
                                 "exit after OFFER",
                                 "cannot bind",
                                 "finds itself unhealthy before READY",
                                 "another protocol version",
                                 "hangs before HELLO",
                                 "killed by COMMIT",
                                 "killed in its trial",
                                 "finds itself unhealthy in its trial"};

}  // namespace

/// What is told of a new version that is no good, to those who ask on the command line, in the log and later
/// in the history: the same.
class RestartFacts : public QObject {
  Q_OBJECT

 private slots:
  void the_same_facts_everywhere_data() {
    QTest::addColumn<QString>("name");
    for (const char* const kind : kinds) QTest::newRow(kind) << kind;
  }
  void the_same_facts_everywhere() {
    QFETCH(QString, name);
    const auto version = std::find_if(bad_versions().begin(), bad_versions().end(),
                                      [&](const BadVersion& one) { return name == one.name; });
    QVERIFY(version != bad_versions().end());
    const std::string problem =
        problem_with({.flags = {"--rollback-window", version->in_trial ? "10m" : "100ms", "--restart-timeout",
                                version->is_slow ? "500ms" : "30s"}},
                     [&](Chain& chain) { the_facts_agree(chain, *version); });
    QVERIFY2(problem.empty(), problem.c_str());
  }
};

QTEST_GUILESS_MAIN(RestartFacts)
#include "restart_facts.moc"
