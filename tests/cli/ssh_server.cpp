#include "cli/ssh_server.hpp"

#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

#include "support/files.hpp"

namespace testing {

namespace fs = std::filesystem;

namespace {

/// sshd as root wants a user and a directory that its package makes. They are there for it alone, in a mount
/// namespace of its own: $1 is the folder with its files, the rest the command.
constexpr const char* in_own_namespace =
    "set -e; dir=$1; shift\n"
    "cp /etc/passwd $dir/passwd; echo 'sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin' >>$dir/passwd\n"
    "mount --bind $dir/passwd /etc/passwd; mount -t tmpfs -o mode=755 none /run; mkdir /run/sshd\n"
    "exec \"$@\"\n";

/// A port that was free a moment ago.
int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(fd, reinterpret_cast<const sockaddr*>(&address), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

std::string found_in(const std::string& directory, const std::string& name) {
  std::error_code problem;
  for (const auto& entry : fs::recursive_directory_iterator(directory, problem)) {
    if (entry.path().filename() == name) return entry.path().string();
  }
  return {};
}

}  // namespace

SshServer::SshServer(const Sandbox& sandbox) : sandbox_(sandbox) {
  if (!runs({"ssh", "-V"})) {
    missing_ = "there is no ssh client";
    return;
  }
  look_for_sshd();
  if (!missing_.empty()) return;
  const passwd* const user = ::getpwuid(::geteuid());
  if (user == nullptr) {
    missing_ = "this user has no name to log in with";
    return;
  }
  const std::string shell = user->pw_shell;
  if (shell.ends_with("nologin") || shell.ends_with("/false")) {
    missing_ = "this user may not log in";
    return;
  }
  user_ = user->pw_name;
  fs::create_directory(sandbox_ / "far");
  fs::create_symlink(program("uninterruptiblectl"), far_programs() + "/uninterruptiblectl");
  make_keys();
  start();
}

bool SshServer::runs(std::vector<std::string> argv) const {
  try {
    Process process = sandbox_.start(std::move(argv));
    return process.wait_exit(std::chrono::seconds(60)) == exited(0);
  } catch (const std::system_error&) {
    return false;
  }
}

void SshServer::look_for_sshd() {
  if (fs::exists("/usr/sbin/sshd")) {
    program_ = "/usr/sbin/sshd";
    return;
  }
  const std::string directory = sandbox_ / "sshd";
  fs::create_directory(directory);
  const std::string unpack = "cd " + directory +
                             " && apt-get -qq -o Acquire::Retries=0 -o Acquire::http::Timeout=15 download "
                             "openssh-server libwrap0 && "
                             "for package in *.deb; do dpkg-deb -x $package .; done";
  if (!runs({"sh", "-c", unpack})) {
    missing_ = "there is no sshd here, and apt-get could not download openssh-server to unpack it";
    return;
  }
  program_ = found_in(directory, "sshd");
  for (const char* const one : {"usr/sbin/sshd", "usr/lib/openssh/sshd"}) {
    if (fs::exists(directory + "/" + one)) program_ = directory + "/" + one;
  }
  libraries_ = fs::path(found_in(directory, "libwrap.so.0")).parent_path().string();
}

void SshServer::make_keys() const {
  for (const char* const name : {"host", "user", "other"}) {
    if (!runs({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", sandbox_ / name}))
      throw std::runtime_error("ssh-keygen failed");
  }
}

std::string SshServer::configuration(int port) const {
  return "ListenAddress 127.0.0.1\nPort " + std::to_string(port) + "\nHostKey " + (sandbox_ / "host") +
         "\nAuthorizedKeysFile " + (sandbox_ / "user.pub") +
         "\nPidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication "
         "no\n"
         "PermitRootLogin yes\nMaxStartups 100\nPrintMotd no\nSetEnv PATH=" +
         far_programs() + ":/usr/bin:/bin UNINTERRUPTIBLE_CONTROL_DIR=" + sandbox_.control_directory() + "\n";
}

void SshServer::start() {
  const bool has_user = ::getpwnam("sshd") != nullptr && fs::exists("/run/sshd");
  for (int attempt = 0; attempt < 5; ++attempt) {
    port_ = free_port();
    write_file(sandbox_ / "sshd.conf", configuration(port_));
    std::vector<std::string> command = {program_, "-D", "-e", "-f", sandbox_ / "sshd.conf"};
    if (::geteuid() == 0 && !has_user) {
      command.insert(command.begin(), {"unshare", "-m", "sh", "-c", in_own_namespace, "sh",
                                       sandbox_.directory().path().string()});
    }
    Sandbox::Environment environment;
    if (!libraries_.empty()) environment.emplace_back("LD_LIBRARY_PATH", libraries_);
    sshd_ = std::make_unique<Process>(sandbox_.start(command, environment));
    const bool told = becomes_true(
        [&] { return log().find("Server listening") != std::string::npos || !sshd_->is_alive(); });
    if (told && sshd_->is_alive()) {
      const std::string key = read_file(sandbox_ / "host.pub");
      write_file(sandbox_ / "known", "[127.0.0.1]:" + std::to_string(port_) + " " + key);
      // Accounts may be closed to it in many ways, which are no business of ours.
      if (!runs({"sh", "-c", client() + " -p " + std::to_string(port_) + " " + user_ + "@127.0.0.1 true"}))
        missing_ = "sshd does not let this user in: " + log();
      return;
    }
  }
  missing_ = "sshd does not start: " + log();
}

std::string SshServer::address(const std::string& server) const {
  return "ssh://" + user_ + "@127.0.0.1:" + std::to_string(port_) + "/" + server;
}

std::string SshServer::client(const std::string& key, const std::string& hosts) const {
  return "ssh -F none -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes -o GlobalKnownHostsFile=/dev/null "
         "-i " +
         (sandbox_ / key) + " -o UserKnownHostsFile=" + (sandbox_ / hosts);
}

}  // namespace testing
