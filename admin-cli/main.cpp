#include <CLI/CLI.hpp>
#include <cstdlib>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "choose_server.hpp"
#include "command_table.hpp"
#include "commands.hpp"
#include "help_format.hpp"
#include "link.hpp"
#include "terminal.hpp"
#include "usage_check.hpp"

namespace uninterruptible::cli {

namespace {

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
    app_.footer(help_footer());
    app_.formatter(std::make_shared<HelpFormat>());
    app_.fallthrough();
    app_.require_subcommand(0, 1);
    app_.add_option("-s,--server", servers_, "The server: its name, a path, unix:PATH, or ssh://HOST/NAME")
        ->type_name("SERVER")
        ->allow_extra_args(false);
    app_.add_flag("--json", line_.request.json, "Write one JSON object instead of text");
    app_.add_option("--color", color_, "Colours: auto (on a terminal), always or never")->type_name("WHEN");

    CLI::App* const listing = add("list", list);
    CLI::App* const showing = add("status", status);
    CLI::App* const connecting = add("connections", connections);
    add("counters", counters);
    CLI::App* const looking = add("top", top);
    CLI::App* const restarting = add("restart", restart);
    add("cancel", cancel);
    CLI::App* const remembering = add("history", history);
    CLI::App* const closing = add("close", close);
    CLI::App* const ending = add("shutdown", shut_down);
    CLI::App* const extending = add("extend-drain", extend_drain);
    CLI::App* const levels = add("log-level", log_level);
    CLI::App* const following = add("events", events);
    CLI::App* const waiting = add("wait", wait_for);
    add("doctor", doctor);
    CLI::App* const completing = add("completion", completion);
    listing->add_flag("-q", line_.request.ids_only, "Names only; nobody is asked");
    add_connection_options(*connecting);
    add_extension(*extending);
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
    on_text(*remembering, "NUMBER", "", "All that is known of this restart",
            [this](const std::string& text) { line_.request.number = number("NUMBER", text); });
    on_text(*remembering, "--limit", "COUNT", "Only so many, the latest ones",
            [this](const std::string& text) {
              line_.request.limit = number("--limit", text);
              if (line_.request.limit == 0 || line_.request.limit > 1000)
                throw Stop(ExitCode::usage, "--limit is 1 to 1000", "10");
            });
    restarting->add_flag("--one-at-a-time", line_.request.one_at_a_time,
                         "All servers that -s names, one after the other, up to the first that fails");
    restarting
        ->add_option("--until", line_.request.until,
                     "final (without a terminal), or drained: until the old generations have ended")
        ->type_name("STEP");
    for (CLI::App* const command : {showing, connecting}) {
      on_interval(*command, "--watch", "[DURATION]",
                  "Show it again and again (2s), until the server has ended")
          ->expected(0, 1);
    }
    on_interval(*looking, "--interval", "DURATION", "Between two looks (2s)");
    on_text(*looking, "-n,--count", "NUMBER", "End after so many looks",
            [this](const std::string& text) { line_.request.looks = number("--count", text); });
    on_text(*looking, "--rows", "NUMBER", "Show at most so many connections",
            [this](const std::string& text) { line_.request.rows = number("--rows", text); });
    add_text(*looking, "--by", line_.request.view.sort, "COLUMN",
             "Sort by rate (the default), age, idle, in or out, most first; -COLUMN: least first");
    add_conditions(*closing);
    closing->add_flag("--now,--cut", line_.request.now, "Cut them at once, in both directions");
    ending->add_flag("--now", line_.request.now, "Cut all connections instead of letting them finish");
    for (CLI::App* const command : {closing, ending})
      command->add_flag("--yes", line_.request.yes, "Cut without asking");
    for (CLI::App* const command : {restarting, ending, waiting}) {
      command->add_option("--timeout", timeout_, "Stop waiting after this (10s, 500ms, 2m; 0: never)")
          ->type_name("DURATION");
    }
    ending->add_flag_callback(
        "--no-wait", [this] { line_.request.wait = false; }, "Do not wait for the end");
    levels
        ->add_option("LEVEL", line_.request.level,
                     "debug, info, warn, error or fatal; a later generation starts with the configured one")
        ->type_name("");
    following->add_flag("--connections", line_.request.with_connections,
                        "Also connections that are opened and closed");
    following
        ->add_option_function<std::vector<std::string>>(
            "--log",
            [this](const std::vector<std::string>& given) {
              line_.request.with_log = given.empty() || given.back().empty() ? "info" : given.back();
              must_be_one_of("--log", line_.request.with_log, {"debug", "info", "warn", "error", "fatal"});
            },
            "Also log lines of all generations, from this level on (default info)")
        ->type_name("[LEVEL]")
        ->expected(0, 1);
    waiting->add_option("STATE", line_.request.word, "live, drained or gone")->required()->type_name("");
    completing->add_option("SHELL", line_.request.word, "bash, zsh or fish")->required()->type_name("");
    help_ = app_.add_subcommand("help", std::string(command_named("help").summary));
    help_->add_option("COMMAND", topic_, "The command")->type_name("");
    add("version", version);
    // For the far end of ssh alone, and in neither help nor completion.
    CLI::App* const dialing =
        app_.add_subcommand("dial-stdio", "Join standard input and output with a server");
    dialing->group("")->callback([this] { line_.command = dial_stdio; });
    dialing->add_option("SERVER", far_server_, "Its name or path")->type_name("");
  }

