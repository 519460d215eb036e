#include <QtTest>

#include <random>

#include "handoff/wire.hpp"

using namespace uninterruptible::handoff;

class UnitWire : public QObject {
  Q_OBJECT

 private slots:
  void messages_come_back_as_they_went() {
    Message message{Kind::offer, {}};
    Fields nested;
    nested.add(Tag::bind, std::string_view("tcp://[::1]:80")).add(Tag::descriptor, std::uint64_t{3});
    message.fields.add(Tag::generation, std::uint64_t{7})
        .add(Tag::listener, nested)
        .add(Tag::listener, nested)
        .add(Tag::name, std::string_view("", 0));
    const auto back = decode(encode(message));
    QVERIFY(back);
    QVERIFY(back->kind == Kind::offer);
    QVERIFY(back->fields.number(Tag::generation) == 7U);
    QVERIFY(back->fields.text(Tag::name) == std::string_view());
    QCOMPARE(back->fields.nested(Tag::listener).size(), std::size_t{2});
    QVERIFY(back->fields.nested(Tag::listener)[1].text(Tag::bind) == "tcp://[::1]:80");
    QVERIFY(!back->fields.text(Tag::reason));
    QVERIFY(!back->fields.number(Tag::name));  // not a number
  }

  void what_a_newer_release_adds_is_skipped() {
    Message message{static_cast<Kind>(999), {}};
    message.fields.add(static_cast<Tag>(60'000), std::string_view("?")).add(Tag::pid, std::uint64_t{1});
    const auto back = decode(encode(message));
    QVERIFY(back);
    QVERIFY(back->fields.number(Tag::pid) == 1U);
    QCOMPARE(to_text(back->kind), std::string_view("UNKNOWN"));
  }

  void damaged_packets_are_refused() {
    Message message{Kind::abort, {}};
    message.fields.add(Tag::reason, std::string_view("because"));
    const std::string whole = encode(message);
    for (std::size_t length = 0; length < whole.size(); ++length) {
      const auto back = decode(whole.substr(0, length));
      // Cut right behind the kind, a message without fields is left; anywhere else nothing is.
      QVERIFY2(!back || length == 6, qPrintable(QString::number(length)));
    }
    QVERIFY(!decode("NINU" + whole.substr(4)));
  }

  void random_bytes_do_no_harm() {
    std::mt19937 random(1);
    for (int round = 0; round < 20'000; ++round) {
      std::string bytes = round % 2 == 0 ? "UNIN" : "";
      const std::size_t length = random() % 64;
      for (std::size_t i = 0; i < length; ++i) bytes += static_cast<char>(random() % 256);
      if (const auto message = decode(bytes)) {
        static_cast<void>(message->fields.nested(Tag::listener));
        static_cast<void>(message->fields.number(Tag::pid));
      }
    }
  }
};

QTEST_GUILESS_MAIN(UnitWire)
#include "unit_wire.moc"
