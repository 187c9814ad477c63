// SPDX-License-Identifier: Apache-2.0
#pragma once
// The small things that the probe does when it is asked to (probe.cpp): each prints what came of
// it.

#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace wpar::test::probe {

inline int open_path(const char* path, const char* how) {
  const int flags = std::strcmp(how, "w") == 0    ? O_WRONLY
                    : std::strcmp(how, "rw") == 0 ? O_RDWR
                                                  : O_RDONLY;
  const int fd = open(path, flags | O_NONBLOCK);
  std::printf("%d\n", fd < 0 ? errno : 0);
  return 0;
}

// The errno of one system call that changes nothing when it is allowed.
inline int try_call(const std::string& name, long argument) {
  long result = 0;
  errno = 0;
  if (name == "mkdir")
    result = mkdir("/probe-made", 0700);
  if (name == "getcwd") {
    char buffer[256];
    result = syscall(SYS_getcwd, buffer, sizeof buffer);
  }
  if (name == "setpriority")
    result = setpriority(PRIO_PROCESS, 0, static_cast<int>(argument));
  if (name == "umask")
    umask(static_cast<mode_t>(argument));
  if (name == "unshare")
    result = unshare(CLONE_NEWUSER);
  if (name == "mknod")
    result = mknod("/probe-node", S_IFCHR | 0600, static_cast<dev_t>(argument));
  if (name == "sethostname")
    result = sethostname("changed", 7);
  std::printf("%d\n", result < 0 ? errno : 0);
  return 0;
}

// Each text is one datagram to $NOTIFY_SOCKET; the errno of the last one.
inline int notify(int count, char** texts) {
  const char* path = getenv("NOTIFY_SOCKET");
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path == nullptr ? "" : path, sizeof(address.sun_path) - 1);
  errno = 0;
  for (int i = 0; i < count; ++i)
    sendto(fd, texts[i], std::strlen(texts[i]), 0, reinterpret_cast<const sockaddr*>(&address),
           sizeof(address));
  std::printf("%d\n", errno);
  std::fflush(stdout);
  return 0;
}

inline constexpr char kMade[] =
    "/probe-made";  // below 4 GiB: the probe is not position-independent

// The errno of a system call with mkdir's arguments by the door of another architecture.
inline int try_foreign_call(const std::string& door, long number) {
  long result = -ENOSYS;
#ifdef __x86_64__
  if (door == "i386")
    asm volatile("int $0x80"
                 : "=a"(result)
                 : "0"(number), "b"(kMade), "c"(0700L)
                 : "memory", "r8", "r9", "r10", "r11");
  else
    asm volatile("syscall"
                 : "=a"(result)
                 : "0"(number), "D"(kMade), "S"(0700L)
                 : "memory", "rcx", "r11");
#endif
  std::printf("%ld\n", result < 0 ? -static_cast<long>(static_cast<int>(result)) : 0);
  return 0;
}

inline int eat_memory(long megabytes) {
  std::vector<char*> kept;
  for (long i = 0; i < megabytes; ++i) {
    char* block = static_cast<char*>(std::malloc(1 << 20));
    std::memset(block, 1, 1 << 20);
    kept.push_back(block);
  }
  std::printf("ate %zu\n", kept.size());
  return 0;
}

}  // namespace wpar::test::probe
