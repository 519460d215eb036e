#include "serving/run.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "net/listener.hpp"
#include "serving/connection_impl.hpp"
#include "serving/exception_text.hpp"
#include "serving/forced_unwind.hpp"
#include "settings/settings.hpp"

namespace uninterruptible {

namespace {
using namespace std::chrono_literals;

constexpr auto pause_after_problem = 100ms;

UNINTERRUPTIBLE_LETS_FORCED_UNWIND_PASS
void run_guarded(Generation& generation, const char* what, const std::function<void()>& work,
                 const std::function<void()>& after_problem) {
  try {
    work();
    return;
  } catch (abi::__forced_unwind&) {
    throw;
  } catch (...) {
    generation.log(LogLevel::error,
                   std::string(what) + " ended by exception: " + describe_current_exception());
  }
  after_problem();
}
}  // namespace

Run::Run(const Configuration& configuration, std::function<void()> when_client_waits)
    : settings_(resolve_serving_settings(configuration)),
      when_client_waits_(std::move(when_client_waits)),
      notices_([this](LogLevel level, std::string_view text) { generation_->log(level, text); }),
      admission_({settings_.networks, settings_.max_connections, settings_.max_connections_per_address}),
      acceptor_(admission_,
                {.welcome = [this](Acceptor::Arrival arrival) { return welcome(std::move(arrival)); },
                 .full =
                     [this] {
                       note("max_connections_reached", LogLevel::warn,
                            "max_connections (" + std::to_string(settings_.max_connections) +
                                ") is reached: new clients wait in the kernel's queue");
                     },
                 .log = [this](LogLevel level, std::string_view text) { generation_->log(level, text); },
                 .lost = [this](const std::string& reason) { generation_->fail(reason); }}) {
  generation_ = std::make_unique<Generation>(without_serving_options(configuration));
  listen();
  if (settings_.tls) {
    handshakes_.emplace(
        settings_.handshake_timeout,
        Handshakes::Callbacks{
            .done = [this](Handshakes::Client client) { acceptor_.hand_over(Connection(std::move(client))); },
            .failed = [this](const Connection::Impl& client, Handshakes::Failure failure,
                             const std::string& reason) { on_failed_handshake(client, failure, reason); }});
    const tls::Context::Certificate& certificate = settings_.tls->certificate();
    generation_->log(LogLevel::info, "TLS on TCP addresses: " + settings_.tls->rules() + ", certificate " +
                                         certificate.subject + " valid until " + certificate.until);
    generation_->describe("tls", settings_.tls->rules());
    generation_->describe("certificate", certificate.subject);
    generation_->describe("certificate_until", certificate.until);
  }
  generation_->describe("allowed_networks", settings_.networks_text);
  for (const std::string& warning : settings_.warnings) generation_->log(LogLevel::warn, warning);
}

void Run::listen() {
  bool has_tcp = false;
  for (const std::string& bind : generation_->binds()) {
    UniqueFd listener(generation_->listen(bind));
    const bool is_tcp = net::is_tcp(listener.get());
    has_tcp = has_tcp || is_tcp;
    // A name says nothing about where a client came in.
    const bool is_name = net::parse_bind(bind).kind == net::BindAddress::Kind::inherited;
    const std::string address = is_name ? net::bound_address(listener.get()) : bind;
    acceptor_.add(std::move(listener), address, is_tcp && settings_.tls != nullptr);
  }
  // Of a passed socket it is not known before.
  if (has_tcp) return;
  if (settings_.tls)
    throw ConfigurationError("tls_key: TLS applies to TCP addresses, and there are only unix ones");
  if (!settings_.networks.empty())
    throw ConfigurationError("allowed_networks: applies to TCP addresses, and there are only unix ones");
}

Run::~Run() {
  acceptor_.end();
  threads_.join_all();
  handshakes_.reset();
  generation_.reset();  // its end may still call back
}

void Run::begin() {
  threads_.start([this] { accept_loop(); });
  generation_->ready({.accepting =
                          [this](bool on) {
                            if (on) {
                              acceptor_.open();
                            } else {
                              acceptor_.close();
                            }
                          },
                      .drain = [] {},
                      .dropped = [this](int listener) { acceptor_.drop(listener); },
                      .end = [this] { acceptor_.end(); }});
}

void Run::serve() {
  while (!generation_->finished()) {
    pollfd due{generation_->fd(), POLLIN, 0};
    ::poll(&due, 1, -1);
    run_guarded(
        *generation_, "dispatching", [this] { generation_->dispatch(); },
        [] { ::poll(nullptr, 0, std::chrono::milliseconds(pause_after_problem).count()); });
  }
  acceptor_.end();
}

void Run::accept_loop() {
  while (acceptor_.wait_for_client()) {
    run_guarded(*generation_, "accept_client_connection", when_client_waits_,
                [] { ::poll(nullptr, 0, std::chrono::milliseconds(pause_after_problem).count()); });
  }
}

void Run::note(const char* counter, LogLevel level, const std::string& text) {
  generation_->count(counter);
  notices_.say(counter, level, text);
}

bool Run::admit(Acceptor::Arrival& arrival, const std::string& peer) {
  switch (admission_.judge(arrival.address, arrival.length, arrival.place)) {
    case Admission::Verdict::welcome: return true;
    case Admission::Verdict::denied:
      note("denied_by_network", LogLevel::info, "denied " + peer + ": it is in none of allowed_networks");
      return false;
    case Admission::Verdict::too_many:
      note("refused_over_address_limit", LogLevel::info,
           "refused " + peer + ": max_connections_per_address (" +
               std::to_string(settings_.max_connections_per_address) + ") are there from its address");
      return false;
  }
  return false;
}

Connection Run::welcome(Acceptor::Arrival arrival) {
  std::string peer = net::peer_text(arrival.socket.get(), arrival.address, arrival.length);
  if (!admit(arrival, peer)) return {};
  const bool has_tls = settings_.tls && arrival.address.ss_family != AF_UNIX;
  // Operators are told this connection's own address: the configured one may be a wildcard or port 0.
  std::string local = net::bound_address(arrival.socket.get());
  Generation::Entry entry =
      generation_->add(arrival.socket.get(), {peer, local.empty() ? arrival.local : std::move(local)});
  auto client = std::make_unique<Connection::Impl>(
      std::move(arrival.socket),
      Connection::Impl::Origin{std::move(peer), std::move(arrival.local), generation_->stop_token()},
      std::move(entry), has_tls ? settings_.tls : nullptr, std::move(arrival.place),
      ConnectionLimits{settings_.idle_timeout, settings_.request_timeout});
  if (!has_tls) return Connection(std::move(client));
  handshakes_->add(std::move(client), acceptor_.ticket());
  return {};
}

void Run::on_failed_handshake(const Connection::Impl& client, Handshakes::Failure failure,
                              const std::string& reason) {
  const std::string text = "connection " + client.entry().id() + " from " + client.origin().peer +
                           ": TLS handshake failed: " + reason;
  switch (failure) {
    case Handshakes::Failure::client:
    case Handshakes::Failure::closed: return note("handshakes_failed", LogLevel::debug, text);
    case Handshakes::Failure::certificate: return note("client_certificates_refused", LogLevel::info, text);
    case Handshakes::Failure::timeout: return note("handshakes_timed_out", LogLevel::info, text);
  }
}

void Run::account_for(const Connection::Impl& client) {
  const auto ended = [&](const char* option, std::chrono::milliseconds after) {
    return "connection " + client.entry().id() + " from " + client.origin().peer + " ended by " + option +
           " (" + std::to_string(after.count()) + " ms)";
  };
  switch (client.exceeded()) {
    case Connection::Impl::Limit::none: return;
    case Connection::Impl::Limit::idle:
      return note("idle_timeouts", LogLevel::info, ended("idle_timeout", client.limits().idle));
    case Connection::Impl::Limit::request:
      return note("request_timeouts", LogLevel::info, ended("request_timeout", client.limits().request));
  }
}

void Run::start_thread(Connection client, std::function<void(Connection)> work) {
  const auto shared = std::make_shared<Connection>(std::move(client));
  try {
    threads_.start([shared, work = std::move(work)] { work(std::move(*shared)); });
  } catch (const std::system_error& problem) {
    generation_->log(LogLevel::error,
                     "connection " + shared->id() + " closed: no thread to serve it: " + problem.what());
    // The acceptor has no time for a polite end.
    ::shutdown(shared->native_handle(), SHUT_RDWR);
  }
}

}  // namespace uninterruptible
