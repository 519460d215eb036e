#include "handoff/wire.hpp"

#include <cstring>

namespace uninterruptible::handoff {

namespace {

constexpr std::string_view magic = "UNIN";

// Both ends are processes of one machine: its own byte order is the wire's.
template <typename Number>
void put(std::string& out, Number value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof bytes);
}

template <typename Number>
std::optional<Number> get(std::string_view& in) {
  Number value{};
  if (in.size() < sizeof value) return std::nullopt;
  std::memcpy(&value, in.data(), sizeof value);
  in.remove_prefix(sizeof value);
  return value;
}

}  // namespace

Fields& Fields::add(Tag tag, std::string_view value) {
  records_.emplace_back(tag, value);
  return *this;
}

Fields& Fields::add(Tag tag, std::uint64_t value) {
  std::string bytes;
  put(bytes, value);
  return add(tag, std::string_view(bytes));
}

std::optional<std::string_view> Fields::text(Tag tag) const {
  for (const auto& [key, value] : records_) {
    if (key == tag) return value;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> Fields::number(Tag tag) const {
  std::optional<std::string_view> value = text(tag);
  if (!value || value->size() != sizeof(std::uint64_t)) return std::nullopt;
  return get<std::uint64_t>(*value);
}

std::vector<std::string_view> Fields::all(Tag tag) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : records_) {
    if (key == tag) values.push_back(value);
  }
  return values;
}

std::vector<Fields> Fields::nested(Tag tag) const {
  std::vector<Fields> found;
  for (const std::string_view value : all(tag)) {
    if (std::optional<Fields> fields = decode(value)) found.push_back(std::move(*fields));
  }
  return found;
}

std::string Fields::encode() const {
  std::string out;
  for (const auto& [tag, value] : records_) {
    put(out, static_cast<std::uint16_t>(tag));
    put(out, static_cast<std::uint32_t>(value.size()));
    out += value;
  }
  return out;
}

std::optional<Fields> Fields::decode(std::string_view bytes) {
  Fields fields;
  while (!bytes.empty()) {
    const auto tag = get<std::uint16_t>(bytes);
    const auto length = get<std::uint32_t>(bytes);
    if (!tag || !length || *length > bytes.size()) return std::nullopt;
    fields.add(static_cast<Tag>(*tag), bytes.substr(0, *length));
    bytes.remove_prefix(*length);
  }
  return fields;
}

std::string encode(const Message& message) {
  std::string out(magic);
  put(out, static_cast<std::uint16_t>(message.kind));
  return out + message.fields.encode();
}

std::optional<Message> decode(std::string_view packet) {
  if (packet.substr(0, magic.size()) != magic) return std::nullopt;
  packet.remove_prefix(magic.size());
  const auto kind = get<std::uint16_t>(packet);
  std::optional<Fields> fields = Fields::decode(packet);
  if (!kind || !fields) return std::nullopt;
  return Message{static_cast<Kind>(*kind), std::move(*fields)};
}

std::string_view to_text(Kind kind) {
  switch (kind) {
    case Kind::hello: return "HELLO";
    case Kind::link: return "LINK";
    case Kind::offer: return "OFFER";
    case Kind::refuse: return "REFUSE";
    case Kind::progress: return "PROGRESS";
    case Kind::ready: return "READY";
    case Kind::commit: return "COMMIT";
    case Kind::serving: return "SERVING";
    case Kind::final: return "FINAL";
    case Kind::ack: return "ACK";
    case Kind::abort: return "ABORT";
    case Kind::aborted: return "ABORTED";
    case Kind::fail: return "FAIL";
    case Kind::ask_final: return "ASK_FINAL";
    case Kind::claim: return "CLAIM";
    case Kind::goodbye: return "GOODBYE";
    case Kind::goodbye_ack: return "GOODBYE_ACK";
    case Kind::remember: return "REMEMBER";
    case Kind::stop: return "STOP";
    case Kind::charge: return "CHARGE";
    case Kind::attach: return "ATTACH";
    case Kind::request: return "REQUEST";
    case Kind::reply: return "REPLY";
    case Kind::drained: return "DRAINED";
  }
  return "UNKNOWN";
}

}  // namespace uninterruptible::handoff
