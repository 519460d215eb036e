#include <QtTest>

#include "../../admin-cli/json_writer.hpp"
#include "../../admin-cli/terminal.hpp"

using namespace uninterruptible::cli;

class CliTable : public QObject {
  Q_OBJECT

 private slots:
  void columns_are_as_wide_as_needed() {
    Table table({{"ID"}, {"COUNT", true}, {"PEER"}});
    table.add({"7-412", "5", "\xC3\xA4"});
    table.add({"7-4", "1150", "-"});
    const std::vector<std::string> wanted = {"ID     COUNT  PEER", "7-412      5  \xC3\xA4",
                                             "7-4     1150  -"};
    QVERIFY(table.lines(0) == wanted);
    QVERIFY(table.lines(80) == wanted);
  }
  void a_narrow_terminal_cuts_the_widest_column() {
    Table table({{"ID"}, {"LABEL"}});
    table.add({"7-412", std::string(200, 'x')});
    const auto lines = table.lines(20);
    QCOMPARE(lines[1], std::string("7-412  " + std::string(12, 'x') + "\u2026"));
    QCOMPARE(table.lines(0)[1].size(), 207UL);
  }
  void text_is_made_harmless_once() {
    QCOMPARE(shown(""), std::string("-"));
    QCOMPARE(shown("a\x1b[1m\\x1b\\"), std::string("a\\x1b[1m\\x1b\\"));
  }
  void sizes() {
    QCOMPARE(bytes(9'999), std::string("9999 B"));
    QCOMPARE(bytes(12'345), std::string("12.3 kB"));
    QCOMPARE(bytes(1'234'567), std::string("1.2 MB"));
  }
  void json() {
    JsonWriter writer;
    writer.begin_object()
        .field("a", 1)
        .field("b", "x\"\n\xff")
        .key("c")
        .begin_list()
        .value(true)
        .begin_object();
    writer.end_object().end_list().field("d", std::vector<std::string>{"p", "q"}).end_object();
    QCOMPARE(writer.text(),
             std::string("{\"a\":1,\"b\":\"x\\\"\\\\n\\\\xff\",\"c\":[true,{}],\"d\":[\"p\",\"q\"]}"));
  }
};

QTEST_GUILESS_MAIN(CliTable)
#include "cli_table.moc"
