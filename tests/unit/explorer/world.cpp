#include "explorer/world.hpp"

#include <stdexcept>

namespace explorer {

namespace {

constexpr std::string_view message_texts[] = {
    "",         "HELLO",           "OFFER",        "READY",  "COMMIT",  "SERVING", "FINAL",     "FINAL+s",
    "FINAL+r",  "FINAL+rs",        "ACK",          "ABORT",  "ABORTED", "FAIL",    "ASK_FINAL", "CLAIM",
    "REMEMBER", "FORWARD_RESTART", "FORWARD_STOP", "GOODBYE"};

std::string flags(Index machine) {
  std::string text;
  if (restart_remembered(machine)) text += "+restart";
  if (stop_remembered(machine)) text += "+stop";
  return text;
}

std::string process_text(const Process& process, std::string state) {
  if (!process.alive) return "dead";
  if (process.stopped) state += " STOPPED";
  if (process.accepting) state += " accepts";
  if (process.pausing) state += " pausing";
  if (process.in_charge) state += " in-charge";
  return state;
}

}  // namespace

void Queue::push(Message message) {
  unsigned shift = 0;
  while ((bits_ >> shift) != 0) shift += 5U;
  if (shift + 5U > 64U) throw std::length_error("a queue of the explorer is full");
  bits_ |= static_cast<std::uint64_t>(message) << shift;
}

bool Queue::contains(Message message) const {
  for (std::uint64_t rest = bits_; rest != 0; rest >>= 5U) {
    if (static_cast<Message>(rest & 31U) == message) return true;
  }
  return false;
}

std::string Queue::text() const {
  std::string text;
  for (std::uint64_t rest = bits_; rest != 0; rest >>= 5U) {
    if (!text.empty()) text += ' ';
    text += message_texts[rest & 31U];
  }
  return text;
}

std::string to_text(const World& world) {
  std::string text = "old: ";
  text += process_text(
      world.old, std::string(handoff::to_text(old_state(world.old.machine))) + flags(world.old.machine));
  text += " | new: ";
  if (!world.spawned) {
    text += "none";
  } else if (!world.succeeded) {
    text += process_text(
        world.fresh, std::string(handoff::to_text(new_state(world.new_machine))) + flags(world.new_machine));
  } else {
    text +=
        process_text(world.fresh, "as old: " + std::string(handoff::to_text(old_state(world.fresh.machine))) +
                                      flags(world.fresh.machine));
  }
  if (!world.to_new.empty()) text += " | -> " + world.to_new.text();
  if (!world.to_old.empty()) text += " | <- " + world.to_old.text();
  if (world.rival == Rival::in_charge) text += " | a third one is in charge";
  return text;
}

}  // namespace explorer
