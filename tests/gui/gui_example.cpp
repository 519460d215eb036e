#include <QtTest>
#include <vector>

#include "support/client.hpp"
#include "support/files.hpp"
#include "support/sandbox.hpp"

/// The example that shows a server in a table of its own, with a real server.
class GuiExample : public QObject {
  Q_OBJECT

 private slots:
  void connectionsComeAndGoInIt() {
    const testing::Sandbox sandbox;
    const auto view = sandbox.start({testing::program("connection-view"), "embedded"});
    const auto server = sandbox.start(
        {testing::program("echo-server"), "--bind", "unix://" + sandbox / "socket", "--name", "embedded"});
    testing::wait_for_line(server.output_path(), " serves on ");
    std::vector<testing::Client> clients;
    for (int number = 0; number < 3; ++number) clients.emplace_back("unix://" + sandbox / "socket");
    const auto says = [&](const std::string& line) {
      testing::eventually([&] { return view.standard_output().ends_with(line + "\n"); }, line);
    };
    says("embedded: 3 connections");
    clients.pop_back();
    says("embedded: 2 connections");
    QVERIFY(view.is_alive());
  }
  void withoutANameItSaysHow() {
    const testing::Sandbox sandbox;
    auto view = sandbox.start({testing::program("connection-view")});
    QCOMPARE(view.wait_exit(), testing::exited(2));
    QVERIFY(view.standard_error().find("Usage: connection-view NAME") != std::string::npos);
  }
};

QTEST_GUILESS_MAIN(GuiExample)
#include "gui_example.moc"
