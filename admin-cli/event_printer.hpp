#pragma once

#include "event_changes.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::cli {

/// One line for each event, for people or as JSON.
class EventPrinter {
 public:
  explicit EventPrinter(bool json) : json_(json) {}

  void step(const control::Step& step) const;
  void generation(const GenerationChange& change) const;
  void connection(const ConnectionChange& change) const;
  void log(const control::LogLine& line) const;
  void stopping(const control::Stopping& stopping) const;
  void ended() const;

 private:
  bool json_;
};

}  // namespace uninterruptible::cli
