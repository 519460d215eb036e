// One thread a connection: the default.
#include <uninterruptible/server.hpp>

#include "flags.hpp"

class EchoServer : public uninterruptible::Server {
 public:
  explicit EchoServer(const examples::Flags& flags) : flags_(flags) {
    configure([&flags](auto& config) { config = flags.configuration; });
  }

 private:
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
  EchoServer server(examples::parse_flags(argc, argv, "Echo server, one thread a connection"));
  return server.run();
}
