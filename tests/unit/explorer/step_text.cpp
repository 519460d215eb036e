#include "explorer/model.hpp"

namespace explorer {

namespace {

constexpr std::string_view step_texts[] = {"a message reaches the old one",
                                           "a message reaches the new one",
                                           "the old one's deadline passes",
                                           "the new one's deadline passes",
                                           "the new one says HELLO",
                                           "the new program is ready",
                                           "the old one sees that the new one died",
                                           "the new one sees that the old one died",
                                           "the old one's acceptors have stopped",
                                           "the old one wins the lock",
                                           "the new one wins the lock",
                                           "the third one takes the old one in",
                                           "the old one sees that the third one died",
                                           "the new one heeds the old one's TERM",
                                           "the new one ignores the old one's TERM",
                                           "the new one dies of the old one's TERM",
                                           "KILL reaches the new one",
                                           "the new one exits",
                                           "the stopping old one kills what is left",
                                           "the old one exits",
                                           "a restart is asked for",
                                           "a restart is asked for, and nothing can be spawned",
                                           "a rehearsal is asked for",
                                           "the old one cannot use what the new one says",
                                           "the new one cannot use what the old one says",
                                           "an acceptor of the old one does not stop",
                                           "the old one loses the lock to a third one",
                                           "the third one crashes",
                                           "USR1 to the old one",
                                           "USR1 to the new one",
                                           "TERM to the old one, for the whole server",
                                           "TERM to the old one, for this one",
                                           "TERM to the new one",
                                           "the new program calls fail()",
                                           "an operator cancels the restart",
                                           "the old one is killed",
                                           "the new one is killed",
                                           "the old one is frozen",
                                           "the new one is frozen",
                                           "the old one goes on",
                                           "the new one goes on"};

}  // namespace

std::string_view to_text(Step step) { return step_texts[static_cast<std::size_t>(step)]; }

}  // namespace explorer
