#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "base/unique_fd.hpp"

namespace uninterruptible::sys {

/// USR1, TERM and INT of this process, turned into counts behind one descriptor. The handlers do nothing but
/// count and write to an eventfd (signalfd would need every thread of the host to block the signals). One at
/// a time in a process; the dispositions found are put back by the destructor.
class Signals {
 public:
  /// Throws std::logic_error when another one exists, std::system_error when the system refuses.
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  [[nodiscard]] int fd() const noexcept;

  struct Counts {
    unsigned restart = 0;  ///< USR1
    unsigned stop = 0;     ///< TERM and INT
  };
  /// What came since the last call.
  [[nodiscard]] Counts take() noexcept;

  /// Lets USR1 in on this thread again after a parent blocked it for our start. One that is pending from
  /// before is dropped: it was meant for the generation that started us.
  static void admit_usr1();

 private:
  UniqueFd event_;
};

}  // namespace uninterruptible::sys
