# The one place where our targets get their language level, warnings and sanitizers; global flags stay untouched.
function(uninterruptible_target target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden
                                             VISIBILITY_INLINES_HIDDEN ON POSITION_INDEPENDENT_CODE ON)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
                         -Wold-style-cast -Woverloaded-virtual -Wundef -Wimplicit-fallthrough)
  # g++ 12 takes '"x" + std::string' for overlapping copies as soon as it optimizes (its bug 105651).
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${target} PRIVATE $<$<NOT:$<CONFIG:Debug>>:-Wno-restrict>)
  endif()
  if(UNINTERRUPTIBLE_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(UNINTERRUPTIBLE_SANITIZE)
    target_compile_options(${target} PUBLIC -fsanitize=${UNINTERRUPTIBLE_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${UNINTERRUPTIBLE_SANITIZE})
    if(UNINTERRUPTIBLE_SANITIZE MATCHES "undefined")
      target_compile_options(${target} PUBLIC -fno-sanitize-recover=undefined)
    endif()
  endif()
  if(UNINTERRUPTIBLE_FAULT_POINTS)
    target_compile_definitions(${target} PRIVATE UNINTERRUPTIBLE_FAULT_POINTS=1)
  endif()
endfunction()

# uninterruptible_precompile(TARGET HEADER...): what most of the target's sources include, parsed once. Only where
# asked for by UNINTERRUPTIBLE_PRECOMPILE, as builds of the tests do: the shipped build shows that every source
# includes what it uses.
function(uninterruptible_precompile target)
  if(UNINTERRUPTIBLE_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()

# uninterruptible_precompiled_by(OWNER TARGET...): the targets use what the owner precompiled. No header in it may look
# at a macro that their command lines define otherwise.
function(uninterruptible_precompiled_by owner)
  if(UNINTERRUPTIBLE_PRECOMPILE)
    foreach(target IN LISTS ARGN)
      target_precompile_headers(${target} REUSE_FROM ${owner})
    endforeach()
  endif()
endfunction()

set(uninterruptible_std_headers
  <algorithm> <array> <chrono> <filesystem> <functional> <map> <memory> <mutex> <optional> <stdexcept> <string>
  <string_view> <system_error> <thread> <utility> <variant> <vector>)
