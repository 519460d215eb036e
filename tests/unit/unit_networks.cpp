#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <QtTest>
#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "net/networks.hpp"

using uninterruptible::net::Networks;

namespace {

/// The networks of these rules. Throws what the first bad one throws.
Networks networks_of(const std::vector<std::string>& rules) {
  Networks networks;
  for (const std::string& rule : rules) networks.add(rule);
  return networks;
}

/// Whether a peer with that address, on a socket of the address's own family, is in one of them.
bool has(const Networks& networks, const std::string& address) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (::inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1)
    return networks.contains(reinterpret_cast<const sockaddr*>(&v4), sizeof v4);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  if (::inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) != 1) throw std::runtime_error(address);
  v6.sin6_scope_id = 7;  // zones do not count
  return networks.contains(reinterpret_cast<const sockaddr*>(&v6), sizeof v6);
}

/// Rules, and which of the addresses they let in.
struct Matches {
  std::vector<std::string> rules;
  std::vector<std::string> inside;
  std::vector<std::string> outside;
};

/// What does not come out as it should; empty when all does.
std::string difference(const Matches& wanted) {
  const Networks networks = networks_of(wanted.rules);
  for (const std::string& address : wanted.inside) {
    if (!has(networks, address)) return address + " is not in " + wanted.rules.front();
  }
  for (const std::string& address : wanted.outside) {
    if (has(networks, address)) return address + " is in " + wanted.rules.front();
  }
  return {};
}

