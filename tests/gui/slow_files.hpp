#pragma once

#include <string>

/// A file system that takes its time, as one that is far away: calls of this process about anything in one
/// folder wait before they are carried out, whoever in the process makes them.
namespace slow_files {

/// From now on calls about this folder and what is in it take so many milliseconds. Empty: none does.
void slowDown(const std::string& folder, int milliseconds);
/// How many calls were slow so far, and how many of them were made by the main thread.
[[nodiscard]] int slowCalls();
[[nodiscard]] int slowCallsOfMainThread();

}  // namespace slow_files
