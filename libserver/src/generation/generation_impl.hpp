#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "control/control_socket.hpp"
#include "control/endpoint.hpp"
#include "control/reach.hpp"
#include "generation/birth.hpp"
#include "generation/connection_registry.hpp"
#include "generation/contest.hpp"
#include "generation/counters.hpp"
#include "generation/doorway.hpp"
#include "generation/facts.hpp"
#include "generation/history.hpp"
#include "generation/history_memory.hpp"
#include "generation/listeners.hpp"
#include "generation/log.hpp"
#include "generation/log_tail.hpp"
#include "generation/output_capture.hpp"
#include "generation/own_program.hpp"
#include "generation/pidfile.hpp"
#include "generation/steps.hpp"
#include "handoff/link.hpp"
#include "handoff/new_side.hpp"
#include "handoff/old_side.hpp"
#include "settings/settings.hpp"
#include "sys/poller.hpp"
#include "sys/process.hpp"
#include "sys/signals.hpp"

namespace uninterruptible {

/// What ties the parts together: events from links, timers, signals, operators and the program go into the
/// two state machines, and the actions that come out are done here.
///
/// generation.cpp         the public face, start
/// generation_events.cpp  what drives the machines: queue of events, signals, requests from other threads,
/// state generation_old.cpp     the old side's actions: offer, final, what the new one says
/// generation_spawn.cpp   the next generation's process, up to its HELLO
/// generation_report.cpp  the steps of a restart, as they are told
/// generation_history.cpp what is kept of them
/// generation_new.cpp     the new side's: HELLO, what OFFER brought, becoming the one in charge
/// generation_kin.cpp     the other generations: links, requests to them, charge, goodbye
/// generation_contest.cpp who takes over when the one in charge has died
/// generation_end.cpp     draining, the ordered end
/// generation_control.cpp what operators see and ask
/// generation_orders.cpp  what operators have done: connections closed, the end, drains, the log's level
/// generation_log.cpp     the log's lines, as those who watch get them
class Generation::Impl final : public control::Backend {
 public:
  explicit Impl(const Configuration& configuration);
  ~Impl() override;

  int listen(const std::string& address);
  [[nodiscard]] std::vector<std::string> binds() const;
  void ready(Callbacks callbacks);
  [[nodiscard]] int fd() const noexcept { return poller_.fd(); }
  void dispatch();
  [[nodiscard]] bool finished() const noexcept { return finished_; }
  [[nodiscard]] int exit_code() const noexcept { return exit_code_; }
  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::stop_token stop_token() const noexcept {
    const std::lock_guard lock(outside_mutex_);
    return stop_.get_token();
  }
  [[nodiscard]] ConnectionRegistry& registry() noexcept { return *registry_; }
  [[nodiscard]] Counters& counters() noexcept { return counters_; }
  [[nodiscard]] Facts& facts() noexcept { return facts_; }

  // From any thread.
  void ask_restart();
  void ask_stop();
  void progress(std::string_view text);
  void fail(std::string_view reason);
  void log(LogLevel level, std::string_view text) noexcept { log_->write(level, text); }

 private:
  using Link = handoff::Link;
  using Message = handoff::Message;
  using Fields = handoff::Fields;
  using Kind = handoff::Kind;
  using Tag = handoff::Tag;
  using OldState = handoff::OldState;
  using OldEvent = handoff::OldEvent;
  using OldAction = handoff::OldAction;
  using NewState = handoff::NewState;
  using NewEvent = handoff::NewEvent;
  using NewAction = handoff::NewAction;

  /// One attempt to replace this generation.
  struct Restart {
    std::uint64_t number = 0;
    std::uint64_t generation = 0;  ///< the new one's number
    std::string token;
    Clock::time_point started{};
    Clock::time_point deadline{};
    pid_t child = 0;   ///< what was spawned; a wrapper, perhaps
    pid_t sender = 0;  ///< who said HELLO
    UniqueFd sender_process;
    UniqueFd channel;
    sys::Poller::Token channel_token = 0;
    std::unique_ptr<Doorway> doorway;  ///< the other way for HELLO; gone once it came or the restart failed
    std::unique_ptr<OutputCapture> capture;
    std::string step;    ///< the step reached last
    std::string reason;  ///< why it fails, as far as known
    std::optional<sys::Ended> ended{};
    control::RestartOptions options{};          ///< of who asked for it
    std::optional<control::Step> final_step{};  ///< sent with FINAL, to be told when that is acknowledged
    std::vector<Offer::Socket> added{};         ///< unix paths that the new one bound; identity only
    std::optional<Clock::time_point> pidfile_changed{};
    std::optional<Clock::time_point> stopped{};         ///< just before this one was told to stop accepting
    std::vector<std::optional<std::uint32_t>> drops{};  ///< of each listener, when it was requested
    std::optional<ConnectionRegistry::Account> at_final{};  ///< this one's connections when it gave up charge
  };
  /// A process started by a restart, until it is reaped.
  struct Child {
    UniqueFd process;
    sys::Poller::Token token = 0;
  };
  /// Another generation that answers to the one in charge.
  struct Inquiry;
  struct Kin {
    std::unique_ptr<Link> link;
    bool rolled_back = false;
    bool acknowledged_goodbye = false;
    control::GenerationStatus status{};
    std::weak_ptr<Inquiry> log_inquiry{};  ///< lives while its log lines are asked for
  };
  /// One question to several generations.
  struct Inquiry {
    std::set<std::uint64_t> awaited;
    std::vector<control::ConnectionRecord> records;
    std::vector<std::string> told;
    std::uint64_t count = 0;                      ///< how many were told, where `told` names only some
    std::function<void(const Fields&)> answer{};  ///< gets each answer; may be empty
    std::function<void(Inquiry&)> done;
    sys::Poller::Token timer = 0;
  };

