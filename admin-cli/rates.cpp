#include "rates.hpp"

namespace uninterruptible::cli {

namespace {

/// A counter that went back is another process's: it began anew.
double difference(std::uint64_t before, std::uint64_t now) {
  return static_cast<double>(now < before ? now : now - before);
}

}  // namespace

Rates rates_between(const Look& before, const Look& now) {
  const double seconds = std::chrono::duration<double>(now.at - before.at).count();
  Rates rates;
  if (seconds <= 0) return rates;

  std::map<std::uint64_t, const control::GenerationStatus*> generations;
  for (const control::GenerationStatus& one : before.status.generations) generations[one.generation] = &one;
  const auto requests_of = [](const control::GenerationStatus& one) {
    const auto found = one.counters.find("requests");
    return found == one.counters.end() ? std::optional<std::uint64_t>() : found->second;
  };
  for (const control::GenerationStatus& one : now.status.generations) {
    const auto known = generations.find(one.generation);
    const control::GenerationStatus none{};
    const control::GenerationStatus& then = known == generations.end() ? none : *known->second;
    const double accepted = difference(then.accepted, one.accepted) / seconds;
    rates.accepted_of[one.generation] = accepted;
    rates.accepted += accepted;
    if (const auto requests = requests_of(one)) {
      rates.requests =
          rates.requests.value_or(0) + difference(requests_of(then).value_or(0), *requests) / seconds;
    }
  }

  std::map<std::string, const control::ConnectionRecord*> connections;
  for (const control::ConnectionRecord& one : before.connections) connections[one.id] = &one;
  for (const control::ConnectionRecord& one : now.connections) {
    const auto known = connections.find(one.id);
    const control::ConnectionRecord none{};
    const control::ConnectionRecord& then = known == connections.end() ? none : *known->second;
    const double in = difference(then.bytes_in, one.bytes_in) / seconds;
    const double out = difference(then.bytes_out, one.bytes_out) / seconds;
    rates.bytes_in += in;
    rates.bytes_out += out;
    rates.bytes_of[one.id] = in + out;
  }
  return rates;
}

}  // namespace uninterruptible::cli
