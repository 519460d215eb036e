#include <uninterruptible/control.hpp>
#include <uninterruptible/control_client.hpp>
#include <uninterruptible/server.hpp>

struct EchoServer : uninterruptible::Server {
  void handle_request(uninterruptible::Connection& client) override {
    if (auto line = client.read_line()) client.write_line(*line);
  }
};

int main() {
  EchoServer server;
  return server.run();
}
