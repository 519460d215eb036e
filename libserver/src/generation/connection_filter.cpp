#include "generation/connection_filter.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace uninterruptible {

namespace {

using handoff::Fields;
using handoff::Tag;
using std::chrono::milliseconds;

constexpr std::string_view unix_peer = "unix:";

/// The address in a peer's text: `192.0.2.7:51234`, `[2001:db8::1]:443`, or without a port.
std::string host_of(const std::string& peer) {
  std::string host = peer;
  if (peer.starts_with('[')) {
    host = peer.substr(1, peer.find(']') - 1);
  } else if (std::count(peer.begin(), peer.end(), ':') == 1) {
    host = peer.substr(0, peer.find(':'));
  }
  return host.substr(0, host.find('%'));
}

std::optional<milliseconds> duration(const Fields& fields, Tag tag) {
  const auto value = fields.number(tag);
  if (!value) return std::nullopt;
  return milliseconds(static_cast<milliseconds::rep>(*value));
}

std::uint64_t conditions_of(const control::CloseFilter& filter) {
  return std::uint64_t{filter.generation.has_value()} + std::uint64_t{!filter.peer.empty()} +
         std::uint64_t{!filter.state.empty()} + std::uint64_t{filter.idle.has_value()} +
         std::uint64_t{filter.older.has_value()};
}

}  // namespace

ConnectionFilter::ConnectionFilter(control::CloseFilter wanted)
    : wanted_(std::move(wanted)), now_(std::chrono::floor<milliseconds>(std::chrono::system_clock::now())) {
  if (!wanted_.peer.empty() && !wanted_.peer.starts_with(unix_peer)) networks_.add(wanted_.peer);
}

bool ConnectionFilter::fits(const ConnectionRegistry::Record& record) const {
  if (wanted_.generation && record.generation != *wanted_.generation) return false;
  if (!wanted_.state.empty() && record.closing != (wanted_.state == "closing")) return false;
  if (wanted_.idle && now_.time_since_epoch().count() - record.active_at_ms < wanted_.idle->count())
    return false;
  if (wanted_.older && now_ - std::chrono::floor<milliseconds>(record.opened_at) < *wanted_.older)
    return false;
  return wanted_.peer.empty() || fits_peer(record.peer.peer);
}

bool ConnectionFilter::fits(const control::ConnectionRecord& record) const {
  if (wanted_.generation && record.generation != *wanted_.generation) return false;
  if (!wanted_.state.empty() && record.state != wanted_.state) return false;
  if (wanted_.idle && now_ - record.active_at < *wanted_.idle) return false;
  if (wanted_.older && now_ - record.opened_at < *wanted_.older) return false;
  return wanted_.peer.empty() || fits_peer(record.peer);
}

bool ConnectionFilter::fits_peer(const std::string& peer) const {
  if (networks_.empty())
    return wanted_.peer == unix_peer ? peer.starts_with(unix_peer) : peer == wanted_.peer;
  const std::string host = host_of(peer);
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (::inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1)
    return networks_.contains(reinterpret_cast<const sockaddr*>(&v4), sizeof v4);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  return ::inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1 &&
         networks_.contains(reinterpret_cast<const sockaddr*>(&v6), sizeof v6);
}

Fields pack_filter(const control::CloseFilter& filter) {
  Fields fields;
  fields.add(Tag::number, conditions_of(filter));
  if (filter.generation) fields.add(Tag::generation, *filter.generation);
  if (!filter.peer.empty()) fields.add(Tag::peer, std::string_view(filter.peer));
  if (!filter.state.empty()) fields.add(Tag::state, std::string_view(filter.state));
  if (filter.idle) fields.add(Tag::idle, static_cast<std::uint64_t>(filter.idle->count()));
  if (filter.older) fields.add(Tag::older, static_cast<std::uint64_t>(filter.older->count()));
  return fields;
}

std::optional<control::CloseFilter> unpack_filter(const Fields& fields) {
  control::CloseFilter filter;
  filter.generation = fields.number(Tag::generation);
  filter.peer = fields.text(Tag::peer).value_or("");
  filter.state = fields.text(Tag::state).value_or("");
  filter.idle = duration(fields, Tag::idle);
  filter.older = duration(fields, Tag::older);
  const std::uint64_t understood = conditions_of(filter);
  if (understood == 0 || fields.number(Tag::number) != understood) return std::nullopt;
  return filter;
}

std::string filter_text(const control::CloseFilter& filter) {
  std::string text;
  const auto add = [&](const std::string& condition) { text += (text.empty() ? " " : ", ") + condition; };
  if (filter.generation) add("of generation " + std::to_string(*filter.generation));
  if (!filter.peer.empty()) add("from " + filter.peer);
  if (!filter.state.empty()) add("in state " + filter.state);
  if (filter.idle) add("idle for " + format_duration(*filter.idle));
  if (filter.older) add("open for " + format_duration(*filter.older));
  return "connections" + text;
}

}  // namespace uninterruptible
