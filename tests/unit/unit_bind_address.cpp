#include <QtTest>
#include <stdexcept>

#include "net/bind_address.hpp"

using uninterruptible::net::BindAddress;
using uninterruptible::net::is_numeric_host;
using uninterruptible::net::parse_bind;

namespace {

/// The reason a bind is refused for; empty when it is accepted.
std::string refusal(std::string_view text) {
  try {
    static_cast<void>(parse_bind(text));
    return {};
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

}  // namespace

class UnitBindAddress : public QObject {
  Q_OBJECT

 private slots:
  void tcp_is_taken_apart() {
    const struct {
      const char* text;
      const char* host;
      int port;
    } cases[] = {
        {"tcp://0.0.0.0:6789", "0.0.0.0", 6789},
        {"tcp://127.0.0.1:0", "127.0.0.1", 0},
        {"tcp://localhost:65535", "localhost", 65535},
        {"tcp://a-b_c.example.org.:80", "a-b_c.example.org.", 80},
        {"tcp://[::]:80", "::", 80},
        {"tcp://[::1]:0", "::1", 0},
        {"tcp://[2001:db8::9]:443", "2001:db8::9", 443},
        {"tcp://[fe80::1%eth0]:80", "fe80::1%eth0", 80},
        {"tcp://[fe80::1%25eth0]:80", "fe80::1%eth0", 80},
        {"tcp://[fe80::1%2]:80", "fe80::1%2", 80},
    };
    for (const auto& wanted : cases) {
      QVERIFY2(refusal(wanted.text).empty(), wanted.text);
      const BindAddress address = parse_bind(wanted.text);
      QVERIFY(address.kind == BindAddress::Kind::tcp);
      QCOMPARE(address.text, std::string(wanted.text));
      QCOMPARE(address.host, std::string(wanted.host));
      QCOMPARE(int(address.port), wanted.port);
      QVERIFY(address.path.empty());
    }
  }

  void unix_paths_are_taken_as_they_are() {
    QCOMPARE(parse_bind("unix:///run/echo.sock").path, std::string("/run/echo.sock"));
    QCOMPARE(parse_bind("unix:/run/echo.sock").path, std::string("/run/echo.sock"));
    QCOMPARE(parse_bind("unix:///run/a b%20c,@d").path, std::string("/run/a b%20c,@d"));
    QVERIFY(parse_bind("unix:///run/echo.sock").kind == BindAddress::Kind::unix_path);
    const std::string longest = "/" + std::string(106, 'x');
    QCOMPARE(parse_bind("unix://" + longest).path, longest);
  }

  void names_of_passed_sockets_are_taken_as_they_are() {
    for (const std::string name : {"web", "echo.socket", "a b/c,d@e%20", "x"}) {
      const BindAddress address = parse_bind("fd://" + name);
      QVERIFY(address.kind == BindAddress::Kind::inherited);
      QCOMPARE(address.name, name);
      QCOMPARE(address.text, "fd://" + name);
    }
    QCOMPARE(parse_bind("fd://" + std::string(255, 'x')).name.size(), std::size_t{255});
  }

  void each_refusal_says_why() {
    const std::pair<std::string, const char*> cases[] = {
        {"", "empty"},
        {"tcp://0.0.0.0:65536", "port 65536 is not between 0 and 65535"},
        {"tcp://0.0.0.0:99999999999999999999", "not between 0 and 65535"},
        {"tcp://0.0.0.0:-1", "'-1' is not a number"},
        {"tcp://0.0.0.0:+1", "'+1' is not a number"},
        {"tcp://0.0.0.0:80abc", "'80abc' is not a number"},
        {"tcp://0.0.0.0:", "port is missing"},
        {"tcp://0.0.0.0", "port is missing"},
        {"tcp://host", "port is missing"},
        {"tcp://[::1]", "port is missing"},
        {"tcp://[::1]:", "port is missing"},
        {"tcp://[::1]80", "colon"},
        {"tcp://:80", "host is missing"},
        {"tcp://", "host is missing"},
        {"tcp://::1:80", "brackets"},
        {"tcp://[::1:80", "closing bracket"},
        {"tcp://[]:80", "not an IPv6 address"},
        {"tcp://[127.0.0.1]:80", "not an IPv6 address"},
        {"tcp://[1::2::3]:80", "not an IPv6 address"},
        {"tcp://[fe80::1%]:80", "zone ''"},
        {"tcp://[fe80::1%25]:80", "zone ''"},
        {"tcp://[fe80::1%an-interface-name]:80", "zone"},
        {"tcp://[fe80::1%a$b]:80", "zone"},
        {"tcp://user:secret@host:80", "user or password"},
        {"tcp://0.0.0.0:80/", "nothing may follow the port"},
        {"tcp://0.0.0.0:80?a", "nothing may follow the port"},
        {"tcp://0.0 0.0:80", "blanks"},
        {" tcp://0.0.0.0:80", "blank"},
        {"tcp://0.0.0.0:80\n", "blank"},
        {"tcp://1.2.3:80", "four decimal numbers"},
        {"tcp://256.0.0.1:80", "four decimal numbers"},
        {"tcp://010.0.0.1:80", "four decimal numbers"},
        {"tcp://0x7f000001:80", "four decimal numbers"},
        {"tcp://-a:80", "not a host name"},
        {"tcp://a..b:80", "not a host name"},
        {"tcp://a$b:80", "not a host name"},
        {"tcp://" + std::string(64, 'a') + ":80", "not a host name"},
        {"TCP://0.0.0.0:80", "neither tcp://"},
        {"http://0.0.0.0:80", "neither tcp://"},
        {"0.0.0.0:80", "neither tcp://"},
        {"/run/echo.sock", "neither tcp://"},
        {"unix:", "path is missing"},
        {"unix://", "path is missing"},
        {"unix://tmp/x", "'tmp/x' is not absolute"},
        {"unix:tmp/x", "not absolute"},
        {"unix://~/x", "not absolute"},
        {"unix:@x", "abstract"},
        {"unix://@x", "abstract"},
        {"unix:///run/x/", "slash"},
        {"unix:///", "slash"},
        {"unix:///run/a\tb", "control characters"},
        {std::string("unix:///run/a\0b", 15), "control characters"},
        {"unix:///" + std::string(107, 'x'), "107"},
        {"fd://", "name of the passed socket is missing"},
        {"fd://a:b", "no colon"},
        {"fd://\xc3\xa9", "printable ASCII"},
        {"fd://" + std::string(256, 'x'), "255"},
        {"fd:3", "nor fd://NAME"},
    };
    for (const auto& [text, reason] : cases) {
      const std::string said = refusal(text);
      QVERIFY2(said.find(reason) != std::string::npos, ("'" + text + "' gave '" + said + "'").c_str());
    }
  }

  void numeric_hosts_need_no_resolver() {
    for (const char* host : {"0.0.0.0", "::", "fe80::1%eth0"}) QVERIFY2(is_numeric_host(host), host);
    for (const char* host : {"localhost", "1.2.3", "", "example.org"}) QVERIFY2(!is_numeric_host(host), host);
  }
};

QTEST_GUILESS_MAIN(UnitBindAddress)
#include "unit_bind_address.moc"
