// A poll loop of one's own on a bare Generation: one thread, any number of clients.
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uninterruptible/generation.hpp>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <list>
#include <string>
#include <vector>

#include "flags.hpp"

using uninterruptible::Generation;
using Clock = std::chrono::steady_clock;

namespace {

struct Client {
  int fd = -1;
  Generation::Entry entry;
  std::string input{};
  std::string output{};
  bool ending = false;    ///< no more requests; what is in output is still sent
  bool finished = false;  ///< output is sent and its end said; only the client's end is awaited
  Clock::time_point finished_at{};
};

class LoopServer {
 public:
  explicit LoopServer(const examples::Flags& flags) : flags_(flags), generation_(flags.configuration) {
    for (const std::string& bind : generation_.binds()) listeners_.push_back(generation_.listen(bind));
    if (listeners_.empty())
      throw uninterruptible::ConfigurationError("there is no address to listen on: --bind");
  }

  int run() {
    generation_.ready({.accepting = [this](bool on) { accepting_ = on; },
                       .drain = [] {},
                       .dropped = [this](int listener) { close_listener(listener); },
                       .end = [this] { end(); }});
    while (!generation_.finished()) turn();
    return generation_.exit_code();
  }

 private:
  void turn() {
    std::vector<pollfd> set{{generation_.fd(), POLLIN, 0}};
    const bool may_accept = accepting_ && Clock::now() >= accept_again_at_;
    for (const int listener : listeners_) set.push_back({may_accept ? listener : -1, POLLIN, 0});
    const std::size_t first_client = set.size();
    for (const Client& client : clients_) {
      // A client that does not take its answers is not read from, and so cannot make us keep ever more of
      // them.
      set.push_back({client.fd, client.output.empty() ? short{POLLIN} : short{POLLOUT}, 0});
    }
    ::poll(set.data(), set.size(), finishing_ > 0 || accepting_ != may_accept ? 50 : -1);

    auto slot = set.begin() + static_cast<std::ptrdiff_t>(first_client);
    for (auto client = clients_.begin(); client != clients_.end(); ++slot) {
      const bool open = slot->revents == 0 ? !overdue(*client) : serve(*client);
      client = open ? std::next(client) : remove(client);
    }
    generation_.dispatch();  // may stop accepting, or close the listeners: so before accepting, not after
    if (!accepting_ || !may_accept) return;
    for (const int listener : listeners_) accept_clients(listener);
  }

  void accept_clients(int listener) {
    while (true) {
      const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (fd >= 0) {
        clients_.push_back({.fd = fd, .entry = generation_.add(fd)});
      } else if (errno != ECONNABORTED && errno != EINTR) {
        if (errno != EAGAIN) accept_again_at_ = Clock::now() + std::chrono::milliseconds(100);
        return;
      }
    }
  }

  /// Writes, reads and answers what is possible without waiting; false when the client can go.
  bool serve(Client& client) {
    if (!client.output.empty()) return flush(client);
    std::array<char, 16384> buffer;
    const ssize_t got = ::recv(client.fd, buffer.data(), buffer.size(), 0);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    if (client.finished) return got > 0 && !overdue(client);
    client.entry.count(static_cast<std::size_t>(got), 0);
    client.input.append(buffer.data(), static_cast<std::size_t>(got));
    // A last line without its end counts, unless it was our own ending that cut it short.
    if (got == 0 && !client.input.empty() && !client.entry.closing()) client.input += '\n';
    answer_lines(client);
    if (got == 0) client.ending = true;
    return flush(client);
  }

  void answer_lines(Client& client) {
    std::size_t begin = 0;
    for (std::size_t end = 0;
         !client.ending && (end = client.input.find('\n', begin)) != std::string::npos;) {
      const std::string line = client.input.substr(begin, end - begin);
      begin = end + 1;
      client.entry.count_request();
      client.output += examples::answer_to(line, flags_) + '\n';
      if (flags_.log_requests) {
        generation_.log(uninterruptible::LogLevel::info, "answered " + client.entry.id() + " " + line);
      }
      client.ending = !flags_.lines;
    }
    client.input.erase(0, begin);
    if (client.input.size() > 65536) client.ending = true;
  }

  bool flush(Client& client) {
    while (!client.output.empty()) {
      const ssize_t sent = ::send(client.fd, client.output.data(), client.output.size(), MSG_NOSIGNAL);
      if (sent < 0) return errno == EAGAIN || errno == EINTR;
      client.entry.count(0, static_cast<std::size_t>(sent));
      client.output.erase(0, static_cast<std::size_t>(sent));
    }
    if (client.ending) {
      // Closing with unread input would destroy the reply on its way: first wait for the client's end, for a
      // second.
      ::shutdown(client.fd, SHUT_WR);
      client.finished = true;
      client.finished_at = Clock::now();
      ++finishing_;
    }
    return true;
  }

  static bool overdue(const Client& client) {
    return client.finished && Clock::now() >= client.finished_at + std::chrono::seconds(1);
  }

  std::list<Client>::iterator remove(std::list<Client>::iterator client) {
    if (client->finished) --finishing_;
    const int fd = client->fd;
    const auto next = clients_.erase(client);  // the entry goes before its descriptor is closed
    ::close(fd);
    return next;
  }

  void close_listener(int listener) {
    accept_clients(listener);  // those who still wait in the kernel's queue
    ::close(listener);
    std::erase(listeners_, listener);
  }

  void end() {
    for (const int listener : listeners_) {
      if (accepting_) accept_clients(listener);
      ::close(listener);
    }
    listeners_.clear();
    accepting_ = false;
  }

  const examples::Flags flags_;
  Generation generation_;
  std::vector<int> listeners_;
  std::list<Client> clients_;
  std::size_t finishing_ = 0;
  bool accepting_ = false;
  Clock::time_point accept_again_at_{};
};

}  // namespace

int main(int argc, char** argv) {
  examples::Flags flags = examples::parse_flags(argc, argv, "Echo server with a poll loop of its own",
                                                examples::Serves::by_own_loop);
  flags.configuration.handle_signals = true;
  try {
    return LoopServer(flags).run();
  } catch (const uninterruptible::ConfigurationError& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 2;
  }
}
