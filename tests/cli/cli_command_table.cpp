#include <QRegularExpression>
#include <QtTest>

#include "../../admin-cli/command_table.hpp"
#include "cli/cli_fixture.hpp"
#include "support/files.hpp"

using uninterruptible::cli::Command;
using uninterruptible::cli::commands;
using uninterruptible::cli::common_options;
using uninterruptible::cli::Option;
using uninterruptible::cli::parts_of;

namespace {

QSet<QString> names_of(std::span<const Option> options) {
  QSet<QString> names;
  for (const Option& option : options) {
    for (const std::string& name : parts_of(option.names, ',')) names << QString::fromStdString(name);
  }
  return names;
}

QString name_of(const Command& command) {
  return QString::fromUtf8(command.name.data(), static_cast<int>(command.name.size()));
}

/// Every word that looks like an option.
QSet<QString> options_in(const QString& text) {
  static const QRegularExpression option(R"((?<![\w-])--?[a-z][a-z-]*)");
  QSet<QString> names;
  for (auto found = option.globalMatch(text); found.hasNext();) names << found.next().captured();
  return names;
}

/// The man page without its fonts, in paragraphs.
QStringList man_paragraphs() {
  QString text = QString::fromStdString(
      testing::read_file(testing::support_file("../../docs/man/uninterruptiblectl.1")));
  text.replace(QRegularExpression(R"(\\f[BIR])"), "").replace("\\-", "-").replace("\\(dq", "\"");
  text.replace(QRegularExpression(R"(^\.(BR?|RB|RI|IR|BI|I) )", QRegularExpression::MultilineOption), "");
  return text.split(QRegularExpression(R"(\.(TP|SH|PP)\b)"));
}

}  // namespace

/// The table of commands against what the parser accepts, and against the man page.
class CliCommandTable : public QObject, private testing::CliFixture {
  Q_OBJECT

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

  void the_parser_knows_the_same_commands() {
    const QString help = run({"--help"}).out;
    const QStringList lines = help.mid(help.indexOf("Subcommands:")).split('\n');
    int at = 1;
    for (const Command& command : commands()) {
      QVERIFY2(lines[at].startsWith("  " + name_of(command) + " "), qPrintable(lines[at]));
      ++at;
      while (lines[at].startsWith("     ")) ++at;
    }
    QVERIFY2(lines[at].isEmpty(), qPrintable(lines[at]));
    const qsizetype options = help.indexOf("\nOptions:");
    QCOMPARE(options_in(help.mid(options, help.indexOf("Subcommands:") - options)),
             names_of(common_options()));
  }
  void help_begins_with_examples_that_can_be_typed() {
    for (const Command& command : commands()) {
      if (command.name == "version") continue;
      const QString help = run({std::string(command.name), "--help"}).out;
      const QString examples =
          help.mid(help.indexOf("Examples:"), help.indexOf("Usage:") - help.indexOf("Examples:"));
      QVERIFY2(examples.contains("\n  uninterruptiblectl " + name_of(command)), qPrintable(help));
      for (QString line : examples.split('\n', Qt::SkipEmptyParts).mid(1)) {
        line = line.left(line.indexOf(" | "));
        QSet<QString> known = names_of(command.options) + names_of(common_options());
        if (command.name == "connections") known << "-idle";  // a column, the other way around
        QVERIFY2(known.contains(options_in(line)), qPrintable(line));
      }
    }
  }
  void the_parser_knows_the_same_options() {
    for (const Command& command : commands()) {
      const QString help = run({std::string(command.name), "--help"}).out;
      QString options;
      for (const QString& line : help.split('\n')) {
        if (line.startsWith("  -")) options += line.left(30) + "\n";
      }
      QSet<QString> wanted = names_of(command.options);
      wanted << "-h"
             << "--help";
      QVERIFY2(options_in(options) == wanted, qPrintable(help));
    }
  }
  void a_command_that_needs_a_server_takes_one() {
    for (const Command& command : commands()) {
      if (!command.needs_server || command.name == "wait") continue;
      std::vector<std::string> words = {std::string(command.name), "-s", "nobody"};
      if (command.name == "close") words.push_back("7-1");
      if (command.name == "extend-drain") words.push_back("10m");
      QVERIFY2(run(words).status == 3, words[0].c_str());
    }
  }
  void words_of_the_table_are_accepted() {
    const auto echo = server();
    echo->start();
    for (const Option& option : uninterruptible::cli::command_named("connections").options) {
      for (const std::string& word : parts_of(option.words, ' ')) {
        QVERIFY2(run({"connections", std::string(option.names), word}).status == 0, word.c_str());
      }
    }
    for (const std::string& word : parts_of(uninterruptible::cli::command_named("completion").words, ' ')) {
      QCOMPARE(run({"completion", word}).status, 0);
    }
  }
  void an_unknown_command_is_suggested_and_not_run() {
    for (const Command& command : commands()) {
      const std::string mistyped = std::string(command.name) + "x";
      const auto result = run({mistyped});
      QCOMPARE(result.status, 2);
      QVERIFY2(result.err.contains("Try: 'uninterruptiblectl " + name_of(command).toUtf8() + "'"),
               result.err.constData());
    }
  }
  void the_man_page_has_every_command_and_option() {
    const QStringList paragraphs = man_paragraphs();
    QSet<QString> known = names_of(common_options());
    for (const Command& command : commands()) {
      const QString name = name_of(command);
      QString about;
      for (const QString& paragraph : paragraphs) {
        const QString begin = paragraph.trimmed();
        if (begin == name || begin.startsWith(name + " ") || begin.startsWith(name + "\n"))
          about += paragraph;
      }
      QVERIFY2(!about.isEmpty(), qPrintable(name));
      const QSet<QString> wanted = names_of(command.options);
      QVERIFY2(options_in(about).contains(wanted), qPrintable(name + ": " + about));
      known |= wanted;
      for (const std::string& word : parts_of(command.words, ' ')) {
        QVERIFY2(about.contains(QString::fromStdString(word)), word.c_str());
      }
    }
    const QString all = paragraphs.join('\n');
    for (const QString& name : names_of(common_options())) {
      QVERIFY2(options_in(all).contains(name), qPrintable(name));
    }
    for (const QString& name : options_in(all)) {
      if (name.startsWith("--")) QVERIFY2(known.contains(name), qPrintable(name));
    }
    for (const Option& option : uninterruptible::cli::command_named("connections").options) {
      for (const std::string& word : parts_of(option.words, ' ')) {
        QVERIFY2(all.contains(QString::fromStdString(word)), word.c_str());
      }
    }
  }
};

QTEST_GUILESS_MAIN(CliCommandTable)
#include "cli_command_table.moc"
