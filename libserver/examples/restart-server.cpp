// A deployment's last line: restarts a server, and says how that went and who is served by whom.
#include <uninterruptible/control_client.hpp>

#include <iostream>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: restart-server NAME|PATH\n";
    return 2;
  }
  try {
    uninterruptible::ControlClient server(argv[1]);
    const auto end = server.restart({}, [](const auto& step) {
      std::cout << step.elapsed.count() << " ms " << step.step << ' ' << step.text << '\n';
    });
    for (const std::string& line : end.output) std::cerr << "| " << line << '\n';
    for (const auto& one : server.status().generations)
      std::cout << "generation " << one.generation << ' ' << one.state << ", " << one.connections
                << " connections\n";
    return end.step == "final" ? 0 : 1;
  } catch (const uninterruptible::ControlError& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
