#include "uninterruptible/generation.hpp"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "base/fault_point.hpp"
#include "base/text.hpp"
#include "generation/generation_impl.hpp"

namespace uninterruptible {

namespace {

std::atomic<bool> one_exists{false};

/// Tries again for a moment where a process that died just now may still hold what we need.
template <typename Attempt>
void with_patience(Deadline patience, Attempt attempt) {
  while (true) {
    try {
      attempt();
      return;
    } catch (const std::exception&) {
      if (patience.passed()) throw;
      ::usleep(10'000);
    }
  }
}

/// pidfds that can be polled and passed, and close_range, which posix_spawn's closefrom uses, are there
/// from 5.10 on in every long-term kernel; older ones fail in ways that look like bugs of the program.
void require_kernel() {
  utsname system{};
  int major = 0;
  int minor = 0;
  if (::uname(&system) != 0 || std::sscanf(system.release, "%d.%d", &major, &minor) != 2) return;
  if (major > 5 || (major == 5 && minor >= 10)) return;
  throw ConfigurationError(std::string("Linux 5.10 or newer is needed, this is ") + system.release);
}

}  // namespace

std::string_view to_text(Generation::State state) {
  switch (state) {
    case Generation::State::starting: return "starting";
    case Generation::State::live: return "live";
    case Generation::State::standby: return "standby";
    case Generation::State::draining: return "draining";
    case Generation::State::stopping: return "stopping";
  }
  return "unknown";
}

Generation::Impl::Impl(const Configuration& configuration) : wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!wake_) throw std::system_error(errno, std::generic_category(), "eventfd");
  require_kernel();
  birth_ = take_birth();
  listeners_.take_inherited(InheritedSockets::take(birth_.has_value()));
  listeners_.take_gem(GemPredecessor::take(birth_.has_value()));
  environment_ = current_environment();
  settings_ = resolve_settings(configuration, Storey::generation);
  if (settings_.control) {
    if (std::string problem = control::refuse_groups(control_groups()); !problem.empty())
      throw ConfigurationError(std::move(problem));
  }
  name_ = settings_.name;
  start_directory_.reset(::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  program_.emplace(settings_.start_command.front(),
                   OwnProgram::Place{settings_.app_root, start_directory_.get()});
  if (one_exists.exchange(true))
    throw std::logic_error("a process is one generation: there is a Generation already");
  try {
    open_log();
    registry_ = std::make_shared<ConnectionRegistry>([this] {
      if (!change_pending_.exchange(true)) wake();
    });
    poller_.watch(wake_.get(), sys::Poller::Rank::signal, [this](std::uint32_t) { on_wake(); });
    if (settings_.handle_signals) {
      signals_.emplace();
      poller_.watch(signals_->fd(), sys::Poller::Rank::signal, [this](std::uint32_t) { on_signals(); });
    }
    if (settings_.pidfile_path) pidfile_.emplace(*settings_.pidfile_path);
    if (birth_) {
      set_fault_generation(birth_->parent_generation + 1);
      sys::Signals::admit_usr1();
      arrive();
    }
    if (!new_ || cold_) start_alone();
    registry_->set_generation(number_);
    log_->set_generation(number_);
    log_->set_name(name_);
    set_fault_generation(number_);
    const auto most = net::somaxconn();
    if (most && settings_.backlog > *most) {
      log(LogLevel::warn, "backlog " + std::to_string(settings_.backlog) + " is cut to " +
                              std::to_string(*most) +
                              " by net.core.somaxconn: raise it with sysctl, or configure a smaller backlog");
      facts_.set("backlog", std::to_string(settings_.backlog) + ", cut to " + std::to_string(*most) +
                                " by net.core.somaxconn");
    }
  } catch (...) {
    one_exists = false;
    throw;
  }
}

Generation::Impl::~Impl() {
  registry_->mute();
  if (!finished_) {
    if (is_new()) {
      if (leave_reason_.empty() && std::uncaught_exceptions() > 0)
        leave_reason_ = "its set-up was ended by an exception";
      feed_new(NewEvent::stop_wanted);
    }
    if (in_charge_) tell_kin(Kind::goodbye);
    if (!finished_) finish(1);
  }
  log_tail_.follow(std::nullopt);  // nobody is woken any more
  one_exists = false;
}

void Generation::Impl::open_log() {
  try {
    log_ = std::make_unique<Log>(
        Log::Options{name_, settings_.log_path, settings_.log_level, settings_.log_sink});
  } catch (const std::system_error& problem) {
    throw ConfigurationError(problem.what());
  }
  log_->show_to(log_tail_);
}

void Generation::Impl::start_alone() {
  if (birth_) number_ = birth_->parent_generation + 1;
  next_number_ = number_ + 1;
  contest_.emplace();
  contest_->take_place();
  history_memory_ = HistoryMemory::make();
  const Deadline patience = cold_ ? Deadline::after(waits::bind_again) : Deadline::after({});
  try {
    if (pidfile_) with_patience(patience, [&] { pidfile_->claim(); });
    if (settings_.control) with_patience(patience, [&] { open_control(); });
  } catch (const ConfigurationError&) {
    throw;
  } catch (const std::exception& problem) {
    throw ConfigurationError(problem.what());
  }
}

void Generation::Impl::open_control() {
  control::ControlSocketOptions options;
  options.directory = settings_.control_directory;
  options.groups = control_groups();
  options.name = name_;
  // After the death of the generation before, a name that is taken means that an older one took over: another
  // name would make two servers of one.
  options.name_is_configured = settings_.name_is_configured || cold_;
  options.warn = [this](const std::string& text) { log(LogLevel::warn, text); };
  std::optional<control::ControlSocket> opened = control::open_control_socket(options);
  if (!opened) return;
  name_ = opened->name;
  control_socket_ = std::move(opened->listener);
}

control::Groups Generation::Impl::control_groups() const {
  return {settings_.control_observe_group, settings_.control_operate_group};
}

net::ListenOptions Generation::Impl::listen_options() const {
  net::ListenOptions options;
  options.backlog = settings_.backlog;
  options.unix_mode = settings_.unix_socket_mode;
  options.unix_group = settings_.unix_socket_group;
  return options;
}

int Generation::Impl::listen(const std::string& address) {
  if (prepared_) throw std::logic_error("listen() was called after ready()");
  try {
    return listeners_.listen(address, listen_options(),
                             cold_ ? Deadline::after(waits::bind_again) : Deadline::after({}));
  } catch (const std::exception& problem) {
    leave_reason_ = problem.what();  // if the program gives up for it, the old one tells it to who asked
    throw;
  }
}

std::vector<std::string> Generation::Impl::binds() const {
  std::vector<std::string> texts;
  for (const net::BindAddress& bind : settings_.binds) texts.push_back(bind.text);
  return texts;
}

void Generation::Impl::log_addresses() {
  for (const auto& held : listeners_.held())
    log(LogLevel::debug, "listening on " + net::bound_address(held.fd));
}

void Generation::Impl::ready(Callbacks callbacks) {
  if (prepared_) throw std::logic_error("ready() was called twice");
  leave_reason_.clear();  // an address that could not be had is something the program can live with
  callbacks_ = std::move(callbacks);
  if (is_new()) {
    log_addresses();
    poller_.dispatch();  // what the old one said, or its death, comes before our being ready
    prepared_ = true;
    if (new_->state() == NewState::carrying_on && !contest_->try_lock()) {
      leave_reason_ = "an older generation took over and repeats the restart";
      feed_new(NewEvent::stop_wanted);
    } else {
      feed_new(NewEvent::prepared);
    }
    retired_.clear();
    return;
  }
  listeners_.inherited().require_all_claimed();
  if (const std::string passed = listeners_.inherited().claimed_text(); !passed.empty())
    log(LogLevel::info, "took over from the service manager (LISTEN_FDS): " + passed);
  const bool replaces_gem = listeners_.replaces_gem();
  if (replaces_gem) {
    if (!fetch_from_gem()) return finish(1);
  }
  log_addresses();
  prepared_ = true;
  try {
    if (pidfile_) pidfile_->write(::getpid());
  } catch (const std::exception& problem) {
    if (!replaces_gem) {
      finish(1);  // before the first client is let in, who would have to be waited for
      throw ConfigurationError(problem.what());
    }
    // Nobody else would serve any more: a pidfile that is out of date is the smaller harm.
    log(LogLevel::error, problem.what());
  }
  start_accepting();
  take_charge();
  refresh_state();
  std::string addresses;
  for (const auto& held : listeners_.held())
    addresses += (addresses.empty() ? "" : ", ") + net::bound_address(held.fd);
  log(LogLevel::info, "generation " + std::to_string(number_) + " serves" +
                          (addresses.empty() ? std::string() : " on " + addresses) +
                          (cold_ ? ", started cold since the generation before died" : ""));
}

/// False when it was told to end at once.
bool Generation::Impl::fetch_from_gem() {
  fetching_ = true;
  const std::optional<std::string> took = listeners_.fetch_from_gem(
      listen_options(), Deadline::after(settings_.restart_timeout), {poller_.fd(), [this] {
                                                                       poller_.dispatch();
                                                                       return stops_ < 2;
                                                                     }});
  fetching_ = false;
  if (!took) return false;
  log(LogLevel::info, *took);
  if (std::exchange(stops_, 0) > 0) ask_stop();
  if (std::exchange(restart_after_fetch_, false)) ask_restart();
  return true;
}

void Generation::Impl::dispatch() {
  poller_.dispatch();
  retired_.clear();
}

bool Generation::Impl::is_new() const {
  return new_ && new_->state() != NewState::in_charge && new_->state() != NewState::withdrawn && !cold_;
}

// ---- the public face ----

Generation::Generation(const Configuration& configuration) : impl_(std::make_unique<Impl>(configuration)) {}
Generation::~Generation() = default;

int Generation::listen(const std::string& address) { return impl_->listen(address); }
std::vector<std::string> Generation::binds() const { return impl_->binds(); }
void Generation::ready(Callbacks callbacks) { impl_->ready(std::move(callbacks)); }
int Generation::fd() const noexcept { return impl_->fd(); }
void Generation::dispatch() { impl_->dispatch(); }
bool Generation::finished() const noexcept { return impl_->finished(); }
int Generation::exit_code() const noexcept { return impl_->exit_code(); }
Generation::State Generation::state() const noexcept { return impl_->state(); }
std::uint64_t Generation::number() const noexcept { return impl_->number(); }
const std::string& Generation::name() const noexcept { return impl_->name(); }
std::stop_token Generation::stop_token() const noexcept { return impl_->stop_token(); }
std::size_t Generation::connections() const noexcept { return impl_->registry().open(); }
void Generation::request_restart() { impl_->ask_restart(); }
void Generation::shut_down() { impl_->ask_stop(); }
void Generation::progress(std::string_view text) { impl_->progress(text); }
void Generation::fail(std::string_view reason) { impl_->fail(reason); }
void Generation::describe(std::string_view fact, std::string_view text) { impl_->facts().set(fact, text); }
void Generation::count(std::string_view counter) { impl_->counters().add(counter); }
void Generation::log(LogLevel level, std::string_view text) { impl_->log(level, text); }

Generation::Entry Generation::add(int client_fd, Peer peer, std::function<void(Ending)> closer) {
  return Entry(impl_->registry().add(client_fd, std::move(peer), std::move(closer)));
}

Generation::Entry Generation::add(int client_fd, std::function<void(Ending)> closer) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  Peer peer;
  if (::getpeername(client_fd, reinterpret_cast<sockaddr*>(&address), &length) == 0) {
    peer.peer = net::peer_text(client_fd, address, length);
  }
  return add(client_fd, std::move(peer), std::move(closer));
}

}  // namespace uninterruptible
