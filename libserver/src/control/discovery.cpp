#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "control/directories.hpp"
#include "uninterruptible/control.hpp"

namespace uninterruptible::control {

namespace {

constexpr std::string_view suffix = ".sock";

void add(std::vector<std::string>& directories, std::string directory) {
  while (directory.size() > 1 && directory.back() == '/') directory.pop_back();
  if (std::find(directories.begin(), directories.end(), directory) == directories.end()) {
    directories.push_back(std::move(directory));
  }
}

void add_sockets(const std::string& directory, std::vector<Target>& found) {
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(::opendir(directory.c_str()), ::closedir);
  if (!listing) return;
  while (const dirent* const entry = ::readdir(listing.get())) {
    const std::string_view file = entry->d_name;
    if (file.size() <= suffix.size() || file.substr(file.size() - suffix.size()) != suffix) continue;
    Target target{std::string(file.substr(0, file.size() - suffix.size())),
                  directory + "/" + std::string(file)};
    struct stat status {};
    if (::lstat(target.path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode))
      found.push_back(std::move(target));
  }
}

}  // namespace

std::vector<std::string> control_directories() {
  std::vector<std::string> directories;
  if (const char* const only = std::getenv("UNINTERRUPTIBLE_CONTROL_DIR");
      only != nullptr && only[0] != '\0') {
    add(directories, only);
    return directories;
  }
  add(directories, system_directory);
  // systemd gives a service its RUNTIME_DIRECTORY; a client started by the same unit finds its server there.
  if (const char* const runtime = std::getenv("RUNTIME_DIRECTORY"); runtime != nullptr && runtime[0] == '/') {
    add(directories, split_list(runtime, ':').front());
  }
  if (const char* const xdg = std::getenv("XDG_RUNTIME_DIR"); xdg != nullptr && xdg[0] == '/') {
    add(directories, std::string(xdg) + "/uninterruptible");
  }
  add(directories, user_run_directory() + "/uninterruptible");
  add(directories, temp_control_directory());
  return directories;
}

std::vector<Target> discover() {
  std::vector<Target> found;
  for (const std::string& directory : control_directories()) add_sockets(directory, found);
  std::stable_sort(found.begin(), found.end(),
                   [](const Target& a, const Target& b) { return a.name < b.name; });
  return found;
}

}  // namespace uninterruptible::control
