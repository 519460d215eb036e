#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "sys/packet.hpp"
#include "sys/poller.hpp"
#include "sys/private_directory.hpp"
#include "sys/unix_path.hpp"

namespace uninterruptible {

/// The second way for a new process to say HELLO, where a wrapper has closed the inherited descriptor: a
/// packet socket in a private directory, for as long as this object lives. Only processes of this user and
/// root are heard. Strangers change nothing: they are shown out after one packet, or when they have been
/// silent for long, 16 of them at the most at once (others wait in the queue), and named in the log once,
/// however many they are.
class Doorway {
 public:
  struct Callbacks {
    /// A packet came, and `line` is where an answer goes. True when it was the one awaited; the doorway may
    /// have been destroyed by then. Called in the poller's dispatch, and in look().
    std::function<bool(const sys::Packet& packet, int line)> said;
    std::function<void(const std::string& text)> warn;
  };

  /// Removes what dead processes have left in the base that it uses. Throws std::runtime_error or
  /// std::system_error when there is no place where it can be.
  Doorway(sys::Poller& poller, std::vector<std::string> bases, Callbacks callbacks,
          std::chrono::milliseconds longest_silence = std::chrono::seconds(5));
  ~Doorway();
  Doorway(const Doorway&) = delete;
  Doorway& operator=(const Doorway&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return listener_.path; }
  /// Hears everything that is there now, also behind silent guests.
  void look();

 private:
  struct Guest {
    UniqueFd line;
    pid_t pid = 0;
    sys::Poller::Token watch = 0;
    sys::Poller::Token timer = 0;
  };
  using Number = std::uint64_t;

  bool admit(std::size_t most);
  void welcome(UniqueFd line, pid_t pid, Number number);
  bool hear(Number number);
  void show_out(Number number);
  void open_to_more(bool open);
  void rest();
  void report(const std::string& what);

  sys::Poller& poller_;
  Callbacks callbacks_;
  std::chrono::milliseconds longest_silence_;
  sys::PrivateDirectory directory_;
  sys::UnixListener listener_;
  sys::Poller::Token listener_token_ = 0;
  sys::Poller::Token pause_ = 0;
  std::map<Number, Guest> guests_;
  Number last_number_ = 0;
  std::uint64_t strangers_ = 0;
};

/// Where a doorway may be, best first: $XDG_RUNTIME_DIR, the user's directory under /run, /run itself for
/// root, the temp folder.
[[nodiscard]] std::vector<std::string> doorway_bases(const std::vector<std::string>& environment, uid_t user);

/// Goes in by that path: a connected, non-blocking packet socket to the generation that waits there. The
/// directory, the socket and whoever listens must be this user's or root's, and the directory not writable by
/// others. Never waits. Throws std::runtime_error that says what is wrong with the path.
[[nodiscard]] UniqueFd enter_doorway(const std::string& path);

}  // namespace uninterruptible