  Line parse(int argc, char** argv) {
    overview_ = app_.help();  // after parsing it would be the help of the command that was given
    app_.parse(argc, argv);
    if (help_->parsed()) throw CLI::CallForHelp();
    if (app_.get_subcommands().empty()) line_.command = status;
    take_servers();
    if (!line_.request.until.empty()) must_be_one_of("--until", line_.request.until, {"final", "drained"});
    must_be_one_of("--color", color_, {"auto", "always", "never"});
    choose_color(color_);
    if (!timeout_.empty()) line_.request.timeout = duration_of("--timeout", timeout_);
    control::RestartOptions& restart = line_.request.restart;
    if (!trial_.empty()) restart.rollback_window = duration_of("--trial", trial_);
    if (!drain_.empty()) restart.drain_timeout = duration_of("--drain", drain_);
    if (restart.queue && (restart.rehearse || restart.rollback_window || restart.drain_timeout)) {
      throw Stop(ExitCode::usage, "--queue goes with no other option of a restart",
                 "wait until the one that is going on has ended");
    }
    if (restart.rehearse && line_.request.until == "drained") {
      throw Stop(ExitCode::usage, "after a rehearsal nothing drains",
                 "one of --rehearse and --until drained");
    }
    return line_;
  }

  /// What a parse error, a call for help or for the version comes to.
  int explain(const CLI::ParseError& error) {
    if (help_->parsed() && error.get_exit_code() == 0) {
      if (topic_.empty() && help_->get_help_ptr()->count() > 0) topic_ = "help";
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
      if (word.starts_with("--")) return refuse_option(word);
    }
    print_error(error.what());
    print_note("Try: 'uninterruptiblectl --help'");
    return static_cast<int>(ExitCode::usage);
  }

 private:
  using Run = ExitCode (*)(const Request&);

