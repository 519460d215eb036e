#pragma once

#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "control/endpoint.hpp"

namespace testing {

/// A server of the control protocol's tests: answers from its members and remembers what it was asked.
struct FakeBackend : uninterruptible::control::Backend {
  FakeBackend() {
    greeting.protocol = uninterruptible::control::protocol_version;
    greeting.name = "echo";
    greeting.generation = 7;
    greeting.pid = 4121;
    greeting.library_version = "0.1.0";
  }

  uninterruptible::control::Hello hello() override { return greeting; }
  uninterruptible::control::ServerStatus status() override {
    ++status_asked;
    return state;
  }
  void collect(std::function<void(std::vector<uninterruptible::control::ConnectionRecord>)> done) override {
    ++collect_asked;
    if (hold_collect) {
      held.push_back(std::move(done));
    } else {
      done(connections);
    }
  }
  /// Judges generation and state, and refuses the peer `nonsense`.
  void collect_matching(
      const uninterruptible::control::CloseFilter& filter,
      uninterruptible::control::Answer<std::vector<uninterruptible::control::ConnectionRecord>> done)
      override {
    filters.push_back(filter);
    if (filter.peer == "nonsense")
      return done(uninterruptible::control::Refusal{uninterruptible::control::invalid_params, "'peer': no"});
    std::vector<uninterruptible::control::ConnectionRecord> fitting;
    std::copy_if(connections.begin(), connections.end(), std::back_inserter(fitting), [&](const auto& one) {
      return one.generation == filter.generation.value_or(one.generation) &&
             (filter.state.empty() || filter.state == one.state);
    });
    done(std::move(fitting));
  }
  std::variant<uninterruptible::control::RestartAccepted, uninterruptible::control::Refusal> restart(
      const uninterruptible::control::RestartOptions& options, uid_t) override {
    ++restart_asked;
    restart_options = options;
    if (on_restart) return on_restart();
    return uninterruptible::control::RestartAccepted{3, 8};
  }
  std::variant<uninterruptible::control::RestartCancelled, uninterruptible::control::Refusal> cancel(
      uid_t) override {
    ++cancel_asked;
    if (cancel_refusal) return *cancel_refusal;
    if (on_cancel) on_cancel();
    return uninterruptible::control::RestartCancelled{3, 8, "trial"};
  }
  void close(uninterruptible::control::CloseCall call, uid_t,
             uninterruptible::control::Answer<uninterruptible::control::CloseOutcome> done) override {
    closed.push_back(call);
    if (on_close) return done(on_close(call));
    uninterruptible::control::CloseOutcome outcome;
    for (std::string& id : call.ids) {
      const auto known = std::find_if(connections.begin(), connections.end(),
                                      [&](const auto& connection) { return connection.id == id; });
      (known == connections.end() ? outcome.unknown : outcome.closing).push_back(std::move(id));
    }
    outcome.count = outcome.closing.size();
    done(std::move(outcome));
  }
  void shut_down(uid_t, bool now) override {
    ++shutdown_asked;
    if (now) ++shutdown_now_asked;
    if (on_shutdown) on_shutdown();
  }
  void extend_drain(const uninterruptible::control::DrainExtension& wanted, uid_t,
                    uninterruptible::control::Answer<uninterruptible::control::DrainExtended> done) override {
    extended.push_back(wanted);
    done(extension);
  }
  void log_level(const std::string& level, uid_t,
                 uninterruptible::control::Answer<uninterruptible::control::LogLevels> done) override {
    uninterruptible::control::LogLevels levels;
    for (const auto& one : state.generations)
      levels.generations.push_back({one.generation, "info", level.empty() ? "info" : level});
    done(std::move(levels));
  }
  void follow_log(const std::string& least) override { log_followed.push_back(least); }
  std::vector<uninterruptible::control::Step> steps_since(std::uint64_t number) override {
    std::vector<uninterruptible::control::Step> since;
    std::copy_if(steps.begin(), steps.end(), std::back_inserter(since),
                 [&](const auto& step) { return step.number > number; });
    return since;
  }

  std::vector<uninterruptible::control::RestartRecord> history() override { return restarts; }

  /// A connection with the id `generation-number`.
  static uninterruptible::control::ConnectionRecord connection(std::uint64_t generation,
                                                               std::uint64_t number) {
    uninterruptible::control::ConnectionRecord record;
    record.id = std::to_string(generation) + "-" + std::to_string(number);
    record.generation = generation;
    record.state = "open";
    record.peer = "127.0.0.1:" + std::to_string(number % 60'000);
    record.local = "127.0.0.1:80";
    record.opened_at = uninterruptible::control::WallTime(std::chrono::milliseconds(1'700'000'000'000));
    record.active_at = record.opened_at;
    return record;
  }

  uninterruptible::control::Hello greeting;
  uninterruptible::control::ServerStatus state;
  std::vector<uninterruptible::control::ConnectionRecord> connections;
  std::vector<uninterruptible::control::Step> steps;
  std::vector<uninterruptible::control::RestartRecord> restarts;  ///< the latest first
  bool hold_collect = false;
  std::vector<std::function<void(std::vector<uninterruptible::control::ConnectionRecord>)>> held;
  std::function<std::variant<uninterruptible::control::RestartAccepted, uninterruptible::control::Refusal>()>
      on_restart;
  std::function<uninterruptible::control::CloseOutcome(const uninterruptible::control::CloseCall&)> on_close;
  std::function<void()> on_shutdown;
  std::function<void()> on_cancel;
  std::vector<uninterruptible::control::CloseFilter> filters;  ///< of `connections`
  std::vector<std::string> log_followed;
  std::vector<uninterruptible::control::CloseCall> closed;
  std::vector<uninterruptible::control::DrainExtension> extended;
  std::variant<uninterruptible::control::DrainExtended, uninterruptible::control::Refusal> extension;
  int status_asked = 0;
  int collect_asked = 0;
  int restart_asked = 0;
  uninterruptible::control::RestartOptions restart_options;
  int cancel_asked = 0;
  std::optional<uninterruptible::control::Refusal> cancel_refusal;
  int shutdown_asked = 0;
  int shutdown_now_asked = 0;
};

}  // namespace testing
