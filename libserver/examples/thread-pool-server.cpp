// Four workers for any number of connections: accept_client_connection() stays and takes many.
#include <uninterruptible/server.hpp>

#include <thread>
#include <utility>
#include <vector>

#include "flags.hpp"

class PoolServer : public uninterruptible::Server {
 public:
  explicit PoolServer(const examples::Flags& flags) : flags_(flags) {
    configure([&flags](auto& config) { config = flags.configuration; });
  }

 private:
  void accept_client_connection() override {
    std::vector<std::jthread> workers(4);
    for (auto& worker : workers) {
      worker = std::jthread([this] {
        while (auto client = accept()) process_request(std::move(client));
      });
    }
  }

  void handle_request(uninterruptible::Connection& client) override {
    while (auto line = client.read_line()) {
      client.count_request();
      client.write_line(examples::answer_to(*line, flags_, client.tls()));
      if (flags_.log_requests)
        generation().log(uninterruptible::LogLevel::info, "answered " + client.id() + " " + *line);
      if (!flags_.lines) return;
    }
  }

  const examples::Flags flags_;
};

int main(int argc, char** argv) {
  PoolServer server(examples::parse_flags(argc, argv, "Echo server with a pool of four threads"));
  return server.run();
}
