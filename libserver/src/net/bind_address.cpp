#include "net/bind_address.hpp"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <stdexcept>

#include "base/text.hpp"
#include "sys/unix_path.hpp"

namespace uninterruptible::net {

namespace {

[[noreturn]] void refuse(const std::string& reason) { throw std::invalid_argument(reason); }

// Not isalnum(): its answer depends on the locale.
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_name_character(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}
bool is_blank_or_control(char c) noexcept { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; }

std::uint16_t parse_port(std::string_view text) {
  if (text.empty()) refuse("the port is missing");
  if (const auto port = parse_number(text, 0, 65535)) return static_cast<std::uint16_t>(*port);
  if (std::all_of(text.begin(), text.end(), is_digit)) {
    refuse("port " + escape_text(text, 40) + " is not between 0 and 65535");
  }
  refuse("port " + quote_text(text) + " is not a number");
}

bool is_ipv4(const std::string& host) {
  in_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1;
}

bool is_ipv6(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, host.substr(0, host.find('%')).c_str(), &address) == 1;
}

std::string parse_ipv6(std::string_view bracketed) {
  const std::size_t percent = bracketed.find('%');
  const std::string address(bracketed.substr(0, percent));
  if (!is_ipv6(address)) refuse(quote_text(address) + " is not an IPv6 address");
  if (percent == std::string_view::npos) return address;
  std::string_view zone = bracketed.substr(percent + 1);
  if (zone.starts_with("25")) zone.remove_prefix(2);  // a percent sign as URIs write it
  const auto fits = [](char c) { return is_name_character(c) || c == '.' || c == ':' || c == '@'; };
  if (zone.empty() || zone.size() >= IF_NAMESIZE || !std::all_of(zone.begin(), zone.end(), fits)) {
    refuse("zone " + quote_text(zone) + " is not the name or number of a network interface");
  }
  return address + "%" + std::string(zone);
}

std::string parse_host(std::string_view text) {
  std::string host(text);
  if (host.empty()) refuse("the host is missing; every IPv4 address is 0.0.0.0, every IPv6 address [::]");
  if (is_ipv4(host)) return host;
  // Resolvers read 010.0.0.1, 1.2.3 and 0x7f.1 in ways nobody means.
  const std::string_view last = std::string_view(host).substr(host.rfind('.') + 1);
  if (!last.empty() && is_digit(last.front())) {
    if (std::all_of(last.begin(), last.end(), is_digit) || last.starts_with("0x") || last.starts_with("0X")) {
      refuse(quote_text(host) + " is not an IPv4 address of four decimal numbers");
    }
  }
  std::string_view rest = host;
  if (rest.ends_with('.')) rest.remove_suffix(1);
  if (rest.empty() || rest.size() > 253) refuse(quote_text(host) + " is not a host name");
  for (const std::string& label : split_list(rest, '.')) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-' ||
        !std::all_of(label.begin(), label.end(), is_name_character)) {
      refuse(quote_text(host) + " is not a host name or an address");
    }
  }
  return host;
}

void parse_tcp(std::string_view rest, BindAddress& address) {
  if (rest.find('@') != std::string_view::npos) refuse("a user or password has no place in it");
  if (std::any_of(rest.begin(), rest.end(), is_blank_or_control))
    refuse("it contains blanks or control characters");
  if (rest.find_first_of("/?#") != std::string_view::npos) refuse("nothing may follow the port");
  std::string_view port;
  if (rest.starts_with('[')) {
    const std::size_t end = rest.find(']');
    if (end == std::string_view::npos) refuse("the closing bracket is missing");
    address.host = parse_ipv6(rest.substr(1, end - 1));
    port = rest.substr(end + 1);
    if (!port.empty() && port.front() != ':') refuse("a colon and the port must follow the closing bracket");
    if (port.empty()) refuse("the port is missing");
    port.remove_prefix(1);
  } else {
    const std::size_t colon = rest.find(':');
    if (colon != std::string_view::npos && rest.find(':', colon + 1) != std::string_view::npos) {
      refuse("an IPv6 address needs brackets, as in tcp://[::1]:6789");
    }
    address.host = parse_host(rest.substr(0, colon));
    if (colon == std::string_view::npos) refuse("the port is missing");
    port = rest.substr(colon + 1);
  }
  address.port = parse_port(port);
}

void parse_unix(std::string_view rest, BindAddress& address) {
  if (rest.starts_with("//")) rest.remove_prefix(2);
  if (rest.empty()) refuse("the path is missing");
  if (rest.front() == '@') refuse("abstract names have no permissions and are not supported; use a path");
  if (rest.front() != '/')
    refuse("the path " + quote_text(rest) + " is not absolute, as in unix:///run/echo.sock");
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (std::any_of(rest.begin(), rest.end(), is_control)) refuse("the path contains control characters");
  if (rest.back() == '/') refuse("the path ends with a slash and cannot name a socket");
  if (rest.size() > sys::longest_unix_path) {
    refuse("the path has " + std::to_string(rest.size()) + " bytes; a unix socket's path can have " +
           std::to_string(sys::longest_unix_path));
  }
  address.path = rest;
}

/// What systemd allows as a name (sd_listen_fds_with_names(3)).
void parse_inherited(std::string_view name, BindAddress& address) {
  constexpr std::size_t longest_name = 255;
  if (name.empty()) refuse("the name of the passed socket is missing, as in fd://web");
  const auto fits = [](char c) { return c >= 0x20 && c < 0x7F && c != ':'; };
  if (name.size() > longest_name || !std::all_of(name.begin(), name.end(), fits)) {
    refuse("the name of a passed socket has at most 255 printable ASCII characters and no colon");
  }
  address.name = name;
}

}  // namespace

bool is_numeric_host(const std::string& host) { return is_ipv4(host) || is_ipv6(host); }

BindAddress parse_bind(std::string_view text) {
  BindAddress address;
  address.text = text;
  if (text.empty()) refuse("it is empty");
  if (is_blank_or_control(text.front()) || is_blank_or_control(text.back())) {
    refuse("it begins or ends with a blank or control character");
  }
  if (text.starts_with("tcp://")) {
    parse_tcp(text.substr(6), address);
  } else if (text.starts_with("unix:")) {
    address.kind = BindAddress::Kind::unix_path;
    parse_unix(text.substr(5), address);
  } else if (text.starts_with("fd://")) {
    address.kind = BindAddress::Kind::inherited;
    parse_inherited(text.substr(5), address);
  } else {
    refuse("it is neither tcp://HOST:PORT, tcp://[IPV6]:PORT, unix:///PATH nor fd://NAME");
  }
  return address;
}

}  // namespace uninterruptible::net
