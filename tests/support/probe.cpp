// SPDX-License-Identifier: Apache-2.0
// A static program that is copied into bundles. Without words it prints what it sees of itself as
// one JSON object; with words it does one small thing, so that tests need no guesses about shells.
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "tests/support/probe_calls.h"

namespace {

using namespace wpar::test::probe;

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", c);
      out += code;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string read_file(const char* path) {
  std::string text;
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return text;
  char buffer[4096];
  for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<size_t>(n));
  close(fd);
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
    lines.push_back(text.substr(begin, end - begin));
  return lines;
}

std::string array(const std::vector<std::string>& words) {
  std::string out = "[";
  for (const std::string& word : words)
    out += (out.size() > 1 ? "," : "") + quoted(word);
  return out + "]";
}

// Descriptors by fcntl(2), not by /proc: a container need not have /proc.
std::string descriptors() {
  std::string out = "{";
  for (int fd = 0; fd < 1024; ++fd) {
    if (fcntl(fd, F_GETFD) < 0)
      continue;
    const std::string number = std::to_string(fd);
    char target[4096] = "?";
    const ssize_t n = readlink(("/proc/self/fd/" + number).c_str(), target, sizeof target - 1);
    if (n >= 0)
      target[n] = 0;
    out += (out.size() > 1 ? "," : "") + quoted(number) + ":" + quoted(target);
  }
  return out + "}";
}

std::string status_fields() {
  std::string out = "{";
  for (const std::string& line : lines_of(read_file("/proc/self/status"))) {
    const size_t colon = line.find(":\t");
    if (colon != std::string::npos)
      out += (out.size() > 1 ? "," : "") + quoted(line.substr(0, colon)) + ":" +
             quoted(line.substr(colon + 2));
  }
  return out + "}";
}

std::string limits() {
  static const struct {
    const char* name;
    __rlimit_resource_t number;
  } kAll[] = {{"AS", RLIMIT_AS},           {"CORE", RLIMIT_CORE},
              {"CPU", RLIMIT_CPU},         {"DATA", RLIMIT_DATA},
              {"FSIZE", RLIMIT_FSIZE},     {"LOCKS", RLIMIT_LOCKS},
              {"MEMLOCK", RLIMIT_MEMLOCK}, {"MSGQUEUE", RLIMIT_MSGQUEUE},
              {"NICE", RLIMIT_NICE},       {"NOFILE", RLIMIT_NOFILE},
              {"NPROC", RLIMIT_NPROC},     {"RSS", RLIMIT_RSS},
              {"RTPRIO", RLIMIT_RTPRIO},   {"RTTIME", RLIMIT_RTTIME},
              {"STACK", RLIMIT_STACK},     {"SIGPENDING", RLIMIT_SIGPENDING}};
  std::string out = "{";
  for (const auto& one : kAll) {
    rlimit value{};
    getrlimit(one.number, &value);
    out += (out.size() > 1 ? "," : "") + quoted(one.name) + ":[" + std::to_string(value.rlim_cur) +
           "," + std::to_string(value.rlim_max) + "]";
  }
  return out + "}";
}

std::string groups() {
  std::vector<gid_t> all(1024);
  const int count = getgroups(static_cast<int>(all.size()), all.data());
  std::string out = "[";
  for (int i = 0; i < count; ++i)
    out += (i > 0 ? "," : "") + std::to_string(all[static_cast<size_t>(i)]);
  return out + "]";
}

std::string namespaces() {
  std::string out = "{";
  for (const char* name : {"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"}) {
    char target[128] = "";
    const ssize_t n = readlink((std::string("/proc/self/ns/") + name).c_str(), target, 127);
    if (n > 0)
      target[n] = 0;
    out += (out.size() > 1 ? "," : "") + quoted(name) + ":" + quoted(target);
  }
  return out + "}";
}

std::string terminal() {
  std::string out = "{\"isatty\":[";
  for (int fd = 0; fd < 3; ++fd)
    out += std::string(fd > 0 ? "," : "") + (isatty(fd) ? "true" : "false");
  winsize size{};
  ioctl(0, TIOCGWINSZ, &size);
  const int controlling = open("/dev/tty", O_RDWR | O_CLOEXEC);
  out += "],\"height\":" + std::to_string(size.ws_row) +
         ",\"width\":" + std::to_string(size.ws_col) +
         ",\"controlling\":" + (controlling >= 0 ? "true" : "false");
  struct stat info {};
  fstat(0, &info);
  out += ",\"uid\":" + std::to_string(info.st_uid) +
         ",\"rdev_major\":" + std::to_string(info.st_rdev >> 8 & 0xfff) + "}";
  if (controlling >= 0)
    close(controlling);
  return out;
}

