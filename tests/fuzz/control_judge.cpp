// What the control protocol's codec says of lines, for control_lines.py and by itself:
//   control-judge                     line by line, HEX of what somebody sent without its newline; answers 1
//   where
//                                     that is JSON to us, else 0
//   control-judge --fuzz SECONDS SEED mutates sound messages of both directions and feeds them to the
//   server's and
//                                     the client's half; ends with 1 where one of them breaks its word
#include <algorithm>
#include <chrono>
#include <iostream>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "control/codec.hpp"
#include "control/json.hpp"

namespace {

using namespace uninterruptible::control;
using namespace std::chrono_literals;

std::string bytes_of(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return bytes;
}

int judge_lines() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);)
    std::cout << (parse_json(bytes_of(line)) ? 1 : 0) << '\n';
  return 0;
}

/// Every kind of request, as a client makes them.
std::vector<std::string> requests() {
  Session session;
  session.request_status();
  session.request_connections("7-1", {7, "10.0.0.0/8", "closing", 5ms, 5min});
  session.request_restart({1s, 2s, true, false});
  session.request_cancel();
  session.request_close(std::vector<std::string>{"7-412", "8-1"}, true);
  session.request_close_matching({7, "unix:", "open", 1s, 2s}, true, true);
  session.request_shutdown(true);
  session.request_extend_drain({7, 10min});
  session.request_log_level("debug");
  session.request_subscribe({true, 17, "warn"});
  std::vector<std::string> all;
  for (std::string_view rest = session.output(); !rest.empty();) {
    const std::size_t end = rest.find('\n');
    all.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  return all;
}

/// Every kind of message that a server sends, the greeting first; replies are to the requests above.
std::vector<std::string> messages() {
  ServerStatus status;
  status.name = "echo";
  status.generation = 7;
  status.binds = {"tcp://127.0.0.1:0"};
  status.program_changed = true;
  GenerationStatus one{7, 4121, "draining",    true,          WallTime(1ms),
                       3, 4,    WallTime(2ms), WallTime(3ms), {{"a", 1}}};
  one.facts = {{"b", "c"}};
  one.version = "2";
  status.generations = {one, one};
  ConnectionRecord connection{"7-1", 7, "open", "p", "l", "user", WallTime(1ms), WallTime(2ms), 3, 4};
  PageText page;
  static_cast<void>(page.add(connection));
  static_cast<void>(page.remove("7-2"));
  Step step{19, 3, 8, "failed", WallTime(1ms), 2ms, "why", 1, "ready", 3, 9, {"one"}};
  return {encode(Hello{protocol_version, "echo", 7, 4121, "0.1.0"}),
          encode_reply("1", status),
          page.reply("2", "7-1"),
          encode_reply("3", RestartAccepted{3, 8, true}),
          encode_reply("4", RestartCancelled{3, 8, "trial"}),
          encode_reply("5", CloseOutcome{{"7-1"}, {"7-2"}, 1}),
          encode_reply("6", Refusal{refused, "no"}),
          encode_shutdown_reply("7"),
          encode_reply("8", DrainExtended{{{7, WallTime(1ms)}}, {8}}),
          encode_reply("9", LogLevels{{{7, "info", "debug"}}}),
          encode_subscribe_reply("10", 17),
          encode(step),
          encode(GenerationsChanged{status}),
          encode(LogLine{7, WallTime(1ms), "warn", "text", 3}),
          page.notification(1, true, false),
          encode(Moved{8, 1}),
          encode(Stopping{3})};
}

class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::string mutated(std::string text) {
    static const std::vector<std::string> pieces{"{",
                                                 "}",
                                                 "[",
                                                 "]",
                                                 "\"",
                                                 ":",
                                                 ",",
                                                 "\\",
                                                 "\\u0000",
                                                 "\\ud800",
                                                 std::string(1, '\0'),
                                                 "\xff",
                                                 "-1",
                                                 "1e",
                                                 "null",
                                                 "true",
                                                 "1e999",
                                                 "\xed\xa0\x80",
                                                 "\n",
                                                 "\r",
                                                 "18446744073709551616",
                                                 "\xef\xbb\xbf"};
    for (std::size_t changes = 1 + below(5); changes > 0; --changes) {
      const std::size_t at = below(text.size() + 1);
      switch (below(6)) {
        case 0: text.insert(at, pieces[below(pieces.size())]); break;
        case 1: text.erase(at, 1 + below(8)); break;
        case 2:
          if (at < text.size()) text[at] = static_cast<char>(random_());
          break;
        case 3: {
          const std::string part = text.substr(at, below(40));
          text.insert(below(text.size() + 1), part);
          break;
        }
        case 4: text.replace(at, std::min(below(12), text.size() - at), pieces[below(pieces.size())]); break;
        default: text.insert(at, std::string(below(40), "[{\"9"[below(4)])); break;
      }
    }
    return text;
  }

 private:
  std::mt19937 random_;
};

struct Failure {
  std::string what;
  std::string input;
};

/// A line is read to a call or a refusal, and what is answered is one sound line that is not too long.
void judge_request(const std::string& line) {
  const Request request = decode_request(line);
  if (const auto* const refusal = std::get_if<Refusal>(&request.call)) {
    const std::string answer = encode_reply(request.id.empty() ? "null" : request.id, *refusal);
    const std::string_view text = answer;
    const bool sound = answer.size() <= largest_message && answer.find('\n') == answer.size() - 1 &&
                       parse_json(text.substr(0, text.size() - 1)).has_value();
    if (!sound) throw Failure{"an answer that is no line of JSON: " + answer, line};
    if (refusal->code >= 0 || refusal->message.empty()) throw Failure{"a refusal without a reason", line};
    return;
  }
  if (!parse_json(line)) throw Failure{"a call out of what is no JSON", line};
}

/// Whatever comes and in whatever pieces: events, then perhaps one error, then nothing more.
void judge_session(const std::string& text, Mutator& random, std::size_t asked) {
  Session session;
  for (std::size_t i = 0; i < asked; ++i) session.request_status();
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t piece = 1 + random.below(rest.size());
    session.feed(rest.substr(0, piece));
    rest.remove_prefix(piece);
  }
  bool ended = false;
  while (const auto event = session.next_event()) {
    if (ended) throw Failure{"something came after an error", text};
    ended = std::holds_alternative<ProtocolError>(*event);
  }
}

int fuzz(int seconds, unsigned seed) {
  const std::vector<std::string> asked = requests();
  const std::vector<std::string> said = messages();
  Mutator random(seed);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  std::uint64_t cases = 0;
  try {
    while (std::chrono::steady_clock::now() < end) {
      for (int turn = 0; turn < 200; ++turn, ++cases) {
        judge_request(random.mutated(asked[random.below(asked.size())]));
        std::string text = said.front();
        for (std::size_t count = 1 + random.below(4); count > 0; --count)
          text += said[random.below(said.size())];
        judge_session(random.mutated(text), random, random.below(12));
      }
    }
  } catch (const Failure& failure) {
    std::cout << failure.what << "\nseed " << seed << ", input: " << failure.input << '\n';
    return 1;
  }
  std::cout << cases << " cases of each half with seed " << seed << ", none broke its word\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char* const> words(argv, static_cast<std::size_t>(argc));
  if (words.size() == 1) return judge_lines();
  if (words.size() == 4 && std::string_view(words[1]) == "--fuzz")
    return fuzz(std::stoi(words[2]), static_cast<unsigned>(std::stoul(words[3])));
  std::cerr << "usage: control-judge [--fuzz SECONDS SEED]\n";
  return 2;
}