/// The reason a rule is refused for; empty when it is accepted.
std::string refusal(std::string_view rule) {
  try {
    Networks().add(rule);
    return {};
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

}  // namespace

/// Against Python's ipaddress it is checked in tests/fuzz/networks.py.
class UnitNetworks : public QObject {
  Q_OBJECT

 private slots:
  void without_rules_everybody_is_in() {
    const Networks networks;
    QVERIFY(networks.empty());
    for (const char* address : {"192.0.2.1", "::1", "::ffff:192.0.2.1"})
      QVERIFY2(has(networks, address), address);
  }

  void a_network_goes_from_its_first_to_its_last_address() {
    const Matches cases[] = {
        {{"10.0.0.0/8"}, {"10.0.0.0", "10.255.255.255"}, {"9.255.255.255", "11.0.0.0", "a00::"}},
        {{"192.0.2.128/25"}, {"192.0.2.128", "192.0.2.255"}, {"192.0.2.127", "192.0.3.0"}},
        {{"192.0.2.4/31"}, {"192.0.2.4", "192.0.2.5"}, {"192.0.2.3", "192.0.2.6"}},
        {{"192.0.2.7"}, {"192.0.2.7"}, {"192.0.2.6", "192.0.2.8"}},
        {{"192.0.2.7/32"}, {"192.0.2.7"}, {"192.0.2.6", "192.0.2.8"}},
        {{"128.0.0.0/1"}, {"128.0.0.0", "255.255.255.255"}, {"127.255.255.255", "0.0.0.0"}},
        {{"2001:db8::/32"},
         {"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"},
         {"2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::", "32.1.13.184"}},
        {{"2001:db8::/64"}, {"2001:db8::ffff:ffff:ffff:ffff"}, {"2001:db8:0:1::"}},
        {{"2001:db8::/65"}, {"2001:db8::7fff:ffff:ffff:ffff"}, {"2001:db8::8000:0:0:0"}},
        {{"2001:db8::/63"}, {"2001:db8:0:1:ffff::"}, {"2001:db8:0:2::"}},
        {{"::1"}, {"::1"}, {"::", "::2", "0.0.0.1"}},
        {{"fe80::/10"}, {"fe80::1", "febf:ffff::"}, {"fec0::", "fe7f:ffff::"}},
    };
    for (const Matches& wanted : cases) QCOMPARE(difference(wanted), std::string());
  }

  void all_of_one_family_is_nothing_of_the_other() {
    QCOMPARE(
        difference(
            {{"0.0.0.0/0"}, {"0.0.0.0", "255.255.255.255", "::ffff:1.2.3.4"}, {"::", "::1", "::1.2.3.4"}}),
        std::string());
    QCOMPARE(difference({{"::/0"},
                         {"::", "::1.2.3.4", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
                         {"0.0.0.0", "::ffff:1.2.3.4"}}),
             std::string());
    QCOMPARE(difference({{"0.0.0.0/0", "::/0"}, {"1.2.3.4", "::ffff:1.2.3.4", "::1"}, {}}), std::string());
  }

  void mapped_addresses_are_ipv4_in_peers_and_in_rules() {
    const Matches cases[] = {
        {{"127.0.0.0/8"}, {"::ffff:127.0.0.1"}, {"::ffff:128.0.0.1", "::127.0.0.1", "::fffe:127.0.0.1"}},
        {{"::ffff:0:0/96"}, {"1.2.3.4", "::ffff:1.2.3.4"}, {"::1.2.3.4", "::fffe:ffff:ffff", "::1:0:0:0"}},
        {{"::ffff:10.0.0.0/104"}, {"10.1.2.3", "::ffff:10.1.2.3"}, {"11.0.0.0", "::ffff:11.0.0.0"}},
        {{"::ffff:10.1.2.3"}, {"10.1.2.3", "::ffff:10.1.2.3"}, {"10.1.2.4"}},
        // Wider than all of IPv4: an IPv6 rule, in which no IPv4 peer is.
        {{"::ffff:0:0/95"}, {"::fffe:1.2.3.4"}, {"1.2.3.4", "::ffff:1.2.3.4"}},
    };
    for (const Matches& wanted : cases) QCOMPARE(difference(wanted), std::string());
  }

  void nested_adjacent_and_repeated_rules_add_up_in_any_order() {
    const std::vector<std::string> rules{"10.0.0.0/8",   "10.1.0.0/16",  "10.1.2.3",    "10.255.255.255",
                                         "11.0.0.0/9",   "11.128.0.0/9", "10.0.0.0/9",  "10.0.0.0/8",
                                         "13.0.0.0/8",   "12.0.0.1",     "2001:db8::1", "2001:db8::/32",
                                         "2001:db9::/32"};
    for (std::size_t turn = 0; turn < rules.size(); ++turn) {
      std::vector<std::string> turned(rules.begin() + static_cast<std::ptrdiff_t>(turn), rules.end());
      turned.insert(turned.end(), rules.begin(), rules.begin() + static_cast<std::ptrdiff_t>(turn));
      for (const bool backwards : {false, true}) {
        if (backwards) std::reverse(turned.begin(), turned.end());
        QCOMPARE(difference({turned,
                             {"10.0.0.0", "10.1.2.3", "10.1.2.4", "10.200.0.0", "10.255.255.255", "11.0.0.0",
                              "11.127.255.255", "11.128.0.0", "11.255.255.255", "12.0.0.1", "13.0.0.0",
                              "13.255.255.255", "2001:db8::1", "2001:db8::2", "2001:db9:ffff::"},
                             {"9.255.255.255", "12.0.0.0", "12.0.0.2", "12.255.255.255", "14.0.0.0",
                              "2001:db7:ffff::", "2001:dba::"}}),
                 std::string());
      }
    }
  }

  void the_canonical_text_and_host_bits_are_reported() {
    const struct {
      const char* rule;
      const char* network;
      bool host_bits;
    } cases[] = {
        {"10.0.0.0/8", "10.0.0.0/8", false},
        {"127.0.0.1/8", "127.0.0.0/8", true},
        {"127.0.0.1/32", "127.0.0.1/32", false},
        {"127.0.0.1", "127.0.0.1/32", false},
        {"1.2.3.4/0", "0.0.0.0/0", true},
        {"0.0.0.0/0", "0.0.0.0/0", false},
        {" 10.0.0.0/8 ", "10.0.0.0/8", false},
        {"\t10.0.0.0/8\t", "10.0.0.0/8", false},
        {"2001:DB8:0:0:0:0:0:0/32", "2001:db8::/32", false},
        {"2001:db8::1/32", "2001:db8::/32", true},
        {"::1", "::1/128", false},
        {"::/0", "::/0", false},
        {"::ffff:0:0/96", "0.0.0.0/0", false},
        {"::ffff:10.1.2.3/104", "10.0.0.0/8", true},
        {"::ffff:10.1.2.3", "10.1.2.3/32", false},
        {"::ffff:0:0/95", "::fffe:0:0/95", true},
    };
    for (const auto& wanted : cases) {
      const Networks::Added added = Networks().add(wanted.rule);
      QCOMPARE(added.network, std::string(wanted.network));
      QVERIFY2(added.host_bits == wanted.host_bits, wanted.rule);
    }
  }

  void each_refusal_says_why() {
    const std::pair<std::string, const char*> cases[] = {
        {"", "it is empty"},
        {"  \t ", "it is empty"},
        {"/", "the address is missing"},
        {"/8", "the address is missing"},
        {"10.0.0.0/", "from 0 to 32"},
        {"10.0.0.0/33", "from 0 to 32"},
        {"10.0.0.0/-1", "from 0 to 32"},
        {"10.0.0.0/+8", "from 0 to 32"},
        {"10.0.0.0/08", "without leading zeros"},
        {"10.0.0.0/00", "without leading zeros"},
        {"10.0.0.0/ 8", "from 0 to 32"},
        {"10.0.0.0/8/8", "from 0 to 32"},
        {"10.0.0.0/0x8", "from 0 to 32"},
        {"10.0.0.0/4294967304", "from 0 to 32"},
        {"10.0.0.0/255.0.0.0", "netmasks are not taken"},
        {"10.0.0.0/0.255.255.255", "netmasks are not taken"},
        {"10.0.0.0/8\n", "from 0 to 32"},
        {std::string("10.0.0.0/8\0", 11), "from 0 to 32"},
        {std::string("10.0.0.0\0/8", 11), "neither IPv4"},
        {"::/129", "from 0 to 128"},
        {"::/-1", "from 0 to 128"},
        {"::/0128", "from 0 to 128"},
        {"::/ffff::", "from 0 to 128"},
        {"010.0.0.1", "without leading zeros"},
        {"10.00.0.1/8", "without leading zeros"},
        {"0x0a.0.0.1", "neither IPv4"},
        {"1.2.3", "four decimal numbers"},
        {"1.2.3/24", "four decimal numbers"},
        {"1.2.3.4.5", "four decimal numbers"},
        {"1.2.3.256", "four decimal numbers"},
        {"167772161", "four decimal numbers"},
        {"10.0.0.0 /8", "neither IPv4"},
        {"10.0.0.0/8,10.1.0.0/16", "from 0 to 32"},
        {",,", "neither IPv4"},
        {"localhost", "neither IPv4"},
        {"example.org/8", "neither IPv4"},
        {"any", "neither IPv4"},
        {"*", "neither IPv4"},
        {"fe80::1%eth0", "no zone"},
        {"fe80::/64%1", "from 0 to 128"},
        {"fe80::%25eth0/64", "no zone"},
        {"10.0.0.1%1", "no zone"},
        {"[::1]", "nor IPv6"},
        {"::1::", "nor IPv6"},
        {"12345::", "nor IPv6"},
        {"1:2:3:4:5:6:7:8:9", "nor IPv6"},
        {"::ffff:010.0.0.1", "nor IPv6"},
        {"1.2.3.4::", "nor IPv6"},
    };
    for (const auto& [rule, reason] : cases) {
      const std::string said = refusal(rule);
      QVERIFY2(said.find(reason) != std::string::npos, ("'" + rule + "' gave '" + said + "'").c_str());
    }
  }

  /// What is refused must not count as "no rules", which lets everybody in, nor change those that are there.
  void a_refused_rule_changes_nothing() {
    Networks networks = networks_of({"10.0.0.0/8"});
    QVERIFY_EXCEPTION_THROWN(networks.add("0.0.0.0/33"), std::invalid_argument);
    QVERIFY(has(networks, "10.1.2.3"));
    QVERIFY(!has(networks, "11.1.2.3"));
  }

  void other_families_and_short_addresses_are_in_no_network() {
    const Networks networks = networks_of({"0.0.0.0/0", "::/0"});
    QVERIFY(!networks.empty());
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    QVERIFY(!networks.contains(reinterpret_cast<const sockaddr*>(&local), sizeof local));
    sockaddr_in6 v6{};
    const auto* const address = reinterpret_cast<const sockaddr*>(&v6);
    for (const sa_family_t family : {sa_family_t{AF_INET}, sa_family_t{AF_INET6}}) {
      v6.sin6_family = family;
      const socklen_t whole = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
      QVERIFY(networks.contains(address, whole));
      QVERIFY(!networks.contains(address, whole - 1));
      QVERIFY(!networks.contains(address, 0));
    }
  }
};

QTEST_GUILESS_MAIN(UnitNetworks)
#include "unit_networks.moc"
