#include "uninterruptible/server.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

#include "serving/exception_text.hpp"
#include "serving/forced_unwind.hpp"
#include "serving/server_impl.hpp"

namespace uninterruptible {

namespace {
void print_problems(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) std::fprintf(stderr, "error: %s\n", problem.c_str());
}
}  // namespace

Server::Server() : impl_(std::make_unique<Impl>()) {}

Server::~Server() {
  if (!impl_->running()) return;
  std::fputs("uninterruptible: a Server was destroyed while it was running; declare its Running after it\n",
             stderr);
  std::abort();
}

void Server::configure(const std::function<void(Configuration&)>& change) { change(impl_->configuration); }

int Server::run() {
  Configuration configuration = impl_->configuration;
  const bool own_signals = configuration.handle_signals.value_or(true);
  configuration.handle_signals = own_signals;
  impl_->occupy();
  int code = 1;
  try {
    Run run(configuration, [this] { accept_client_connection(); });
    impl_->attach(run);
    try {
      run.begin();
    } catch (...) {
      run.abandon();
      impl_->detach();
      throw;
    }
    run.serve();
    code = run.generation().exit_code();
    if (run.forced() && own_signals && !impl_->wait_until_quiet(Deadline::after(Impl::forced_grace))) {
      run.generation().log(LogLevel::warn, "leaving while handlers still run");
      ::_exit(code);
    }
    impl_->detach();
  } catch (const ConfigurationError& error) {
    print_problems(error.problems());
    code = 2;
  } catch (const std::exception& error) {
    print_problems({error.what()});
  }
  impl_->vacate();
  return code;
}

void Server::accept_client_connection() {
  const Impl::Visit visit(*impl_);
  if (visit.run() == nullptr) return;
  if (Connection client = visit.run()->accept()) {
    visit.run()->start_thread(std::move(client),
                              [this](Connection taken) { process_request(std::move(taken)); });
  }
}

Connection Server::accept() {
  const Impl::Visit visit(*impl_);
  return visit.run() != nullptr ? visit.run()->accept() : Connection();
}

UNINTERRUPTIBLE_LETS_FORCED_UNWIND_PASS void Server::process_request(Connection client) {
  const Impl::Visit visit(*impl_);
  const auto log = [&visit](LogLevel level, const std::string& text) {
    if (visit.run() != nullptr) visit.run()->generation().log(level, text);
  };
  // The visit must outlast the connection, whose end may take a moment and is this generation's business.
  Connection served = std::move(client);
  if (!served) return;
  const std::string name = "connection " + served.id();
  log(LogLevel::debug, name + " begins, from " + served.peer());
  served.impl_->begin_request();
  try {
    handle_request(served);
    log(LogLevel::debug, name + " ends");
  } catch (abi::__forced_unwind&) {
    throw;
  } catch (...) {
    log(peer_is_the_cause() ? LogLevel::debug : LogLevel::error,
        name + " ended by exception: " + describe_current_exception());
  }
  // A handler may have taken it with it.
  if (served && visit.run() != nullptr) visit.run()->account_for(*served.impl_);
}

Generation& Server::generation() {
  const Impl::Visit visit(*impl_);
  if (visit.run() == nullptr) throw std::logic_error("this server does not run");
  return visit.run()->generation();
}

}  // namespace uninterruptible