  // generation.cpp
  void start_alone();
  void open_log();
  [[nodiscard]] net::ListenOptions listen_options() const;
  void log_addresses();
  bool fetch_from_gem();
  void open_control();
  [[nodiscard]] control::Groups control_groups() const;

  // generation_events.cpp
  void feed_old(OldEvent event);
  void feed_new(NewEvent event);
  void run_events();
  void refresh_state();
  void on_wake();
  void on_signals();
  void wake() noexcept;
  void connections_changed();
  void stop_requested();
  void restart_requested(std::optional<Asker> asker);
  [[nodiscard]] std::optional<control::Refusal> why_not_restart() const;
  [[nodiscard]] bool is_new() const;
  void start_accepting();
  bool stop_accepting();
  void retry_lock();
  void retire(std::unique_ptr<Link> link);

  // generation_old.cpp
  void perform(OldAction action);
  void entered(OldState state);
  void arm_old(std::optional<Clock::time_point> when);
  void on_old_deadline();
  void send_offer();
  void send_final();
  void end_new(int signal);
  [[nodiscard]] std::chrono::milliseconds trial_of_restart() const;
  void on_successor(Message message, sys::Packet packet);
  void forget_restart();

  // generation_spawn.cpp
  void spawn();
  void open_doorway();
  void reap_child(pid_t child);
  void on_channel();
  bool on_greeting(const sys::Packet& packet, int line);
  bool on_hello(const Message& message, const sys::Packet& packet, int line);

  // generation_report.cpp
  [[nodiscard]] control::Step make_step(std::string step, std::string text);
  void report(std::string step, std::string text);
  void report(control::Step step);
  void report_failure(const std::string& step);
  void report_rehearsal();

  // generation_new.cpp
  void arrive();
  void on_birth_channel();
  void on_birth_channel_closed();
  void on_predecessor(Message message, sys::Packet packet);
  void on_predecessor_died();
  void perform(NewAction action);
  void entered(NewState state);
  void take_offer(const Message& message, sys::Packet& packet);
  void take_statuses(const Fields& fields);
  void become_in_charge();
  void become_withdrawn();
  void write_pidfile_as_new();
  void say_terminal_is_left();
  bool send_to_predecessor(Kind kind, std::string_view reason = {});

  // generation_kin.cpp
  std::unique_ptr<Link> make_link(UniqueFd line, UniqueFd peer);
  void on_message(Link& link, Message message, sys::Packet packet);
  void on_died(Link& link);
  void on_kin(std::uint64_t generation, Message message);
  void kin_ended(std::uint64_t generation);
  void take_charge();
  void give_up_charge();
  void send_charge();
  void tell_kin(Kind kind);
  void on_charge(Link& link, const Message& message, sys::Packet& packet);
  void push_status();
  [[nodiscard]] control::GenerationStatus own_status() const;
  void answer(Link& link, const Message& request);
  void on_reply(Link& link, const Message& message, control::GenerationStatus* status);
  void inquire(Kin& kin, std::string_view kind, Fields question, const std::shared_ptr<Inquiry>& inquiry);
  void await_answers(const std::shared_ptr<Inquiry>& inquiry);
  void finish_inquiry(const std::shared_ptr<Inquiry>& inquiry);
  void abandon_inquiries(const Link* link);
  [[nodiscard]] std::vector<std::pair<std::uint64_t, Kin*>> reachable_kin();

  // generation_contest.cpp
  void contest();
  void repeat_restart_when_all_are_here();
  void attach();
  void on_attach();

  // generation_end.cpp
  void drain();
  void begin_stop();
  void close_down();
  void arm_drain_timeout();
  void on_drain_timeout();
  void cut_what_is_left(const std::string& why);
  void close_listeners();
  void maybe_finish();
  [[nodiscard]] bool owns_chain() const;
  void finish(int code);
  void remove_traces();

