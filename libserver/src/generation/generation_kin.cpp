#include <unistd.h>

#include <algorithm>

#include "base/text.hpp"
#include "generation/generation_impl.hpp"
#include "generation/names.hpp"

namespace uninterruptible {

namespace {
constexpr std::size_t page_bytes = 48 * 1024;

std::uint64_t milliseconds(control::WallTime time) {
  return static_cast<std::uint64_t>(time.time_since_epoch().count());
}
control::WallTime wall_time(std::uint64_t value) {
  return control::WallTime(std::chrono::milliseconds(value));
}
}  // namespace

using handoff::Fields;
using handoff::Tag;

Fields pack_status(const control::GenerationStatus& status) {
  Fields fields = pack_brief_status(status);
  for (const auto& [name, count] : status.counters) {
    Fields counter;
    counter.add(Tag::name, std::string_view(name)).add(Tag::count, count);
    fields.add(Tag::counter, counter);
  }
  for (const auto& [name, text] : status.facts) {
    Fields fact;
    fact.add(Tag::name, std::string_view(name)).add(Tag::text, std::string_view(text));
    fields.add(Tag::fact, fact);
  }
  if (!status.version.empty()) fields.add(Tag::program_version, std::string_view(status.version));
  return fields;
}

Fields pack_brief_status(const control::GenerationStatus& status) {
  Fields fields;
  fields.add(Tag::generation, status.generation)
      .add(Tag::pid, static_cast<std::uint64_t>(status.pid))
      .add(Tag::state, std::string_view(status.state))
      .add(Tag::started_at, milliseconds(status.started_at))
      .add(Tag::count, status.connections)
      .add(Tag::accepted, status.accepted);
  if (status.draining_since) fields.add(Tag::draining_since, milliseconds(*status.draining_since));
  if (status.cut_off_at) fields.add(Tag::cut_off_at, milliseconds(*status.cut_off_at));
  return fields;
}

control::GenerationStatus unpack_status(const Fields& fields) {
  control::GenerationStatus status;
  status.generation = fields.number(Tag::generation).value_or(0);
  status.pid = static_cast<pid_t>(fields.number(Tag::pid).value_or(0));
  status.state = escape_text(fields.text(Tag::state).value_or("draining"), 20);
  status.started_at = wall_time(fields.number(Tag::started_at).value_or(0));
  status.connections = fields.number(Tag::count).value_or(0);
  status.accepted = fields.number(Tag::accepted).value_or(0);
  if (const auto since = fields.number(Tag::draining_since)) status.draining_since = wall_time(*since);
  if (const auto at = fields.number(Tag::cut_off_at)) status.cut_off_at = wall_time(*at);
  status.version = fields.text(Tag::program_version).value_or("");
  for (const Fields& counter : fields.nested(Tag::counter)) {
    const std::string_view name = counter.text(Tag::name).value_or("");
    if (is_name(name)) status.counters.emplace(name, counter.number(Tag::count).value_or(0));
  }
  for (const Fields& fact : fields.nested(Tag::fact)) {
    const std::string_view name = fact.text(Tag::name).value_or("");
    if (is_name(name)) status.facts.emplace(name, fact.text(Tag::text).value_or(""));
  }
  return status;
}

Fields pack_connection(const control::ConnectionRecord& record) {
  Fields fields;
  fields.add(Tag::id, std::string_view(record.id))
      .add(Tag::generation, record.generation)
      .add(Tag::state, std::string_view(record.state))
      .add(Tag::peer, std::string_view(record.peer))
      .add(Tag::local, std::string_view(record.local))
      .add(Tag::label, std::string_view(record.label))
      .add(Tag::opened_at, milliseconds(record.opened_at))
      .add(Tag::active_at, milliseconds(record.active_at))
      .add(Tag::bytes_in, record.bytes_in)
      .add(Tag::bytes_out, record.bytes_out);
  return fields;
}

control::ConnectionRecord unpack_connection(const Fields& fields) {
  const auto text = [&](Tag tag) { return std::string(fields.text(tag).value_or("")); };
  control::ConnectionRecord record;
  record.id = text(Tag::id);
  record.generation = fields.number(Tag::generation).value_or(0);
  record.state = text(Tag::state);
  record.peer = text(Tag::peer);
  record.local = text(Tag::local);
  record.label = text(Tag::label);
  record.opened_at = wall_time(fields.number(Tag::opened_at).value_or(0));
  record.active_at = wall_time(fields.number(Tag::active_at).value_or(0));
  record.bytes_in = fields.number(Tag::bytes_in).value_or(0);
  record.bytes_out = fields.number(Tag::bytes_out).value_or(0);
  return record;
}

// ---- links ----

std::unique_ptr<handoff::Link> Generation::Impl::make_link(UniqueFd line, UniqueFd peer) {
  Link::Callbacks callbacks;
  callbacks.message = [this](Link& link, Message message, sys::Packet packet) {
    on_message(link, std::move(message), std::move(packet));
  };
  callbacks.died = [this](Link& link) { on_died(link); };
  callbacks.damaged = [this](Link&, const std::string& what) { log(LogLevel::warn, "handoff: " + what); };
  return std::make_unique<Link>(poller_, std::move(line), std::move(peer), std::move(callbacks));
}

void Generation::Impl::on_message(Link& link, Message message, sys::Packet packet) {
  if (finished_) return;
  // Not what fetches the log: somebody who follows it would make it grow by that.
  if (message.fields.text(Tag::request_kind) != "log")
    log(LogLevel::debug, "handoff: got " + std::string(handoff::to_text(message.kind)));
  if (&link == predecessor_.get()) return on_predecessor(std::move(message), std::move(packet));
  if (&link == successor_.get()) return on_successor(std::move(message), std::move(packet));
  if (&link == attach_.get()) {
    if (message.kind == Kind::charge) on_charge(link, message, packet);
    if (message.kind == Kind::request) answer(link, message);
    return;
  }
  for (auto& [generation, kin] : kin_) {
    if (kin.link.get() == &link) return on_kin(generation, std::move(message));
  }
}

void Generation::Impl::on_died(Link& link) {
  if (finished_) return;
  if (&link == predecessor_.get()) return on_predecessor_died();
  if (&link == successor_.get()) {
    if (restart_.sender != 0 && restart_.sender == restart_.child) {
      const auto found = children_.find(restart_.child);
      if (found != children_.end()) {
        poller_.forget(found->second.token);
        restart_.ended = sys::reap(restart_.child);
        children_.erase(found);
      }
    }
    if (restarting(old_.state())) {
      if (restart_.capture) restart_.capture->read_available();
      if (restart_.reason.empty()) {
        restart_.reason = "the new process died";
        if (restart_.ended && restart_.ended->exit_status) {
          restart_.reason =
              "the new process exited with status " + std::to_string(*restart_.ended->exit_status);
        }
        if (restart_.ended && restart_.ended->term_signal) {
          restart_.reason =
              "the new process was killed by signal " + std::to_string(*restart_.ended->term_signal);
        }
      }
    } else if (old_.state() == OldState::draining) {
      log(LogLevel::error, "the generation in charge died without GOODBYE");
    }
    return feed_old(OldEvent::peer_died);
  }
  if (&link == attach_.get()) {
    retire(std::move(attach_));
    return feed_old(OldEvent::peer_died);
  }
  for (const auto& [generation, kin] : kin_) {
    if (kin.link.get() == &link) return kin_ended(generation);
  }
}

void Generation::Impl::on_kin(std::uint64_t generation, Message message) {
  Kin& kin = kin_[generation];
  switch (message.kind) {
    case Kind::reply: return on_reply(*kin.link, message, &kin.status);
    case Kind::remember:
      log(LogLevel::info, "generation " + std::to_string(generation) + " passes a request for a restart on");
      return restart_requested(Asker::from(message.fields));
    case Kind::stop:
      log(LogLevel::info, "generation " + std::to_string(generation) + " passes a request to stop on");
      return stop_everything(message.fields.flag(Tag::now));
    case Kind::goodbye_ack: {
      kin.acknowledged_goodbye = true;
      const bool all =
          std::all_of(kin_.begin(), kin_.end(), [](const auto& k) { return k.second.acknowledged_goodbye; });
      if (all && old_.state() == OldState::stopping && !ended_) close_down();
      return;
    }
    default: return;
  }
}

void Generation::Impl::kin_ended(std::uint64_t generation) {
  const auto found = kin_.find(generation);
  retire(std::move(found->second.link));
  kin_.erase(found);
  log(LogLevel::info, "generation " + std::to_string(generation) + " has ended");
  if (in_charge_) finish_record(generation);
  endpoint_.generations_changed();
  send_charge();
  if (old_.state() == OldState::stopping && !ended_) {
    const bool all =
        std::all_of(kin_.begin(), kin_.end(), [](const auto& k) { return k.second.acknowledged_goodbye; });
    if (all) close_down();
  }
  maybe_finish();
}

// ---- charge ----

void Generation::Impl::take_charge() {
  in_charge_ = was_in_charge_ = true;
  if (control_socket_) {
    control::open_to_groups(*control_socket_, control_groups(),
                            [this](const std::string& text) { log(LogLevel::warn, text); });
    ::listen(control_socket_->socket.get(), 128);  // again, so that clients see this process in SO_PEERCRED
    endpoint_.serve(control_socket_->socket.get(), control_groups());
  }
  if (take_token_ == 0) {
    take_token_ =
        poller_.watch(contest_->take_fd(), sys::Poller::Rank::link, [this](std::uint32_t) { on_attach(); });
  }
  for (auto& [generation, kin] : kin_) kin.link->set_reading(true);
  save_history();
  send_charge();
}

void Generation::Impl::give_up_charge() {
  in_charge_ = false;
  endpoint_.stop();
  if (take_token_ != 0) poller_.forget(std::exchange(take_token_, 0));
}

/// Tells every draining generation who is in charge, and when its turn would be should that one crash: the
/// youngest first, those that were rolled back last.
void Generation::Impl::send_charge() {
  if (!in_charge_) return;
  std::vector<std::pair<bool, std::uint64_t>> turns;
  for (const auto& [generation, kin] : kin_) turns.emplace_back(kin.rolled_back, ~generation);
  std::sort(turns.begin(), turns.end());
  UniqueFd self;
  try {
    self = sys::open_pidfd(::getpid());
  } catch (const std::exception& problem) {
    log(LogLevel::error, problem.what());
  }
  for (const auto& [generation, kin] : kin_) {
    const auto turn = std::find(turns.begin(), turns.end(), std::make_pair(kin.rolled_back, ~generation));
    Cargo cargo{{Kind::charge, {}}, {}};
    cargo.message.fields.add(Tag::generation, number_)
        .add(Tag::number, next_number_)
        .add(Tag::next_restart, next_restart_)
        .add(Tag::rank, static_cast<std::uint64_t>(turn - turns.begin()));
    cargo.add(cargo.message.fields, Tag::pidfd, self.get());
    kin.link->send(cargo.message, cargo.descriptors);
  }
}

void Generation::Impl::tell_kin(Kind kind) {
  for (const auto& [generation, kin] : kin_) kin.link->send({kind, {}});
}

void Generation::Impl::on_charge(Link& link, const Message& message, sys::Packet& packet) {
  if (UniqueFd process = take_descriptor(message.fields, Tag::pidfd, packet))
    link.watch_peer(std::move(process));
  next_number_ = std::max(next_number_, message.fields.number(Tag::number).value_or(0));
  next_restart_ = std::max(next_restart_, message.fields.number(Tag::next_restart).value_or(0));
  rank_ = message.fields.number(Tag::rank).value_or(0);
  restart_under_way_ = false;
  const std::uint64_t in_charge = message.fields.number(Tag::generation).value_or(0);
  const bool another = in_charge != std::exchange(number_in_charge_, in_charge);
  if (&link == attach_.get()) {
    retire(std::move(successor_));
    successor_ = std::move(attach_);
  }
  if (old_.state() == OldState::attaching || (old_.state() == OldState::draining && another)) {
    log(LogLevel::info, "generation " + std::to_string(in_charge) + " is in charge now");
    feed_old(OldEvent::welcome);
  }
  push_status();
}

// ---- what the one in charge knows of the others ----

control::GenerationStatus Generation::Impl::own_status() const {
  control::GenerationStatus status;
  status.generation = number_;
  status.pid = ::getpid();
  status.state = to_text(state_.load());
  status.in_charge = in_charge_;
  status.started_at = started_at_;
  status.connections = registry_->open();
  status.accepted = registry_->accepted();
  status.counters = counters_.values();
  if (const std::uint64_t requests = registry_->requests(); requests > 0)
    status.counters.insert_or_assign("requests", requests);
  status.facts = facts_.values();
  status.version = settings_.version;
  status.draining_since = draining_since_;
  status.cut_off_at = cut_off_at_;
  return status;
}

void Generation::Impl::push_status() {
  if (in_charge_ || finished_) return;
  Link* const link = is_new() ? predecessor_.get() : successor_.get();
  if (link == nullptr || (!is_new() && restarting(old_.state()))) return;
  if (is_new() && !roles(new_->state()).accepting) return;
  Message reply{Kind::reply, pack_status(own_status())};
  own_tally().put_into(reply.fields);
  link->send(reply);
}

/// Another generation asks for our connections, or passes on what is to be done.
void Generation::Impl::answer(Link& link, const Message& request) {
  const std::uint64_t id = request.fields.number(Tag::request).value_or(0);
  const auto begin = [&] {
    Message reply{Kind::reply, {}};
    reply.fields.add(Tag::request, id);
    return reply;
  };
  Message reply = begin();
  if (request.fields.text(Tag::request_kind) == "connections") {
    std::size_t bytes = 0;
    for (const control::ConnectionRecord& record : registry_->list()) {
      const Fields fields = pack_connection(record);
      const std::size_t length = fields.encode().size();
      if (bytes + length > page_bytes) {
        reply.fields.add(Tag::more, std::uint64_t{1});
        link.send(reply);
        reply = begin();
        bytes = 0;
      }
      reply.fields.add(Tag::connection, fields);
      bytes += length;
    }
  } else {
    carry_out(request.fields, reply.fields);
  }
  link.send(reply);
}

void Generation::Impl::inquire(Kin& kin, std::string_view kind, Fields question,
                               const std::shared_ptr<Inquiry>& inquiry) {
  // Numbers carry the asker: after a link was handed on, an answer to the giver means nothing to the taker.
  const std::uint64_t id = (number_ << 32U) + ++last_request_;
  Message request{Kind::request, std::move(question)};
  request.fields.add(Tag::request, id).add(Tag::request_kind, kind);
  Link* const link = &kin == &next_ ? successor_.get() : kin.link.get();
  if (!link->send(request)) return;
  requests_[id] = {link, inquiry};
  inquiry->awaited.insert(id);
}

/// Finishes the inquiry when all have answered, or when they have had the time to.
void Generation::Impl::await_answers(const std::shared_ptr<Inquiry>& inquiry) {
  if (inquiry->awaited.empty()) return finish_inquiry(inquiry);
  inquiry->timer = poller_.call_after(waits::inquiry, [this, inquiry] {
    inquiry->timer = 0;
    finish_inquiry(inquiry);
  });
}

void Generation::Impl::on_reply(Link&, const Message& message, control::GenerationStatus* status) {
  const std::uint64_t id = message.fields.number(Tag::request).value_or(0);
  if (id == 0) {
    const std::uint64_t generation = status->generation;
    *status = unpack_status(message.fields);
    status->generation = generation;
    note_tally(generation, Tally::from(message.fields));
    if (in_charge_) endpoint_.generations_changed();
    return;
  }
  const auto found = requests_.find(id);
  if (found == requests_.end()) return;
  const std::shared_ptr<Inquiry> inquiry = found->second.second;
  for (const Fields& nested : message.fields.nested(Tag::connection))
    inquiry->records.push_back(unpack_connection(nested));
  const std::vector<std::string_view> told = message.fields.all(Tag::id);
  inquiry->told.insert(inquiry->told.end(), told.begin(), told.end());
  inquiry->count += message.fields.number(Tag::count).value_or(told.size());
  if (inquiry->answer) inquiry->answer(message.fields);
  if (message.fields.flag(Tag::more)) return;
  requests_.erase(found);
  inquiry->awaited.erase(id);
  if (inquiry->awaited.empty()) finish_inquiry(inquiry);
}

void Generation::Impl::finish_inquiry(const std::shared_ptr<Inquiry>& inquiry) {
  if (inquiry->timer != 0) poller_.cancel(std::exchange(inquiry->timer, 0));
  for (const std::uint64_t id : inquiry->awaited) requests_.erase(id);
  inquiry->awaited.clear();
  if (const auto done = std::exchange(inquiry->done, nullptr)) done(*inquiry);
}

/// A link goes (null: all of them): what was asked over it is not answered any more.
void Generation::Impl::abandon_inquiries(const Link* link) {
  std::set<std::shared_ptr<Inquiry>> touched;
  for (auto request = requests_.begin(); request != requests_.end();) {
    if (link != nullptr && request->second.first != link) {
      ++request;
      continue;
    }
    request->second.second->awaited.erase(request->first);
    touched.insert(request->second.second);
    request = requests_.erase(request);
  }
  for (const auto& inquiry : touched) {
    if (inquiry->awaited.empty()) finish_inquiry(inquiry);
  }
}

std::vector<std::pair<std::uint64_t, Generation::Impl::Kin*>> Generation::Impl::reachable_kin() {
  std::vector<std::pair<std::uint64_t, Kin*>> all;
  if (!in_charge_) return all;
  for (auto& [generation, kin] : kin_) all.emplace_back(generation, &kin);
  if (old_.state() == OldState::trial && successor_) all.emplace_back(next_.status.generation, &next_);
  return all;
}

}  // namespace uninterruptible
