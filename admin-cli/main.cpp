#include <CLI/CLI.hpp>
#include <cstdlib>
#include <functional>
#include <limits>
#include <string>

#include "base/text.hpp"
#include "choose_server.hpp"
#include "commands.hpp"
#include "link.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

namespace {

constexpr const char* exit_codes =
    "-s SERVER and --json may stand before or after the command. SERVER is a name, a path, or\n"
    "unix:PATH; it may be left out where only one server runs. UNINTERRUPTIBLE_SERVER names the\n"
    "usual one.\n"
    "\n"
    "Exit status: 0 done, 1 refused or failed (the old generation serves on), 2 wrong usage,\n"
    "3 no such server, 4 permission denied, 5 timed out and still going on, 6 protocol versions\n"
    "do not match, 7 done in part, 8 rolled back, 130 interrupted.";

const std::vector<std::string> command_names = {"list",  "status",   "connections",  "restart",   "cancel",
                                                "close", "shutdown", "extend-drain", "log-level", "help"};

/// What the command line came to: a command to run, or an exit status when all is said.
struct Line {
  Request request;
  std::function<ExitCode(const Request&)> command;
};

class Parser {
 public:
  Parser() : app_("Watches and steers servers that restart without interruption.", "uninterruptiblectl") {
    app_.set_version_flag("--version", std::string("uninterruptiblectl ") + UNINTERRUPTIBLE_VERSION);
    app_.set_help_flag("-h,--help", "Show this help");
    app_.footer(exit_codes);
    app_.fallthrough();
    app_.require_subcommand(0, 1);
    app_.add_option("-s,--server", server_, "The server: its name, a path, or unix:PATH")
        ->type_name("SERVER");
    app_.add_flag("--json", line_.request.json, "Write one JSON object instead of text");

    add("list", "Show the servers of this machine", list);
    add("status", "Show a server's generations (the default)", status);
    add("connections", "Show the open connections of all generations", connections);
    CLI::App* const restarting =
        add("restart", "Replace the server by a new copy and wait until that is in charge", restart);
    add("cancel", "Give up the restart that is going on, before it is final, and wait for that", cancel);
    CLI::App* const closing = add("close", "Close connections politely, or cut them", close);
    CLI::App* const ending =
        add("shutdown", "Let connections finish, then end the server, and wait for that", shut_down);
    closing->add_option("ID", line_.request.ids, "Connections, as `connections` shows them (7-412)")
        ->type_name("");
    restarting->add_option("--trial", trial_, "Length of the trial of this restart (0: none)")
        ->type_name("DURATION");
    restarting->add_option("--drain", drain_, "How long the old generation may drain (0: no limit)")
        ->type_name("DURATION");
    restarting->add_flag("--rehearse,--check", line_.request.restart.rehearse,
                         "Start the new program until it is ready, say how long that took, and end it");
    restarting->add_flag("--queue", line_.request.restart.queue,
                         "Where a restart is going on, begin when that has ended");
    add_conditions(*closing);
    closing->add_flag("--now,--cut", line_.request.now, "Cut them at once, in both directions");
    ending->add_flag("--now", line_.request.now, "Cut all connections instead of letting them finish");
    for (CLI::App* const command : {closing, ending})
      command->add_flag("--yes", line_.request.yes, "Cut without asking");
    for (CLI::App* const command : {restarting, ending}) {
      command->add_option("--timeout", timeout_, "Stop waiting after this (10s, 500ms, 2m; 0: never)")
          ->type_name("DURATION");
    }
    ending->add_flag_callback(
        "--no-wait", [this] { line_.request.wait = false; }, "Do not wait for the end");
    CLI::App* const extending =
        add("extend-drain", "Let draining generations take longer before they are cut off", extend_drain);
    add_extension(*extending);
    CLI::App* const levels = add("log-level", "Show or set the log level of all generations", log_level);
    levels
        ->add_option("LEVEL", line_.request.level,
                     "debug, info, warn, error or fatal; a later generation starts with the configured one")
        ->type_name("");
    help_ = app_.add_subcommand("help", "Show the help of a command");
    help_->add_option("COMMAND", topic_, "The command")->type_name("");
  }

  Line parse(int argc, char** argv) {
    overview_ = app_.help();  // after parsing it would be the help of the command that was given
    app_.parse(argc, argv);
    if (help_->parsed()) throw CLI::CallForHelp();
    if (app_.get_subcommands().empty()) line_.command = status;
    take_server();
    if (!timeout_.empty()) line_.request.timeout = duration("--timeout", timeout_);
    control::RestartOptions& restart = line_.request.restart;
    if (!trial_.empty()) restart.rollback_window = duration("--trial", trial_);
    if (!drain_.empty()) restart.drain_timeout = duration("--drain", drain_);
    if (restart.queue && (restart.rehearse || restart.rollback_window || restart.drain_timeout)) {
      throw Stop(ExitCode::usage, "--queue goes with no other option of a restart",
                 "wait until the one that is going on has ended");
    }
    return line_;
  }

