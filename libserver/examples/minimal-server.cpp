#include <uninterruptible/server.hpp>

struct EchoServer : uninterruptible::Server {
  void handle_request(uninterruptible::Connection& client) override {
    if (auto line = client.read_line()) client.write_line(*line);
  }
};

int main() {
  EchoServer server;
  server.configure([](auto& config) { config.bind_port = 6789; });
  return server.run();
}
