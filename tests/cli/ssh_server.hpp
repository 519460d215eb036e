#pragma once

#include <memory>
#include <string>

#include "support/process.hpp"
#include "support/sandbox.hpp"

namespace testing {

/// A real sshd on loopback that lets this user in, with keys of its own. It is the machine's, or unpacked
/// from Debian's package and never installed. Ends with this object.
class SshServer {
 public:
  /// Puts all it needs into the sandbox.
  explicit SshServer(const Sandbox& sandbox);

  /// Why there is none; empty where it listens.
  [[nodiscard]] const std::string& missing() const noexcept { return missing_; }
  /// `ssh://USER@127.0.0.1:PORT/SERVER`
  [[nodiscard]] std::string address(const std::string& server) const;
  /// The ssh command of somebody with that key (`user` may come in, `other` not) who trusts the hosts in that
  /// file (`known`, or one that is not there).
  [[nodiscard]] std::string client(const std::string& key = "user", const std::string& hosts = "known") const;
  /// The folder that programs are found in on its side, with a link to uninterruptiblectl.
  [[nodiscard]] std::string far_programs() const { return sandbox_ / "far"; }
  /// What it has logged so far.
  [[nodiscard]] std::string log() const { return sshd_->standard_error(); }

 private:
  void look_for_sshd();
  void make_keys() const;
  [[nodiscard]] std::string configuration(int port) const;
  void start();
  [[nodiscard]] bool runs(std::vector<std::string> argv) const;

  const Sandbox& sandbox_;
  std::string missing_;
  std::string program_;
  std::string libraries_;  ///< a folder of what came with it
  std::string user_;
  int port_ = 0;
  std::unique_ptr<Process> sshd_;
};

}  // namespace testing