  /// What a parse error, a call for help or for the version comes to.
  int explain(const CLI::ParseError& error) {
    if (help_->parsed() && error.get_exit_code() == 0) {
      if (topic_.empty()) {
        print_text(overview_);
        return 0;
      }
      for (const CLI::App* const topic : app_.get_subcommands([](const CLI::App*) { return true; })) {
        if (topic->get_name() != topic_) continue;
        print_text(topic->help("uninterruptiblectl"));
        return 0;
      }
      return refuse_word(topic_);
    }
    if (error.get_exit_code() == 0) return app_.exit(error);
    for (const std::string& word : app_.remaining(true)) {
      if (!word.starts_with('-') && app_.get_subcommands().empty()) return refuse_word(word);
    }
    print_error(error.what());
    print_note("Try: 'uninterruptiblectl --help'");
    return static_cast<int>(ExitCode::usage);
  }

 private:
  using Command = ExitCode (*)(const Request&);

  CLI::App* add(const char* name, const char* description, Command command) {
    CLI::App* const added = app_.add_subcommand(name, description);
    added->callback([this, command] { line_.command = command; });
    return added;
  }

  void add_conditions(CLI::App& closing) {
    control::CloseFilter& filter = line_.request.filter;
    on_text(closing, "--generation", "NUMBER", "All of this generation",
            [&filter](const std::string& text) { filter.generation = number("--generation", text); });
    on_text(closing, "--peer", "ADDRESS", "All from this address or network (10.0.0.0/8)",
            [&filter](const std::string& text) {
              if (text.empty()) throw Stop(ExitCode::usage, "--peer is empty", "10.0.0.0/8");
              filter.peer = text;
            });
    on_text(closing, "--idle", "DURATION", "All without a byte for so long (30s, 10m)",
            [&filter](const std::string& text) { filter.idle = duration("--idle", text); });
    on_text(closing, "--older", "DURATION", "All that are open for so long",
            [&filter](const std::string& text) { filter.older = duration("--older", text); });
  }

  void add_extension(CLI::App& extending) {
    control::DrainExtension& extension = line_.request.extension;
    on_text(extending, "--generation", "NUMBER", "Only this one",
            [&extension](const std::string& text) { extension.generation = number("--generation", text); });
    on_text(extending, "DURATION", "", "How much longer (10m, 1h), or `none`: no limit any more",
            [&extension](const std::string& text) {
              if (text == "none") return;
              extension.by = duration("DURATION", text);
              if (extension.by->count() == 0)
                throw Stop(ExitCode::usage, "DURATION is 0, which moves nothing", "10m, or none");
            })
        ->required();
  }

  /// Options by which connections are chosen must never vanish because a shell variable was empty, which is
  /// what the parser's own conversions do with them.
  static CLI::Option* on_text(CLI::App& command, const char* name, const char* type, const char* description,
                              const std::function<void(const std::string&)>& take) {
    CLI::callback_t take_last = [take](const CLI::results_t& results) {
      take(results.empty() ? std::string() : results.back());
      return true;
    };
    return command.add_option(name, std::move(take_last), description)->type_name(type)->expected(1);
  }

  static std::uint64_t number(const char* option, const std::string& text) {
    const auto value = parse_number(text, 0, std::numeric_limits<std::uint64_t>::max());
    if (!value) throw Stop(ExitCode::usage, std::string(option) + " '" + shown(text) + "' is no number", "7");
    return *value;
  }

  static std::chrono::milliseconds duration(const char* option, const std::string& text) {
    const auto value = parse_duration(text);
    if (!value) {
      throw Stop(ExitCode::usage, std::string(option) + " '" + shown(text) + "' is no duration",
                 "10s, 500ms or 2m");
    }
    return *value;
  }

  void take_server() {
    const CLI::Option* const option = app_.get_option("--server");
    if (option->count() > 0) {
      line_.request.server = server_;
    } else if (const char* const usual = std::getenv("UNINTERRUPTIBLE_SERVER"); usual != nullptr) {
      line_.request.server = usual;
    }
  }

  static void print_text(std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    print_line(text);
  }

  static int refuse_word(const std::string& word) {
    print_error("there is no command '" + shown(word) + "'");
    const std::string similar = nearest(word, command_names);
    print_note("Try: 'uninterruptiblectl " + (similar.empty() ? "--help" : similar) + "'");
    return static_cast<int>(ExitCode::usage);
  }

  CLI::App app_;
  CLI::App* help_ = nullptr;
  std::string server_;
  std::string timeout_;
  std::string trial_;
  std::string drain_;
  std::string topic_;
  std::string overview_;
  Line line_;
};

int run(int argc, char** argv) {
  Parser parser;
  try {
    const Line line = parser.parse(argc, argv);
    catch_interrupts();
    return static_cast<int>(line.command(line.request));
  } catch (const CLI::ParseError& error) {
    return parser.explain(error);
  }
}

}  // namespace

}  // namespace uninterruptible::cli

int main(int argc, char** argv) {
  using namespace uninterruptible::cli;
  try {
    return run(argc, argv);
  } catch (const Stop& stop) {
    print_error(stop.what());
    if (!stop.advice().empty()) print_note("Try: " + stop.advice());
    return static_cast<int>(stop.code());
  } catch (const std::exception& error) {
    print_error(error.what());
    return static_cast<int>(ExitCode::failed);
  }
}