  // control::Backend, generation_control.cpp
  control::Hello hello() override;
  control::ServerStatus status() override;
  void collect(std::function<void(std::vector<control::ConnectionRecord>)> done) override;
  void collect_matching(const control::CloseFilter& filter,
                        control::Answer<std::vector<control::ConnectionRecord>> done) override;
  std::variant<control::RestartAccepted, control::Refusal> restart(const control::RestartOptions& options,
                                                                   uid_t asker) override;
  std::variant<control::RestartCancelled, control::Refusal> cancel(uid_t asker) override;
  std::vector<control::Step> steps_since(std::uint64_t number) override;

  // generation_history.cpp
  std::vector<control::RestartRecord> history() override;
  void remember_asker(std::optional<Asker> asker);
  void put_asker(Fields& fields) const;
  void begin_record();
  void note(const control::Step& step);
  void note_stop(Clock::time_point begun);
  void note_serving(const Tally& tally);
  void note_end();
  void log_ledger(std::uint64_t restart);
  [[nodiscard]] Tally own_tally() const;
  void note_tally(std::uint64_t generation, const Tally& tally);
  void note_first_accept();
  void finish_record(std::uint64_t generation);
  void look_for_the_gone();
  void save_history();
  void load_history();
  void continue_history();
  void take_over_history();
  // generation_log.cpp
  void follow_log(const std::string& least) override;
  void choose_log_level_to_keep();
  void publish_own_log_lines();
  void fetch_log_lines();
  void hand_over_log_lines(const Fields& order, Fields& reply);

  // control::Backend, generation_orders.cpp
  void close(control::CloseCall call, uid_t asker, control::Answer<control::CloseOutcome> done) override;
  void shut_down(uid_t asker, bool now) override;
  void extend_drain(const control::DrainExtension& wanted, uid_t asker,
                    control::Answer<control::DrainExtended> done) override;
  void log_level(const std::string& level, uid_t asker, control::Answer<control::LogLevels> done) override;
  ConnectionRegistry::Told close_own(const Fields& order);
  void stop_everything(bool now);
  void cut_everything();
  [[nodiscard]] std::optional<control::Refusal> why_not_extend(const control::DrainExtension& wanted) const;
  void move_cut_off(std::optional<std::chrono::milliseconds> by, Fields& reply);
  void set_log_level(std::string_view level, const std::string& who, Fields& reply);
  void carry_out(const Fields& order, Fields& reply);

  Settings settings_;
  std::optional<Birth> birth_;
  std::vector<std::string> environment_;  ///< as found, without what was meant for this process alone
  UniqueFd start_directory_;
  std::optional<OwnProgram> program_;
  std::string name_;
  const control::WallTime started_at_ =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  std::atomic<bool> log_pending_{false};
  LogTail log_tail_{[this] {
    if (!log_pending_.exchange(true)) wake();
  }};
  std::unique_ptr<Log> log_;
  sys::Poller poller_;
  std::shared_ptr<ConnectionRegistry> registry_;
  Counters counters_;
  Facts facts_;
  std::optional<sys::Signals> signals_;
  std::optional<Pidfile> pidfile_;
  std::optional<Contest> contest_;
  Listeners listeners_;
  std::optional<sys::UnixListener> control_socket_;
  bool control_added_ =
      false;  ///< this generation made its control socket, though it did not begin the chain
  std::optional<sys::UnixListener> foreign_control_;  ///< the old one's control socket where ours is another
  control::Endpoint endpoint_{poller_, *this};
  Steps steps_;
  History history_;
  HistoryMemory history_memory_;
  CapturedOutput captured_;
  Callbacks callbacks_;
  bool prepared_ = false;
  bool cold_ = false;
  bool fetching_ = false;  ///< waits for the socket of a server of the gem
  bool restart_after_fetch_ = false;

  std::uint64_t number_ = 1;
  std::uint64_t next_number_ = 2;
  std::uint64_t next_restart_ = 1;
  control::RestartOptions next_options_;  ///< of the restart that is about to begin
  std::optional<Asker> next_asker_{};     ///< of that one, or of the one that is remembered
  std::atomic<State> state_{State::starting};
  std::atomic<bool> finished_{false};
  int exit_code_ = 0;
  std::stop_source stop_;  ///< replaced, under outside_mutex_, when this one serves again

  handoff::OldSide old_;
  std::optional<handoff::NewSide> new_;
  std::deque<OldEvent> old_events_;
  std::deque<NewEvent> new_events_;
  bool running_events_ = false;