  CLI::App* add(const char* name, Run run) {
    CLI::App* const added = app_.add_subcommand(name, std::string(command_named(name).summary));
    added->callback([this, run] { line_.command = run; });
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
            [&filter](const std::string& text) { filter.idle = duration_of("--idle", text); });
    on_text(closing, "--older", "DURATION", "All that are open for so long",
            [&filter](const std::string& text) { filter.older = duration_of("--older", text); });
  }

  void add_extension(CLI::App& extending) {
    control::DrainExtension& extension = line_.request.extension;
    on_text(extending, "--generation", "NUMBER", "Only this one",
            [&extension](const std::string& text) { extension.generation = number("--generation", text); });
    on_text(extending, "DURATION", "", "How much longer (10m, 1h), or `none`: no limit any more",
            [&extension](const std::string& text) {
              if (text == "none") return;
              extension.by = duration_of("DURATION", text);
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

  /// Between two looks; without a value, and where nothing is said, 2 s.
  CLI::Option* on_interval(CLI::App& command, const char* name, const char* type, const char* description) {
    CLI::callback_t take = [this, name](const CLI::results_t& results) {
      const std::string text = results.empty() || results.back().empty() ? "2s" : results.back();
      line_.request.interval = duration_of(name, text);
      if (line_.request.interval->count() < 100)
        throw Stop(ExitCode::usage, std::string(name) + " " + shown(text) + " is too often", "100ms or more");
      return true;
    };
    return command.add_option(name, std::move(take), description)->type_name(type)->expected(1);
  }

  static std::uint64_t number(const char* option, const std::string& text) {
    const auto value = parse_number(text, 0, std::numeric_limits<std::uint64_t>::max());
    if (!value) throw Stop(ExitCode::usage, std::string(option) + " '" + shown(text) + "' is no number", "7");
    return *value;
  }

  /// An empty value is kept as one: what chooses connections must not vanish where a shell's variable was
  /// empty, as it would with the parser's own conversion.
  static void add_text(CLI::App& command, const char* name, std::optional<std::string>& value,
                       const char* type, const char* description) {
    CLI::callback_t keep = [&value](const CLI::results_t& results) {
      value = results.empty() ? std::string() : results.back();
      return true;
    };
    command.add_option(name, std::move(keep), description)->type_name(type)->expected(1);
  }

  void add_connection_options(CLI::App& command) {
    ConnectionOptions& view = line_.request.view;
    add_text(command, "--generation", view.generation, "NUMBER", "Only those of this generation");
    add_text(command, "--state", view.state, "STATE", "Only those in this state: open or closing");
    add_text(command, "--peer", view.peer, "ADDRESS",
             "Only those from this address or network (192.0.2.0/24, 2001:db8::/32)");
    add_text(command, "--older", view.older, "DURATION", "Only those open for at least so long (10m)");
    add_text(command, "--idle", view.idle, "DURATION", "Only those without a byte for so long (30s, 10m)");
    add_text(command, "--columns", view.columns, "A,B,C",
             "Which columns, in this order: id, generation, state, peer, local, label, age, idle, in, out");
    add_text(command, "--sort", view.sort, "COLUMN", "By this column; -COLUMN: the other way around");
    command.add_flag_callback(
        "--no-header", [&view] { view.header = false; }, "No line with the columns' names");
    command.add_flag("-q", line_.request.ids_only, "Ids only");
    command.add_flag_callback(
        "--no-trunc", [&view] { view.cut = false; }, "Cut nothing to the terminal's width");
  }

  void take_servers() {
    Request& request = line_.request;
    request.servers = servers_;
    if (!far_server_.empty()) request.servers = {far_server_};
    if (const char* const usual = std::getenv("UNINTERRUPTIBLE_SERVER");
        usual != nullptr && request.servers.empty()) {
      request.servers = {usual};
    }
    if (!request.servers.empty()) request.server = request.servers.front();
    if (request.servers.size() > 1 && !request.one_at_a_time) {
      throw Stop(ExitCode::usage, "several servers are named, and this is done with one",
                 "'uninterruptiblectl restart --one-at-a-time' takes several, all else one -s");
    }
  }

  static void print_text(std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    print_line(text);
  }

  static int refuse_word(const std::string& word) {
    print_error("there is no command '" + shown(word) + "'");
    std::vector<std::string> names;
    for (const Command& command : commands()) names.emplace_back(command.name);
    const std::string similar = nearest(word, names);
    print_note("Try: 'uninterruptiblectl " + (similar.empty() ? "--help" : similar) + "'");
    return static_cast<int>(ExitCode::usage);
  }

  /// One that no command has, or this one not.
  [[nodiscard]] int refuse_option(const std::string& word) const {
    const std::string option = word.substr(0, word.find('='));
    const std::vector<CLI::App*> chosen = app_.get_subcommands();
    const std::string command = chosen.empty() ? "" : chosen.front()->get_name();
    print_error((command.empty() ? "there is no option '" : command + " has no option '") + shown(option) +
                "'");
    std::vector<std::string> names;
    const auto add = [&names](std::span<const Option> options) {
      for (const Option& one : options) {
        for (std::string& name : parts_of(one.names, ',')) names.push_back(std::move(name));
      }
    };
    add(common_options());
    for (const Command& one : commands()) {
      if (one.name == command) add(one.options);
    }
    const std::string similar = nearest(option, names);
    print_note("Try: " + (similar.empty()
                              ? "'uninterruptiblectl " + command + (command.empty() ? "--help'" : " --help'")
                              : similar));
    return static_cast<int>(ExitCode::usage);
  }

  CLI::App app_;
  CLI::App* help_ = nullptr;
  std::vector<std::string> servers_;
  std::string far_server_;  ///< of dial-stdio
  std::string timeout_;
  std::string trial_;
  std::string drain_;
  std::string topic_;
  std::string color_ = "auto";
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
