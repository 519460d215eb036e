#include "surroundings.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <vector>

#include "base/text.hpp"

namespace uninterruptible::cli {

namespace fs = std::filesystem;

namespace {

/// Of the system's units, the most important one first, as systemd.unit(5) orders them.
constexpr const char* unit_directories[] = {"/etc/systemd/system", "/run/systemd/system",
                                            "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
                                            "/lib/systemd/system"};

std::optional<std::uint64_t> descriptor_limit(const std::string& limits) {
  std::ifstream file(limits);
  constexpr std::string_view name = "Max open files";
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(name)) continue;
    std::istringstream rest(line.substr(name.size()));
    std::string soft;
    rest >> soft;
    return parse_number(soft, 0, std::numeric_limits<std::uint64_t>::max());
  }
  return std::nullopt;
}

/// The innermost service of the process's control group; version 2 and systemd's own hierarchy of version 1.
std::string unit_of(const std::string& cgroup) {
  std::ifstream file(cgroup);
  std::string unit;
  for (std::string line; std::getline(file, line);) {
    const std::size_t path = line.find('/');
    if (!line.starts_with("0::/") && line.find(":name=systemd:/") == std::string::npos) continue;
    for (const std::string& part : split_list(line.substr(path), '/')) {
      if (part.ends_with(".service")) unit = part;
    }
  }
  return unit;
}

void read_service(const std::string& path, std::map<std::string, std::string>& settings) {
  std::ifstream file(path);
  bool in_service = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('[')) in_service = line.starts_with("[Service]");
    const std::size_t equals = line.find('=');
    if (!in_service || line.starts_with('#') || line.starts_with(';') || equals == std::string::npos)
      continue;
    const std::vector<std::string> parts = {split_list(line.substr(0, equals), '\n').front(),
                                            split_list(line.substr(equals + 1), '\n').front()};
    settings[parts[0]] = parts[1];
  }
}

/// A template's instance `web@1.service` is made of `web@.service`.
std::vector<std::string> files_of(const std::string& unit) {
  std::vector<std::string> names = {unit};
  const std::size_t at = unit.find('@');
  if (at != std::string::npos) names.push_back(unit.substr(0, at + 1) + unit.substr(unit.rfind('.')));
  return names;
}

void read_unit(Surroundings& found, const std::string& root) {
  for (const std::string& name : files_of(found.unit)) {
    for (const char* const directory : unit_directories) {
      const std::string path = directory + ("/" + name);
      std::error_code problem;
      if (!found.unit_file.empty() || !fs::is_regular_file(root + path, problem)) continue;
      found.unit_file = path;
      read_service(root + path, found.service);
    }
  }
  // Drop-ins by their names, whatever directory they are in.
  std::map<std::string, std::string> drop_ins;
  for (const std::string& name : files_of(found.unit)) {
    for (const char* const directory : unit_directories) {
      std::error_code problem;
      for (const auto& entry : fs::directory_iterator(root + directory + "/" + name + ".d", problem)) {
        if (entry.path().extension() == ".conf")
          drop_ins.emplace(entry.path().filename().string(), entry.path().string());
      }
    }
  }
  for (const auto& [name, path] : drop_ins) read_service(path, found.service);
}

}  // namespace

Surroundings look_around(pid_t pid, const std::string& root) {
  Surroundings found;
  const std::string process = root + "/proc/" + std::to_string(pid);
  found.descriptor_limit = descriptor_limit(process + "/limits");
  found.unit = unit_of(process + "/cgroup");
  if (!found.unit.empty()) read_unit(found, root);
  return found;
}

}  // namespace uninterruptible::cli
