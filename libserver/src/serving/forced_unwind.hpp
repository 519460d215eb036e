#pragma once

#include <cxxabi.h>

/// For functions that let pthread_exit(3) and pthread_cancel(3) pass: `catch (abi::__forced_unwind&) { throw;
/// }`. The C++ library gives such a catch no object, which UBSan would report although nobody looks at it.
#define UNINTERRUPTIBLE_LETS_FORCED_UNWIND_PASS __attribute__((no_sanitize("null")))
