#include "generation/own_program.hpp"

#include <fcntl.h>

#include <utility>

#include "base/unique_fd.hpp"

namespace uninterruptible {

OwnProgram::OwnProgram(std::string command, Place place)
    : command_(std::move(command)), place_(std::move(place)), runs_(sys::running_program()) {
  if (runs_ != find()) runs_.reset();
}

std::optional<sys::ProgramFile> OwnProgram::find() const {
  if (!place_.path) return sys::find_program(command_, place_.directory_fd);
  const UniqueFd directory(::open(place_.path->c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  return directory ? sys::find_program(command_, directory.get()) : std::nullopt;
}

std::optional<bool> OwnProgram::has_changed() const {
  if (!runs_) return std::nullopt;
  const std::optional<sys::ProgramFile> found = find();
  if (!found) return std::nullopt;
  return *found != *runs_;
}

}  // namespace uninterruptible