  bool accepting_ = false;
  std::optional<Clock::time_point> accepting_since_{};  ///< just after the program had begun to
  bool in_charge_ = false;
  bool was_in_charge_ = false;  ///< now or before
  Restart restart_;
  Kin next_;  ///< old side: the new one, from HELLO on
  std::unique_ptr<Link>
      successor_;  ///< to whoever is in charge, once that is another one; before: to the new one
  std::unique_ptr<Link> predecessor_;
  std::unique_ptr<Link> attach_;  ///< offered to the winner of a contest
  std::vector<std::unique_ptr<Link>> retired_;
  std::map<std::uint64_t, Kin> kin_;
  std::map<pid_t, Child> children_;
  std::map<std::uint64_t, std::pair<const Link*, std::shared_ptr<Inquiry>>> requests_;
  std::uint64_t last_request_ = 0;
  sys::Poller::Token old_deadline_ = 0;
  sys::Poller::Token new_deadline_ = 0;
  sys::Poller::Token lock_retry_ = 0;
  sys::Poller::Token take_token_ = 0;
  sys::Poller::Token birth_token_ = 0;
  sys::Poller::Token drain_timer_ = 0;
  sys::Poller::Token status_timer_ = 0;
  sys::Poller::Token finish_timer_ = 0;
  sys::Poller::Token repeat_timer_ = 0;
  Clock::time_point takeover_settled_{};  ///< by then the others have attached
  sys::Poller::Token gone_timer_ = 0;
  sys::Poller::Token fetch_timer_ = 0;
  sys::Poller::Token forget_timer_ = 0;
  std::optional<LogLevel> log_followed_{};   ///< by clients of this generation's endpoint
  std::optional<LogLevel> log_asked_for_{};  ///< by the generation in charge

  // new side, and what is known of the one in charge
  std::uint64_t predecessor_number_ = 0;
  control::GenerationStatus predecessor_status_{};  ///< as FINAL told
  std::chrono::milliseconds window_{0};             ///< the old one's trial
  Clock::time_point arrival_deadline_{};
  std::string leave_reason_;
  bool stop_came_ = false;
  bool final_restart_ = false;
  bool final_stop_ = false;
  std::uint64_t rank_ = 0;
  std::uint64_t number_in_charge_ = 0;  ///< as CHARGE told last
  bool contest_waited_ = false;
  bool restart_under_way_ = false;  ///< at the one in charge: repeated should it die

  // the end
  bool ended_ = false;  ///< `end` was called
  unsigned stops_ = 0;
  bool stop_now_ = false;  ///< the ordered end is not to wait for connections
  Clock::time_point drain_until_{};
  bool drain_moved_ = false;  ///< drain_timer_ is no more what drain_timeout says
  std::optional<control::WallTime> draining_since_{};
  std::optional<control::WallTime> cut_off_at_{};

  // from other threads
  UniqueFd wake_;
  mutable std::mutex outside_mutex_;
  unsigned outside_restarts_ = 0;
  unsigned outside_stops_ = 0;
  std::optional<std::string> outside_failure_{};
  UniqueFd progress_line_;  ///< to say PROGRESS while nobody dispatches
  std::atomic<bool> change_pending_{false};
};

/// Limits of the handoff's waits (docs/handoff-protocol.md).
namespace waits {
using namespace std::chrono_literals;
inline constexpr auto acknowledgement = 5s;  ///< for SERVING and ACK, and for a welcome
inline constexpr auto abort_acknowledgement = 1s;
inline constexpr auto termination_grace = 2s;  ///< between TERM and KILL of a late new one
inline constexpr auto final_overdue = 2s;      ///< beyond the trial, then the new one claims charge
inline constexpr auto goodbye = 1s;
inline constexpr auto death_after_channel = 2s;  ///< a dying process closes its sockets before it is dead
inline constexpr auto contest_turn = 100ms;
inline constexpr auto others_attach = 1s;         ///< eight turns, and some time
inline constexpr auto stop_is_passed_on = 500ms;  ///< after the pidfile changed
inline constexpr auto inquiry = 500ms;
inline constexpr auto after_drain_timeout = 1s;
inline constexpr auto others_are_cut = 2s;  ///< they were told in this moment, and take the time above
inline constexpr auto bind_again = 1s;      ///< a cold start waits for a dead one's sockets
}  // namespace waits

[[nodiscard]] std::string_view to_text(Generation::State state);
[[nodiscard]] handoff::Fields pack_status(const control::GenerationStatus& status);
/// FINAL tells of all generations in one packet, and goes without: who is in charge asks all of them then.
[[nodiscard]] handoff::Fields pack_brief_status(const control::GenerationStatus& status);
[[nodiscard]] control::GenerationStatus unpack_status(const handoff::Fields& fields);
[[nodiscard]] handoff::Fields pack_connection(const control::ConnectionRecord& record);
[[nodiscard]] control::ConnectionRecord unpack_connection(const handoff::Fields& fields);

}  // namespace uninterruptible
