#include "event_printer.hpp"

#include <ctime>

#include "base/text.hpp"
#include "json_writer.hpp"
#include "record_json.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

control::WallTime now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string clock_time(control::WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  char text[16];
  const std::size_t length = std::strftime(text, sizeof text, "%H:%M:%S", &local);
  return std::string(text, length);
}

void say(control::WallTime at, const std::string& subject, const std::string& what) {
  const std::string blanks(subject.size() < 10 ? 10 - subject.size() : 0, ' ');
  print_line(clock_time(at) + "  " + subject + blanks + "  " + what);
}

JsonWriter begun(const char* event) {
  JsonWriter json;
  json.begin_object().field("schema", 1).field("event", event);
  return json;
}

/// With the time of this program: the protocol has one for steps only.
JsonWriter begun_now(const char* event) {
  JsonWriter json = begun(event);
  json.time("at", now());
  return json;
}

void finish(JsonWriter& json) {
  json.end_object();
  print_line(json.text());
}

std::string number_and_pid(std::uint64_t generation, pid_t pid) {
  return std::to_string(generation) + (pid != 0 ? " (pid " + std::to_string(pid) + ")" : "");
}

}  // namespace

void EventPrinter::step(const control::Step& step) const {
  if (json_) {
    JsonWriter json = begun("step");
    write_fields(json, step);
    return finish(json);
  }
  std::string text = std::to_string(step.restart) + ": " + painted(shown(step.step)) + " after " +
                     format_duration(step.elapsed) + ", generation " +
                     number_and_pid(step.generation, step.pid);
  if (!step.failed_at.empty()) text += ", at \"" + shown(step.failed_at) + "\"";
  if (!step.text.empty()) text += ": " + shown(step.text);
  say(step.at == control::WallTime{} ? now() : step.at, "restart", text);
}

void EventPrinter::generation(const GenerationChange& change) const {
  const control::GenerationStatus& one = change.generation;
  if (json_) {
    JsonWriter json = begun_now("generation");
    json.field("change", change.change);
    write_fields(json, one);
    return finish(json);
  }
  const bool gone = std::string_view(change.change) == "gone";
  std::string text =
      number_and_pid(one.generation, one.pid) + ": " + (gone ? "gone" : painted(shown(one.state)));
  if (!gone) {
    if (one.in_charge) text += ", in charge";
    text += ", " + std::to_string(one.connections) + (one.connections == 1 ? " connection" : " connections");
  }
  say(now(), "generation", text);
}

void EventPrinter::connection(const ConnectionChange& change) const {
  const control::ConnectionRecord& one = change.connection;
  if (json_) {
    JsonWriter json = begun_now("connection");
    json.field("change", change.change);
    write_fields(json, one);
    return finish(json);
  }
  std::string text = shown(one.id) + ": " + change.change + ", " + shown(one.peer);
  if (!one.label.empty()) text += ", " + shown(one.label);
  say(now(), "connection", text);
}

void EventPrinter::log(const control::LogLine& line) const {
  if (json_) {
    JsonWriter json = begun("log");
    json.field("generation", line.generation)
        .time("at", line.at)
        .field("level", line.level)
        .field("text", line.text);
    if (line.lost > 0) json.field("lost", line.lost);
    return finish(json);
  }
  if (line.lost > 0)
    say(line.at, "log", std::to_string(line.lost) + (line.lost == 1 ? " line is" : " lines are") + " lost");
  say(line.at, "log", std::to_string(line.generation) + ": " + shown(line.level) + ", " + shown(line.text));
}

void EventPrinter::stopping(const control::Stopping& stopping) const {
  if (json_) {
    JsonWriter json = begun_now("stopping");
    json.field("connections", stopping.connections);
    return finish(json);
  }
  say(now(), "server",
      "shuts down, " + std::to_string(stopping.connections) +
          (stopping.connections == 1 ? " connection is" : " connections are") + " open and may finish");
}

void EventPrinter::ended() const {
  if (json_) {
    JsonWriter json = begun_now("ended");
    return finish(json);
  }
  say(now(), "server", "has ended");
}

}  // namespace uninterruptible::cli
