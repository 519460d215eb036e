#pragma once

#include <string>

namespace uninterruptible::cli {

/// One thing that doctor has to say of a server.
struct Finding {
  bool is_problem = false;  ///< else a risk: fine today, and known to trouble people later
  std::string code;         ///< one word for programs, as the man page lists them
  std::string what;
  std::string why;
  std::string advice;
};

}  // namespace uninterruptible::cli
