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
      acceptor_({.welcome = [this](Acceptor::Arrival arrival) { return welcome(std::move(arrival)); },
                 .log = [this](LogLevel level, std::string_view text) { generation_->log(level, text); },
                 .lost = [this](const std::string& reason) { generation_->fail(reason); }}) {
  generation_ = std::make_unique<Generation>(without_serving_options(configuration));
  for (const std::string& bind : generation_->binds()) {
    UniqueFd listener(generation_->listen(bind));
    // A name says nothing about where a client came in.
    const bool is_name = net::parse_bind(bind).kind == net::BindAddress::Kind::inherited;
    const std::string address = is_name ? net::bound_address(listener.get()) : bind;
    acceptor_.add(std::move(listener), address);
  }
}

Run::~Run() {
  acceptor_.end();
  threads_.join_all();
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
                [this] { acceptor_.pause(pause_after_problem); });
  }
}

Connection Run::welcome(Acceptor::Arrival arrival) {
  Generation::Entry entry = generation_->add(arrival.socket.get(), {arrival.peer, arrival.local});
  return Connection(std::make_unique<Connection::Impl>(
      std::move(arrival.socket),
      Connection::Impl::Origin{std::move(arrival.peer), std::move(arrival.local), generation_->stop_token()},
      std::move(entry)));
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