std::string sysctl(const char* path) {
  std::string text = read_file(path);
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  return text;
}

// sched_getattr(2), by its numbers: older headers do not have the structure.
std::string scheduler() {
  struct {
    std::uint32_t size, policy;
    std::uint64_t flags;
    std::int32_t nice;
    std::uint32_t priority;
    std::uint64_t runtime, deadline, period;
    std::uint32_t clamp[2];
  } seen{};
  syscall(SYS_sched_getattr, 0, &seen, sizeof seen, 0);
  return "{\"policy\":" + std::to_string(seen.policy) + ",\"flags\":" + std::to_string(seen.flags) +
         ",\"nice\":" + std::to_string(seen.nice) +
         ",\"priority\":" + std::to_string(seen.priority) +
         ",\"runtime\":" + std::to_string(seen.runtime) +
         ",\"deadline\":" + std::to_string(seen.deadline) +
         ",\"period\":" + std::to_string(seen.period) + "}";
}

std::string set_bits(const unsigned long* words, unsigned count) {
  std::string out = "[";
  for (unsigned bit = 0; bit < count; ++bit)
    if ((words[bit / 64] >> bit % 64 & 1) != 0)
      out += (out.size() > 1 ? "," : "") + std::to_string(bit);
  return out + "]";
}

std::string cpus() {
  unsigned long mask[128] = {};
  syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
  return set_bits(mask, sizeof mask * 8);
}

std::string memory_policy() {
  int mode = -1;
  unsigned long nodes[512] = {};
  syscall(SYS_get_mempolicy, &mode, nodes, sizeof nodes * 8, nullptr, 0);
  return "{\"mode\":" + std::to_string(mode) + ",\"nodes\":" + set_bits(nodes, sizeof nodes * 8) +
         "}";
}

