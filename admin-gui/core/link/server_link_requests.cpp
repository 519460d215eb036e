#include <span>
#include <utility>

#include "core/link/server_link.hpp"
#include "core/text/wording.hpp"

// What a ServerLink asks of a server, and what becomes of it.
namespace uninterruptible::admin {

std::uint64_t ServerLink::ask(const LinkCommand& command) {
  struct Asker {
    control::Session& session;
    std::uint64_t operator()(const RestartCommand& that) { return session.request_restart(that.options); }
    std::uint64_t operator()(const CancelCommand&) { return session.request_cancel(); }
    std::uint64_t operator()(const CloseCommand& that) {
      std::vector<std::string> names;
      names.reserve(static_cast<std::size_t>(that.ids.size()));
      for (const auto& id : that.ids) names.push_back(id.toStdString());
      return session.request_close(names, that.cut);
    }
    std::uint64_t operator()(const CloseMatchingCommand& that) {
      return session.request_close_matching(that.filter, that.cut);
    }
    std::uint64_t operator()(const ShutDownCommand& that) { return session.request_shutdown(that.now); }
    std::uint64_t operator()(const ExtendCommand& that) {
      return session.request_extend_drain(that.extension);
    }
  };
  return std::visit(Asker{session_}, command);
}

void ServerLink::send(const LinkCommand& command) {
  const auto kind = requestOf(command);
  if (!greeted_) {
    Q_EMIT refused(kind, tr("There is no connection to the server."));
    return;
  }
  // More names than fit into one request go out as several.
  constexpr qsizetype mostIds = 1000;
  if (const auto* const close = std::get_if<CloseCommand>(&command)) {
    for (qsizetype from = 0; from < close->ids.size(); from += mostIds) {
      request(kind, ask(CloseCommand{close->ids.mid(from, mostIds), close->cut}));
    }
    return;
  }
  request(kind, ask(command));
}

void ServerLink::request(LinkRequest kind, std::uint64_t number) {
  pending_.insert(number, kind);
  write();
}

void ServerLink::abandonRequests() {
  for (const auto kind : std::exchange(pending_, {})) {
    Q_EMIT refused(kind, tr("The connection to the server ended before it answered."));
  }
}

void ServerLink::answer(std::uint64_t number, LinkAnswer answer) {
  const auto kind = pending_.constFind(number);
  if (kind == pending_.cend()) return;
  answer.request = *kind;
  pending_.erase(kind);
  Q_EMIT answered(answer);
}

void ServerLink::handle(const control::Failure& event) {
  if (!greeted_) rejection_ = wording::plain(event.message);  // it hangs up after that
  if (historyRequest_ != 0 && event.request == historyRequest_) {
    historyRequest_ = 0;
    return history_.refused();
  }
  const auto kind = pending_.constFind(event.request);
  if (kind == pending_.cend()) return;
  const auto what = *kind;
  pending_.erase(kind);
  Q_EMIT refused(what, wording::plain(event.message));
}

void ServerLink::handle(const control::RestartReply& event) {
  answer(event.request, {.queued = event.queued});
}

void ServerLink::handle(const control::CancelReply& event) { answer(event.request, {}); }

void ServerLink::handle(const control::ShutdownReply& event) { answer(event.request, {}); }

void ServerLink::handle(const control::CloseReply& event) {
  answer(event.request, {.count = event.count > 0 ? event.count : event.closing.size()});
}

void ServerLink::handle(const control::ExtendDrainReply& event) {
  answer(event.request, {.drains = event.generations});
}

}  // namespace uninterruptible::admin
