#include "generation/history_memory.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

namespace uninterruptible {

namespace {

/// What stands before each of the two texts.
struct Head {
  std::uint64_t number = 0;  ///< the higher one is the later one; 0: never written
  std::uint64_t length = 0;
  std::uint64_t checksum = 0;
};

constexpr std::size_t place_size = sizeof(Head) + HistoryMemory::largest_text;

off_t begin_of(unsigned place) { return static_cast<off_t>(place * place_size); }

/// FNV-1a: tells a text that is half written from a whole one; nobody is to be kept out.
std::uint64_t checksum_of(std::uint64_t number, std::string_view text) {
  std::uint64_t sum = 14'695'981'039'346'656'037U ^ number;
  for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
  return sum;
}

/// One of the two places as it is now.
struct Place {
  Head head{};
  std::optional<std::string> text{};  ///< empty where it is not whole

  Place(int memory, unsigned place) {
    const off_t begin = begin_of(place);
    if (::pread(memory, &head, sizeof head, begin) != ssize_t{sizeof head}) head = Head{};
    if (head.number == 0 || head.length > HistoryMemory::largest_text) return;
    std::string found(head.length, '\0');
    const ssize_t got = ::pread(memory, found.data(), found.size(), begin + ssize_t{sizeof head});
    if (got == static_cast<ssize_t>(found.size()) && checksum_of(head.number, found) == head.checksum)
      text = std::move(found);
  }
  [[nodiscard]] bool is_later_than(const Place& other) const {
    return text && (!other.text || head.number > other.head.number);
  }
};

}  // namespace

HistoryMemory HistoryMemory::make() noexcept {
  return HistoryMemory(UniqueFd(::memfd_create("uninterruptible-history", MFD_CLOEXEC)));
}

bool HistoryMemory::write(std::string_view text) const {
  if (!memory_ || text.size() > largest_text) return false;
  const Place first(fd(), 0);
  const Place second(fd(), 1);
  // Never over the one that counts.
  const unsigned place = first.is_later_than(second) ? 1 : 0;
  const std::uint64_t number = std::max(first.head.number, second.head.number) + 1;
  const Head head{number, text.size(), checksum_of(number, text)};
  std::string bytes(reinterpret_cast<const char*>(&head), sizeof head);
  bytes += text;
  return ::pwrite(fd(), bytes.data(), bytes.size(), begin_of(place)) == static_cast<ssize_t>(bytes.size());
}

std::optional<std::string> HistoryMemory::read() const {
  if (!memory_) return std::nullopt;
  Place first(fd(), 0);
  Place second(fd(), 1);
  return std::move(second.is_later_than(first) ? second.text : first.text);
}

}  // namespace uninterruptible
