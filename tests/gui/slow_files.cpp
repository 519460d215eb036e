#include "gui/slow_files.hpp"

#include <dirent.h>
#include <dlfcn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <mutex>
#include <thread>

namespace {

std::mutex mutex;
std::string slowFolder;
std::chrono::milliseconds delay;
std::atomic<int> calls;
std::atomic<int> callsOfMainThread;

void wait(const char* path) {
  std::chrono::milliseconds time{};
  {
    const std::lock_guard lock(mutex);
    if (!path || slowFolder.empty() || std::strncmp(path, slowFolder.c_str(), slowFolder.size()) != 0) return;
    time = delay;
  }
  ++calls;
  if (::syscall(SYS_gettid) == ::getpid()) ++callsOfMainThread;
  std::this_thread::sleep_for(time);
}

template <typename Function>
Function* original(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

namespace slow_files {

void slowDown(const std::string& folder, int milliseconds) {
  const std::lock_guard lock(mutex);
  slowFolder = folder;
  delay = std::chrono::milliseconds(milliseconds);
}

int slowCalls() { return calls; }
int slowCallsOfMainThread() { return callsOfMainThread; }

}  // namespace slow_files

// The program's own definitions come before those of the C library, for Qt's libraries as well.
#define VISIBLE extern "C" __attribute__((visibility("default")))

VISIBLE DIR* opendir(const char* path) {
  wait(path);
  return original<DIR*(const char*)>("opendir")(path);
}

VISIBLE int lstat(const char* path, struct stat* status) noexcept {
  wait(path);
  return original<int(const char*, struct stat*)>("lstat")(path, status);
}

VISIBLE int stat(const char* path, struct stat* status) noexcept {
  wait(path);
  return original<int(const char*, struct stat*)>("stat")(path, status);
}

VISIBLE int statx(int folder, const char* path, int flags, unsigned mask, struct statx* status) noexcept {
  wait(path);
  return original<int(int, const char*, int, unsigned, struct statx*)>("statx")(folder, path, flags, mask,
                                                                                status);
}

VISIBLE int connect(int socket, const sockaddr* address, socklen_t length) {
  if (address->sa_family == AF_UNIX) wait(reinterpret_cast<const sockaddr_un*>(address)->sun_path);
  return original<int(int, const sockaddr*, socklen_t)>("connect")(socket, address, length);
}
