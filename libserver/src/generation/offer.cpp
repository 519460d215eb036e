#include "generation/offer.hpp"

namespace uninterruptible {

using handoff::Fields;
using handoff::Tag;

namespace {

Fields pack_socket(Cargo& cargo, const Offer::Socket& socket) {
  Fields fields;
  fields.add(Tag::bind, std::string_view(socket.text))
      .add(Tag::device, socket.device)
      .add(Tag::inode, socket.inode);
  cargo.add(fields, Tag::descriptor, socket.socket.get());
  cargo.add(fields, Tag::lock, socket.lock.get());
  return fields;
}

Offer::Socket unpack_socket(const Fields& fields, sys::Packet& packet) {
  Offer::Socket socket;
  socket.text = fields.text(Tag::bind).value_or("");
  socket.device = fields.number(Tag::device).value_or(0);
  socket.inode = fields.number(Tag::inode).value_or(0);
  socket.socket = take_descriptor(fields, Tag::descriptor, packet);
  socket.lock = take_descriptor(fields, Tag::lock, packet);
  return socket;
}

}  // namespace

void Cargo::add(Fields& fields, Tag tag, int fd) {
  if (fd < 0) return;
  fields.add(tag, static_cast<std::uint64_t>(descriptors.size()));
  descriptors.push_back(fd);
}

UniqueFd take_descriptor(const Fields& fields, Tag tag, sys::Packet& packet) {
  const auto index = fields.number(tag);
  if (!index || *index >= packet.descriptors.size()) return {};
  return std::move(packet.descriptors[*index]);
}

Cargo pack(const Offer& offer) {
  Cargo cargo;
  cargo.message.kind = handoff::Kind::offer;
  Fields fields;
  fields.add(Tag::version, std::uint64_t{offer.version})
      .add(Tag::generation, offer.generation)
      .add(Tag::restart, offer.restart)
      .add(Tag::elapsed, offer.requested_at_ns)
      .add(Tag::number, offer.last_step)
      .add(Tag::rollback_window, offer.rollback_window_ms)
      .add(Tag::name, std::string_view(offer.name))
      .add(Tag::pidfile, std::string_view(offer.pidfile));
  for (const Offer::Socket& listener : offer.listeners)
    fields.add(Tag::listener, pack_socket(cargo, listener));
  if (offer.control) fields.add(Tag::control, pack_socket(cargo, *offer.control));
  for (const Offer::Draining& draining : offer.draining) {
    Fields nested;
    nested.add(Tag::generation, draining.generation)
        .add(Tag::rolled_back, std::uint64_t{draining.rolled_back});
    cargo.add(nested, Tag::descriptor, draining.line.get());
    cargo.add(nested, Tag::pidfd, draining.process.get());
    fields.add(Tag::draining, nested);
  }
  cargo.add(fields, Tag::contest, offer.contest_memory.get());
  cargo.add(fields, Tag::attach_seek, offer.contest_seek.get());
  cargo.add(fields, Tag::attach_take, offer.contest_take.get());
  cargo.add(fields, Tag::standard_output, offer.standard_output.get());
  cargo.add(fields, Tag::standard_error, offer.standard_error.get());
  cargo.add(fields, Tag::capture, offer.capture.get());
  cargo.add(fields, Tag::history, offer.history.get());
  cargo.message.fields = std::move(fields);
  return cargo;
}

std::optional<Offer> unpack(const handoff::Message& message, sys::Packet& packet, std::string& reason) {
  const Fields& fields = message.fields;
  Offer offer;
  offer.version = static_cast<std::uint32_t>(fields.number(Tag::version).value_or(0));
  if (offer.version < handoff::lowest_version || offer.version > handoff::highest_version) {
    reason = "OFFER speaks version " + std::to_string(offer.version) +
             " of the handoff protocol, this program speaks " + std::to_string(handoff::lowest_version) +
             " to " + std::to_string(handoff::highest_version);
    return std::nullopt;
  }
  offer.generation = fields.number(Tag::generation).value_or(0);
  offer.restart = fields.number(Tag::restart).value_or(0);
  offer.requested_at_ns = fields.number(Tag::elapsed).value_or(0);
  offer.last_step = fields.number(Tag::number).value_or(0);
  offer.rollback_window_ms = fields.number(Tag::rollback_window).value_or(0);
  offer.name = fields.text(Tag::name).value_or("");
  offer.pidfile = fields.text(Tag::pidfile).value_or("");
  for (const Fields& nested : fields.nested(Tag::listener))
    offer.listeners.push_back(unpack_socket(nested, packet));
  for (const Fields& nested : fields.nested(Tag::control)) offer.control = unpack_socket(nested, packet);
  for (const Fields& nested : fields.nested(Tag::draining)) {
    Offer::Draining draining;
    draining.generation = nested.number(Tag::generation).value_or(0);
    draining.rolled_back = nested.flag(Tag::rolled_back);
    draining.line = take_descriptor(nested, Tag::descriptor, packet);
    draining.process = take_descriptor(nested, Tag::pidfd, packet);
    if (draining.line && draining.process) offer.draining.push_back(std::move(draining));
  }
  offer.contest_memory = take_descriptor(fields, Tag::contest, packet);
  offer.contest_seek = take_descriptor(fields, Tag::attach_seek, packet);
  offer.contest_take = take_descriptor(fields, Tag::attach_take, packet);
  offer.standard_output = take_descriptor(fields, Tag::standard_output, packet);
  offer.standard_error = take_descriptor(fields, Tag::standard_error, packet);
  offer.capture = take_descriptor(fields, Tag::capture, packet);
  offer.history = take_descriptor(fields, Tag::history, packet);

  const bool sockets_came = [&] {
    for (const Offer::Socket& listener : offer.listeners) {
      if (!listener.socket) return false;
    }
    return !offer.control || offer.control->socket;
  }();
  if (offer.generation == 0 || !offer.contest_memory || !offer.contest_seek || !offer.contest_take ||
      !sockets_came) {
    reason = "OFFER is incomplete: a number or a descriptor is missing";
    return std::nullopt;
  }
  return offer;
}

}  // namespace uninterruptible
