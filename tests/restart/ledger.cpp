#include "restart/ledger.hpp"

#include <fstream>
#include <unordered_map>

namespace testing {

Ledger Ledger::join(const std::string& ids_file, const std::string& log_file) {
  struct Count {
    int clients = 0;
    int servers = 0;
  };
  std::unordered_map<std::string, Count> counts;
  std::string line;
  for (std::ifstream ids(ids_file); std::getline(ids, line);) ++counts[line].clients;
  const std::string mark = " answered ";  // answered 7-412 s0-99
  for (std::ifstream log(log_file); std::getline(log, line);) {
    const std::size_t begin = line.find(mark);
    if (begin == std::string::npos) continue;
    const std::size_t id = line.find(' ', begin + mark.size());
    if (id == std::string::npos || line.compare(id + 1, std::string::npos, "PID?") == 0) continue;
    ++counts[line.substr(id + 1)].servers;
  }

  Ledger result;
  int listed = 0;
  for (const auto& [id, count] : counts) {
    if (count.clients == 1 && count.servers == 1) {
      ++result.answered;
      continue;
    }
    if (count.clients > 1 || count.servers > 1) ++result.twice;
    if (count.servers == 0) ++result.only_clients;
    if (count.clients == 0) ++result.only_servers;
    if (++listed <= 20) {
      result.examples += id + ": clients " + std::to_string(count.clients) + ", servers " +
                         std::to_string(count.servers) + "\n";
    }
  }
  return result;
}

}  // namespace testing
