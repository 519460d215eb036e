#include "outcome.hpp"

namespace uninterruptible::cli {

namespace {

constexpr ExitMeaning meanings[] = {{ExitCode::done, "done"},
                                    {ExitCode::failed, "refused or failed; the old generation serves on"},
                                    {ExitCode::usage, "wrong usage"},
                                    {ExitCode::no_server, "no such server, or it does not run"},
                                    {ExitCode::permission, "permission denied, or the server is not trusted"},
                                    {ExitCode::timed_out, "timed out, and still going on"},
                                    {ExitCode::other_protocol, "the protocol versions do not match"},
                                    {ExitCode::in_part, "done in part"},
                                    {ExitCode::rolled_back, "rolled back; the old generation serves again"},
                                    {ExitCode::interrupted, "interrupted"}};

}  // namespace

std::span<const ExitMeaning> exit_meanings() { return meanings; }

}  // namespace uninterruptible::cli
