#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault_point.hpp"
#include "base/text.hpp"
#include "generation/generation_impl.hpp"

namespace uninterruptible {

namespace {

std::string how_it_ended(const sys::Ended& ended) {
  if (ended.exit_status) {
    std::string text = "exited with status " + std::to_string(*ended.exit_status);
    if (*ended.exit_status == 126) text += " (a wrapper could not execute it)";
    if (*ended.exit_status == 127) text += " (a wrapper did not find it)";
    return text;
  }
  if (ended.term_signal) {
    const char* const name = ::sigabbrev_np(*ended.term_signal);
    return "was killed by signal " + std::to_string(*ended.term_signal) +
           (name != nullptr ? std::string(" (SIG") + name + ")" : std::string());
  }
  return "ended in a way that is not known";
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

void Generation::Impl::spawn() {
  forget_restart();
  // Whoever asked for it, the one that a takeover was to repeat is done with it.
  if (repeat_timer_ != 0) poller_.cancel(std::exchange(repeat_timer_, 0));
  restart_.options = std::exchange(next_options_, {});
  restart_.number = next_restart_++;
  restart_.generation = next_number_;
  restart_.started = Clock::now();
  restart_.deadline = restart_.started + settings_.restart_timeout;
  restart_.step = "requested";
  begin_record();
  report("requested", "generation " + std::to_string(number_) + " is to be replaced by generation " +
                          std::to_string(restart_.generation));
  for (const std::string& path : listeners_.lost_paths()) {
    log(LogLevel::warn,
        "the socket " + path +
            " was removed or replaced by another program: clients cannot find this server there");
  }
  tell_kin(Kind::remember);
  if (const auto refusal = why_not_restart(); refusal && refusal->code == control::refused) {
    restart_.reason = refusal->message;
    return feed_old(OldEvent::spawn_failed);
  }
  try {
    if (fault_point("spawn")) throw std::runtime_error("a fault point failed the spawn");
    auto [ours, theirs] = sys::packet_pair();
    sys::pass_credentials(ours.get());
    restart_.capture = std::make_unique<OutputCapture>(poller_, [this](std::uint64_t lines) {
      log(LogLevel::warn, "standard output had no room: " + std::to_string(lines) +
                              " lines of the new version's output are lost");
    });
    restart_.token = make_token();
    open_doorway();
    BirthNote note{sys::channel_number, restart_.token, number_, 0, {}};
    struct stat channel {};
    if (::fstat(theirs.get(), &channel) == 0) note.inode = channel.st_ino;
    if (restart_.doorway) note.path = restart_.doorway->path();
    sys::SpawnRequest request;
    request.command = settings_.start_command;
    request.environment = child_environment(environment_, note);
    request.directory = settings_.app_root;
    request.directory_fd = start_directory_.get();
    request.output = restart_.capture->writing_end();
    request.channel = theirs.get();
    request.block_usr1 = signals_.has_value();
    restart_.child = sys::spawn(request);
    restart_.capture->close_writing_end();
    restart_.channel = std::move(ours);
    restart_.channel_token = poller_.watch(restart_.channel.get(), sys::Poller::Rank::link,
                                           [this](std::uint32_t) { on_channel(); });
    const pid_t child = restart_.child;
    Child& watched = children_[child];
    watched.process = sys::open_pidfd(child);
    if (watched.process) {
      watched.token = poller_.watch(watched.process.get(), sys::Poller::Rank::death,
                                    [this, child](std::uint32_t) { reap_child(child); });
    }
    report("spawned",
           "pid " + std::to_string(child) + ": " + escape_text(join(settings_.start_command), 300));
  } catch (const std::exception& problem) {
    restart_.reason = problem.what();
    feed_old(OldEvent::spawn_failed);
  }
}

/// Most new processes find the descriptor that they inherit, so that a restart can do without.
void Generation::Impl::open_doorway() {
  try {
    if (fault_point("doorway")) throw std::runtime_error("a fault point failed it");
    Doorway::Callbacks callbacks;
    callbacks.said = [this](const sys::Packet& packet, int line) { return on_greeting(packet, line); };
    callbacks.warn = [this](const std::string& text) { log(LogLevel::warn, text); };
    restart_.doorway =
        std::make_unique<Doorway>(poller_, doorway_bases(environment_, ::geteuid()), std::move(callbacks));
  } catch (const std::exception& problem) {
    log(LogLevel::warn,
        std::string("no handoff path, so that a wrapper must not close descriptor 3 in this restart: ") +
            problem.what());
  }
}

void Generation::Impl::reap_child(pid_t child) {
  const auto found = children_.find(child);
  if (found == children_.end()) return;
  poller_.forget(found->second.token);
  if (child == restart_.child && old_.state() == OldState::spawned) {
    // What was said before its end counts: it may have been a wrapper.
    if (restart_.channel_token != 0) on_channel();
    if (restart_.doorway) restart_.doorway->look();
  }
  const sys::Ended ended = sys::reap(child);
  children_.erase(found);
  if (child == restart_.child) {
    restart_.ended = ended;
    // Once HELLO was said, the death of its sender is what counts, and the link reports that one.
    if (!successor_ && restarting(old_.state())) {
      restart_.capture->read_available();
      if (restart_.reason.empty())
        restart_.reason = "the new process " + how_it_ended(ended) + " before it said HELLO";
      feed_old(OldEvent::peer_died);
    }
  }
  maybe_finish();
}

void Generation::Impl::on_channel() {
  sys::Received received = sys::receive_packet(restart_.channel.get());
  if (received.outcome == sys::ReceiveOutcome::nothing) return;
  if (received.outcome == sys::ReceiveOutcome::end) {
    // Tells nothing: a wrapper may have closed its end, and its child, too; the child's death is watched.
    poller_.forget(std::exchange(restart_.channel_token, 0));
    return;
  }
  if (on_greeting(received.packet, restart_.channel.get())) return;
  log(LogLevel::warn, "process " + std::to_string(received.packet.sender) +
                          " said something on the handoff channel that is not the HELLO expected: ignored");
}

/// Something was said on one of the two ways. False when it was not the HELLO expected.
bool Generation::Impl::on_greeting(const sys::Packet& packet, int line) {
  const auto message = handoff::decode(packet.bytes);
  if (!message || message->kind != Kind::hello || message->fields.text(Tag::token) != restart_.token)
    return false;
  return on_hello(*message, packet, line);
}

/// True when the token is used up.
bool Generation::Impl::on_hello(const Message& message, const sys::Packet& packet, int line) {
  fault_point("got.HELLO");
  if (old_.state() != OldState::spawned) return true;
  const auto lowest = message.fields.number(Tag::version_lowest).value_or(0);
  const auto highest = message.fields.number(Tag::version_highest).value_or(0);
  if (lowest > handoff::highest_version || highest < handoff::lowest_version) {
    restart_.reason = "no common version of the handoff protocol: this program speaks " +
                      std::to_string(handoff::lowest_version) + " to " +
                      std::to_string(handoff::highest_version) + ", the new one " + std::to_string(lowest) +
                      " to " + std::to_string(highest);
    Message refusal{Kind::refuse, {}};
    refusal.fields.add(Tag::reason, std::string_view(restart_.reason));
    sys::send_packet(line, handoff::encode(refusal));
    feed_old(OldEvent::refused);
    return true;
  }
  try {
    restart_.sender = packet.sender;
    restart_.sender_process = sys::open_pidfd(packet.sender);
    if (!restart_.sender_process)
      return true;  // dead already; its parent's end, or the deadline, tells the rest
    auto [ours, theirs] = sys::packet_pair();
    const UniqueFd self = sys::open_pidfd(::getpid());
    Cargo link{{Kind::link, {}}, {}};
    link.add(link.message.fields, Tag::descriptor, theirs.get());
    link.add(link.message.fields, Tag::pidfd, self.get());
    sys::send_packet(line, handoff::encode(link.message), link.descriptors);
    successor_ = make_link(std::move(ours), duplicate(restart_.sender_process.get()));
    next_ = Kin();
    next_.status.generation = restart_.generation;
    next_.status.pid = restart_.sender;
    next_.status.state = "starting";
  } catch (const std::exception& problem) {
    restart_.reason = problem.what();
    feed_old(OldEvent::refused);
    return true;
  }
  poller_.forget(std::exchange(restart_.channel_token, 0));
  restart_.channel.reset();  // the token is used up
  restart_.doorway.reset();
  report("connected", "pid " + std::to_string(restart_.sender));
  feed_old(OldEvent::hello);
  return true;
}

}  // namespace uninterruptible
