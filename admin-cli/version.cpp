#include "commands.hpp"
#include "json_writer.hpp"
#include "terminal.hpp"

namespace uninterruptible::cli {

ExitCode version(const Request& request) {
  if (request.json) {
    JsonWriter json;
    json.begin_object().field("schema", 1).field("version", UNINTERRUPTIBLE_VERSION).end_object();
    print_line(json.text());
  } else {
    print_line("uninterruptiblectl " UNINTERRUPTIBLE_VERSION);
  }
  return ExitCode::done;
}

}  // namespace uninterruptible::cli
