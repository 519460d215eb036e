#include <QTest>
#include <string>

#include "generation/counters.hpp"
#include "generation/facts.hpp"

using namespace uninterruptible;

/// What a program counts and states for operators to see.
class UnitFacts : public QObject {
  Q_OBJECT

 private slots:
  void counters_have_names_and_a_limit() {
    Counters counters;
    counters.add("denied");
    counters.add("denied");
    for (const char* const bad : {"", "a b", "a-b", "a\n", "\xC3\xA4"}) counters.add(bad);
    counters.add(std::string(65, 'x'));
    for (int i = 0; i < 100; ++i) counters.add("c" + std::to_string(i));
    const Counters::Values values = counters.values();
    QCOMPARE(values.size(), std::size_t{32});
    QCOMPARE(values.at("denied"), std::uint64_t{2});
    QVERIFY(!values.contains("a b"));
  }

  void facts_have_names_and_a_limit() {
    Facts facts;
    facts.set("version", "1.0");
    facts.set("version", "1.1");
    for (const char* const bad : {"", "a b", "a-b", "a\n", "\xC3\xA4"}) facts.set(bad, "text");
    facts.set(std::string(65, 'x'), "text");
    for (int i = 0; i < 100; ++i) facts.set("f" + std::to_string(i), "text");
    QCOMPARE(facts.values().size(), std::size_t{32});
    QCOMPARE(facts.values().at("version"), std::string("1.1"));
    facts.set("version", "1.2");
    QCOMPARE(facts.values().at("version"), std::string("1.2"));
  }

  void a_fact_without_text_is_taken_back() {
    Facts facts;
    facts.set("version", "1.0");
    facts.set("version", "");
    facts.set("other", "");
    QVERIFY(facts.values().empty());
  }

  void what_facts_say_is_one_line_of_bounded_length() {
    Facts facts;
    facts.set("long", std::string(5000, 'x'));
    facts.set("lines", "one\ntwo\x1b[31m");
    QVERIFY(facts.values().at("long").size() < 1010);
    QVERIFY(facts.values().at("lines").find_first_of("\n\x1b") == std::string::npos);
  }
};

QTEST_GUILESS_MAIN(UnitFacts)
#include "unit_facts.moc"