int print_facts(int argc, char** argv, char** envp) {
  const std::string fds = descriptors();  // before anything else is opened
  const mode_t mask = umask(0);
  umask(mask);
  char cwd[4096] = "";
  if (syscall(SYS_getcwd, cwd, sizeof cwd) < 0)
    std::snprintf(cwd, sizeof cwd, "errno %d", errno);
  utsname uts{};
  uname(&uts);
  struct stat here {};
  stat(".", &here);
  std::vector<std::string> env;
  for (char** e = envp; *e != nullptr; ++e)
    env.push_back(*e);
  const auto number = [](long value) { return std::to_string(value); };
  std::string out = "{";
  out += "\"fds\":" + fds + ",\"status\":" + status_fields() + ",\"rlimits\":" + limits();
  out += ",\"groups\":" + groups() + ",\"namespaces\":" + namespaces() + ",\"tty\":" + terminal();
  out += ",\"uid\":" + number(getuid()) + ",\"euid\":" + number(geteuid());
  out += ",\"gid\":" + number(getgid()) + ",\"egid\":" + number(getegid());
  out += ",\"pid\":" + number(getpid()) + ",\"ppid\":" + number(getppid());
  out += ",\"sid\":" + number(getsid(0)) + ",\"umask\":" + number(mask);
  out += ",\"nnp\":" + number(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  out += ",\"dumpable\":" + number(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
  out += ",\"cwd\":" + quoted(cwd) + ",\"cwd_dev\":" + number(static_cast<long>(here.st_dev));
  out += ",\"hostname\":" + quoted(uts.nodename) + ",\"domainname\":" + quoted(uts.domainname);
  out += ",\"oom_score_adj\":" + quoted(sysctl("/proc/self/oom_score_adj"));
  out += ",\"scheduler\":" + scheduler() + ",\"cpus\":" + cpus();
  out += ",\"ioprio\":" + number(syscall(SYS_ioprio_get, 1, 0));
  out += ",\"mempolicy\":" + memory_policy();
  out += ",\"personality\":" + number(personality(0xffffffff));
  out += ",\"machine\":" + quoted(uts.machine);
  // KEYCTL_GET_KEYRING_ID of KEY_SPEC_SESSION_KEYRING
  out += ",\"keyring\":" + number(syscall(SYS_keyctl, 0, -3, 0));
  out += ",\"label\":" + quoted(sysctl("/proc/self/attr/current"));
  out += ",\"cgroup\":" + array(lines_of(read_file("/proc/self/cgroup")));
  out += ",\"mountinfo\":" + array(lines_of(read_file("/proc/self/mountinfo")));
  out += ",\"uid_map\":" + array(lines_of(read_file("/proc/self/uid_map")));
  out += ",\"gid_map\":" + array(lines_of(read_file("/proc/self/gid_map")));
  out += ",\"timens_offsets\":" + array(lines_of(read_file("/proc/self/timens_offsets")));
  out += ",\"args\":" + array(std::vector<std::string>(argv, argv + argc));
  out += ",\"env\":" + array(env) + "}\n";
  return write(1, out.data(), out.size()) == static_cast<ssize_t>(out.size()) ? 0 : 1;
}

// Tries to get the runtime's program in writable form while it is visible in this pid namespace.
int attack_exe() {
  long seen = 0;
  long opened = 0;
  const int end = 0;
  for (;;) {
    DIR* proc = opendir("/proc");
    if (proc == nullptr)
      return 1;
    for (dirent* entry; (entry = readdir(proc)) != nullptr;) {
      const long pid = std::strtol(entry->d_name, nullptr, 10);
      if (pid <= 1 || pid == getpid())
        continue;
      const std::string exe = std::string("/proc/") + entry->d_name + "/exe";
      const int handle = open(exe.c_str(), O_PATH | O_CLOEXEC);
      if (handle < 0)
        continue;
      // The name of what was opened: the process may be another program by now.
      const std::string again = "/proc/self/fd/" + std::to_string(handle);
      char name[512] = "";
      const ssize_t n = readlink(again.c_str(), name, sizeof name - 1);
      if (n <= 0 || std::strstr(name, "busybox") != nullptr ||
          std::strstr(name, "probe") != nullptr) {
        close(handle);
        continue;
      }
      ++seen;
      for (int tries = 0; tries < 50; ++tries) {
        const int writable = open(again.c_str(), O_WRONLY | O_CLOEXEC);
        if (writable >= 0) {
          ++opened;
          if (write(writable, "hit", 3) < 0)
            --opened;
          close(writable);
          break;
        }
      }
      close(handle);
    }
    closedir(proc);
    const int result = open("/spy", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    dprintf(result, "%ld %ld\n", seen, opened);
    close(result);
    if (access("/stop", F_OK) == end)
      return 0;
  }
}

void leave(int) {
  _exit(0);
}

// One datagram after the other to the socket at this path: the numbers 1, 2, …
int send_numbers(const char* path) {
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  if (fd < 0 || connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    return 1;
  for (int number = 1;; ++number) {
    const std::string text = std::to_string(number);
    if (send(fd, text.data(), text.size(), 0) < 0)
      return 1;
    usleep(20'000);
  }
}

}  // namespace

int main(int argc, char** argv, char** envp) {
  const std::string verb = argc > 1 ? argv[1] : "facts";
  const char* word = argc > 2 ? argv[2] : "";
  if (verb == "exit")
    return std::atoi(word);
  if (verb == "die")
    return raise(std::atoi(word));
  if (verb == "open")
    return open_path(word, argc > 3 ? argv[3] : "r");
  if (verb == "call")
    return try_call(word, argc > 3 ? std::atol(argv[3]) : 0);
  if (verb == "foreign-call")
    return try_foreign_call(word, argc > 3 ? std::strtol(argv[3], nullptr, 0) : 0);
  if (verb == "eat")
    return eat_memory(std::atol(word));
  if (verb == "attack-exe")
    return attack_exe();
  if (verb == "notify" || verb == "notify-and-wait")
    notify(argc - 2, argv + 2);
  if (verb == "notify")
    return 0;
  if (verb == "send-numbers" && argc == 3)
    return send_numbers(argv[2]);
  if (verb == "lock" &&
      (argc != 3 || flock(open(argv[2], O_RDWR | O_CREAT | O_CLOEXEC, 0600), LOCK_EX) != 0))
    return 1;  // no file, or not ours; else it is held until the end
  if (verb == "wait" || verb == "lock" || verb == "notify-and-wait") {
    // Ends with 0 at what engines stop containers with; pid 1 would not see it otherwise. The
    // second is for whoever is /sbin/init: Podman 5 believes that to be systemd.
    std::signal(SIGTERM, leave);
    std::signal(SIGRTMIN + 3, leave);
    for (;;)
      pause();
  }
  return print_facts(argc, argv, envp);
}
