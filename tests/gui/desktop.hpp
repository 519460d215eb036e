#pragma once

#include <optional>
#include <string>
#include <vector>

#include "support/sandbox.hpp"

/// A screen that nobody sees, with a window manager: Xvfb and openbox. Both end in order with this object.
class Desktop {
 public:
  /// Returns when windows can be opened, or when there is something missing.
  explicit Desktop(const testing::Sandbox& sandbox);
  ~Desktop();
  Desktop(const Desktop&) = delete;
  Desktop& operator=(const Desktop&) = delete;

  /// Why there is none; empty where there is one.
  [[nodiscard]] const std::string& missing() const noexcept { return missing_; }
  /// The environment of programs that are to be on this screen, and on the bus for aids to people where one
  /// was started.
  [[nodiscard]] testing::Sandbox::Environment environment() const;
  /// Starts a bus of the session and the one for aids to people. Why that did not go; empty where it did.
  [[nodiscard]] std::string startBuses();
  /// Address of the session's bus.
  [[nodiscard]] const std::string& bus() const noexcept { return bus_; }

  /// What `xdotool arguments...` prints; throws when it fails or does not end.
  std::string xdotool(std::vector<std::string> arguments) const;
  /// The visible window with this title; empty if there is none.
  [[nodiscard]] std::string window(const std::string& title) const;
  /// Waits for that window and makes it the one that keys go to; false when it does not come.
  [[nodiscard]] bool activate(const std::string& title) const;

 private:
  struct Outcome {
    bool done = false;
    std::string output;
  };
  [[nodiscard]] Outcome run(std::vector<std::string> argv) const;

  const testing::Sandbox& sandbox_;
  std::string missing_;
  std::string display_;
  std::string bus_;
  std::optional<testing::Process> screen_;
  std::optional<testing::Process> manager_;
  std::optional<testing::Process> session_;
  std::optional<testing::Process> launcher_;
};
