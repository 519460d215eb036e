#pragma once

#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/scripted_server.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace testing {

/// What a run of uninterruptiblectl came to.
struct Result {
  int status = -1;
  QByteArray out;
  QByteArray err;
  [[nodiscard]] QJsonObject json() const {
    const QJsonObject object = QJsonDocument::fromJson(out).object();
    if (object["schema"].toInt() != 1) qWarning("no JSON: %s %s", out.constData(), err.constData());
    return object;
  }
};

/// Runs uninterruptiblectl against scripted servers in a control directory of its own.
class CliFixture {
 protected:
  using Environment = std::vector<std::pair<std::string, std::optional<std::string>>>;

  ProcessTree tree;
  std::unique_ptr<TempDir> directory;

  Process::Options options(std::vector<std::string> arguments, const Environment& environment) const {
    Process::Options chosen;
    arguments.insert(arguments.begin(),
                     qEnvironmentVariable("UNINTERRUPTIBLE_BIN").toStdString() + "/uninterruptiblectl");
    chosen.argv = std::move(arguments);
    chosen.environment = {{"UNINTERRUPTIBLE_CONTROL_DIR", directory->path().string()},
                          {"UNINTERRUPTIBLE_SERVER", std::nullopt}};
    for (const auto& one : environment) chosen.environment.push_back(one);
    return chosen;
  }
  static Result result_of(Process& process) {
    Result result;
    const auto exit = process.wait_exit();
    if (exit && exit->status) result.status = *exit->status;
    result.out = QByteArray::fromStdString(process.standard_output());
    result.err = QByteArray::fromStdString(process.standard_error());
    return result;
  }
  Result run(std::vector<std::string> arguments, const Environment& environment = {}) const {
    Process process(tree, options(std::move(arguments), environment));
    return result_of(process);
  }
  [[nodiscard]] std::string socket(const std::string& name) const { return *directory / (name + ".sock"); }
  [[nodiscard]] std::unique_ptr<ScriptedServer> server(const std::string& name = "echo") const {
    auto made = std::make_unique<ScriptedServer>(socket(name));
    for (FakeBackend* backend : {&made->backend, &made->next_backend}) {
      backend->state.name = name;
      backend->state.generation = 7;
      backend->state.pid = 4121;
      uninterruptible::control::GenerationStatus old{6, 4000, "draining", false, {}, 2, 1150, {}, {}};
      uninterruptible::control::GenerationStatus live{7, 4121, "live", true, {}, 3, 3, {}, {}};
      backend->state.generations = {old, live};
      backend->state.addresses = {"127.0.0.1:40001"};
      for (std::uint64_t i = 1; i <= 3; ++i) backend->connections.push_back(FakeBackend::connection(7, i));
    }
    return made;
  }
  /// A server whose restart goes through these steps, each a moment after the one before.
  static void script(ScriptedServer& server, std::vector<std::function<void()>> acts) {
    auto rest = std::make_shared<std::vector<std::function<void()>>>(std::move(acts));
    const auto next = std::make_shared<std::function<void()>>();
    *next = [&server, rest, weak = std::weak_ptr(next)] {
      if (rest->empty()) return;
      const auto act = rest->front();
      rest->erase(rest->begin());
      act();
      if (const auto self = weak.lock()) server.later([self] { (*self)(); });
    };
    server.backend.on_restart = [&server, next] {
      server.publish("requested");
      server.later([next] { (*next)(); });
      return uninterruptible::control::RestartAccepted{3, 8};
    };
  }

  void begin() { directory = std::make_unique<TempDir>(); }
  void end() { directory.reset(); }
};

}  // namespace testing
