#include <QtTest>

#include "base/text.hpp"

using namespace uninterruptible;
using namespace std::chrono_literals;

class UnitText : public QObject {
  Q_OBJECT

 private slots:
  void durations() {
    QVERIFY(parse_duration("2") == 2000ms);
    QVERIFY(parse_duration("0.5") == 500ms);
    QVERIFY(parse_duration("500ms") == 500ms);
    QVERIFY(parse_duration("10m") == 600'000ms);
    QVERIFY(parse_duration("0") == 0ms);
    for (const char* bad : {"", "-1", "s", "1x", "1 s", "nan", "inf", "1e3", "99999999999d"}) {
      QVERIFY2(!parse_duration(bad), bad);
    }
  }
  void command_lines_are_split_like_a_shell_does() {
    using Words = std::vector<std::string>;
    QVERIFY(split_command("a b  c") == Words({"a", "b", "c"}));
    QVERIFY(split_command("a 'b c' \"d \\\"e\" f\\ g") == Words({"a", "b c", "d \"e", "f g"}));
    QVERIFY(split_command("x \"\\n\" '' $(touch z) ;") == Words({"x", "\\n", "", "$(touch", "z)", ";"}));
    QVERIFY(split_command("   ") == Words());
    QVERIFY(!split_command("a 'b"));
    QVERIFY(!split_command("a \"b"));
    QVERIFY(!split_command("a \\"));
  }
  void escaping_leaves_one_harmless_line() {
    QCOMPARE(escape_text("plain \xC3\xA4"), std::string("plain \xC3\xA4"));
    QCOMPARE(escape_text("a\nb\x1b[31m\\"), std::string("a\\nb\\x1b[31m\\\\"));
    QCOMPARE(escape_text(std::string_view("\0\xFF", 2)), std::string("\\x00\\xff"));
    QCOMPARE(escape_text("\xE2\x80\xAE"), std::string("\\xe2\\x80\\xae"));
    QCOMPARE(escape_text("\xC2\x9B"), std::string("\\xc2\\x9b"));
    QCOMPARE(escape_text("aaaa", 2), std::string("aa..."));
  }
  void what_moves_text_about_is_escaped_and_its_neighbours_are_not() {
    const auto utf8 = [](unsigned code) {
      return QString::fromUcs4(reinterpret_cast<const char32_t*>(&code), 1).toStdString();
    };
    const auto is_hostile = [](unsigned code) {
      return code < 0x20 || code == '\\' || (code >= 0x7F && code <= 0x9F) || code == 0x61C ||
             code == 0x200E || code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
             (code >= 0x2066 && code <= 0x2069);
    };
    for (unsigned code = 0; code < 0x3000; ++code) {
      const std::string text = utf8(code);
      const std::string escaped = escape_text(text);
      QVERIFY2((escaped != text) == is_hostile(code), QByteArray::number(code, 16));
      if (escaped != text)
        QVERIFY2(escaped.front() == '\\' && escaped.find(text.back(), 2) == std::string::npos,
                 escaped.c_str());
    }
  }
  void utf8() {
    QVERIFY(is_utf8("\xF0\x9F\x98\x80"));
    for (const char* bad : {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80", "\xE2\x82"})
      QVERIFY(!is_utf8(bad));
  }
  void durations_for_people() {
    QCOMPARE(format_duration(840ms), std::string("840 ms"));
    QCOMPARE(format_duration(2'440ms), std::string("2.4 s"));
    QCOMPARE(format_duration(362'000ms), std::string("6 m 02 s"));
    QCOMPARE(format_duration(7'860'000ms), std::string("2 h 11 m"));
  }
};

QTEST_GUILESS_MAIN(UnitText)
#include "unit_text.moc"
