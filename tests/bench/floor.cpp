// SPDX-License-Identifier: Apache-2.0
// What the kernel alone costs: the namespaces, mounts, devices, masks, cgroups, capabilities and
// seccomp filter of bundle.py by bare system calls, for comparison with the runtimes in `run`.
//   floor prepare RULES BPF            compile the rules (lines of bundle.py) into a filter; not
//   timed floor run ROOTFS FILES CGROUP BPF  one container that executes /bin/true
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "floor: %s: %s\n", what.c_str(), std::strerror(errno));
  ::_exit(1);
}

void check(long result, const std::string& what) {
  if (result < 0) {
    fail(what);
  }
}

scmp_compare operator_of(const std::string& word) {
  return word == "SCMP_CMP_EQ"   ? SCMP_CMP_EQ
         : word == "SCMP_CMP_NE" ? SCMP_CMP_NE
                                 : SCMP_CMP_MASKED_EQ;
}

void prepare(const char* rules, const char* out) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(38));
  seccomp_arch_add(filter, SCMP_ARCH_X86);
  seccomp_arch_add(filter, SCMP_ARCH_X32);
  std::FILE* in = std::fopen(rules, "re");
  if (in == nullptr) {
    fail(rules);
  }
  char line[512];
  while (std::fgets(line, sizeof line, in) != nullptr) {
    std::vector<std::string> words;
    for (char* word = std::strtok(line, " \n"); word != nullptr;
         word = std::strtok(nullptr, " \n")) {
      words.emplace_back(word);
    }
    const int number = seccomp_syscall_resolve_name(words[2].c_str());
    if (number == __NR_SCMP_ERROR) {
      continue;
    }
    std::vector<scmp_arg_cmp> args;
    for (std::size_t i = 3; i + 3 < words.size(); i += 4) {
      args.push_back({.arg = static_cast<unsigned>(std::atoi(words[i].c_str())),
                      .op = operator_of(words[i + 1]),
                      .datum_a = std::strtoull(words[i + 2].c_str(), nullptr, 10),
                      .datum_b = std::strtoull(words[i + 3].c_str(), nullptr, 10)});
    }
    const auto code = static_cast<unsigned>(std::atoi(words[1].c_str()));
    seccomp_rule_add_array(filter, words[0] == "allow" ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(code),
                           number, static_cast<unsigned>(args.size()), args.data());
  }
  std::fclose(in);
  const int fd = ::open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  check(fd, out);
  if (seccomp_export_bpf(filter, fd) != 0) {
    fail("export the filter");
  }
  ::close(fd);
  seccomp_release(filter);
}

void write_number(const std::string& path, const char* text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  check(fd, path);
  check(::write(fd, text, std::strlen(text)), path);
  ::close(fd);
}

// The directories of this container: one per v1 controller, or one on v2.
std::vector<std::string> cgroup_folders(const std::string& cgroup) {
  std::vector<std::string> folders;
  if (::access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0) {
    return {"/sys/fs/cgroup" + cgroup};
  }
  for (const char* name :
       {"cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids", "hugetlb",
        "net_cls", "net_prio", "perf_event", "systemd", "misc", "rdma"}) {
    const std::string top = std::string("/sys/fs/cgroup/") + name;
    struct stat info = {};
    if (::lstat(top.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) {
      folders.push_back(top + cgroup);
    }
  }
  return folders;
}

void make_parents(const std::string& folder) {
  for (std::size_t at = folder.find('/', 1); at != std::string::npos;
       at = folder.find('/', at + 1)) {
    ::mkdir(folder.substr(0, at).c_str(), 0755);
  }
  ::mkdir(folder.c_str(), 0755);
}

std::string read_value(const std::string& path) {
  char text[256];
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const ssize_t got = fd < 0 ? 0 : ::read(fd, text, sizeof text);
  ::close(fd);
  return {text, static_cast<std::size_t>(got > 0 ? got : 0)};
}

// Only where it is empty: writing a cpuset makes the kernel rebuild its scheduling domains.
void copy_parent_value(const std::string& folder, const char* name) {
  if (read_value(folder + "/" + name).size() < 2) {
    const std::string parent = folder.substr(0, folder.rfind('/'));
    write_number(folder + "/" + name, read_value(parent + "/" + name).c_str());
  }
}

void make_cgroups(const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    make_parents(folder);
    if (folder.find("/cpuset/") != std::string::npos) {
      const std::string parent = folder.substr(0, folder.rfind('/'));
      for (const char* name : {"cpuset.cpus", "cpuset.mems"}) {
        copy_parent_value(parent, name);
        copy_parent_value(folder, name);
      }
    }
    if (folder.find("/pids/") != std::string::npos) {
      write_number(folder + "/pids.max", "2048");
    }
    if (folder.find("/devices/") != std::string::npos) {
      write_number(folder + "/devices.deny", "a");
      for (const char* rule : {"c *:* m", "b *:* m", "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm",
                               "c 1:8 rwm", "c 1:9 rwm", "c 5:0 rwm", "c 5:2 rwm", "c 136:* rwm"}) {
        write_number(folder + "/devices.allow", rule);
      }
    }
  }
}

// The process moves itself, and only itself: the one way into a v1 cgroup that takes no lock whose
// other side waits for an RCU grace period. Without it this would be no floor.
void enter_cgroups(const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    const std::string tasks = folder + "/tasks";
    write_number(::access(tasks.c_str(), F_OK) == 0 ? tasks : folder + "/cgroup.procs", "0");
  }
}

void do_mount(const char* source, const std::string& target, const char* type, unsigned long flags,
              const char* data) {
  check(::mount(source, target.c_str(), type, flags, data), "mount " + target);
}

void set_up_mounts(const std::string& root, const std::string& files) {
  constexpr unsigned long kSafe = MS_NOSUID | MS_NOEXEC | MS_NODEV;
  do_mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  do_mount(root.c_str(), root, nullptr, MS_BIND | MS_REC, nullptr);
  do_mount("proc", root + "/proc", "proc", kSafe, nullptr);
  do_mount("tmpfs", root + "/dev", "tmpfs", MS_NOSUID | MS_STRICTATIME, "mode=755,size=65536k");
  do_mount("sysfs", root + "/sys", "sysfs", kSafe | MS_RDONLY, nullptr);
  for (const char* name : {"pts", "mqueue", "shm"}) {
    check(::mkdir((root + "/dev/" + name).c_str(), 0755), name);
  }
  do_mount("devpts", root + "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
           "newinstance,ptmxmode=0666,mode=0620,gid=5");
  do_mount("mqueue", root + "/dev/mqueue", "mqueue", kSafe, nullptr);
  do_mount("shm", root + "/dev/shm", "tmpfs", kSafe, "mode=1777,size=64000k");
  for (const char* name : {"hosts", "resolv.conf", "hostname"}) {
    do_mount((files + "/" + name).c_str(), root + "/etc/" + name, nullptr, MS_BIND | MS_REC,
             nullptr);
    do_mount(nullptr, root + "/etc/" + name, nullptr, MS_REC | MS_PRIVATE, nullptr);
  }
}

void mount_cgroups(const std::string& root, const std::vector<std::string>& folders) {
  const std::string top = root + "/sys/fs/cgroup";
  if (folders.size() == 1) {
    do_mount("cgroup", top, "cgroup2", MS_RDONLY | MS_NOSUID | MS_NOEXEC | MS_NODEV, nullptr);
    return;
  }
  do_mount("cgroup", top, "tmpfs", MS_NOSUID | MS_NOEXEC | MS_NODEV, "mode=755");
  for (const std::string& folder : folders) {
    const std::string name = folder.substr(15, folder.find('/', 15) - 15);
    check(::mkdir((top + "/" + name).c_str(), 0755), name);
    do_mount(folder.c_str(), top + "/" + name, nullptr, MS_BIND, nullptr);
    do_mount(nullptr, top + "/" + name, nullptr,
             MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NOEXEC | MS_NODEV, nullptr);
  }
  do_mount(nullptr, top, nullptr,
           MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NOEXEC | MS_NODEV, nullptr);
}

void make_devices(const std::string& root) {
  struct Device {
    const char* name;
    unsigned major, minor;
  };
  for (const Device& device :
       {Device{"null", 1, 3}, Device{"zero", 1, 5}, Device{"full", 1, 7}, Device{"random", 1, 8},
        Device{"urandom", 1, 9}, Device{"tty", 5, 0}}) {
    const std::string path = root + "/dev/" + device.name;
    check(::mknod(path.c_str(), S_IFCHR | 0666, makedev(device.major, device.minor)), path);
    check(::chmod(path.c_str(), 0666), path);
  }
  check(::symlink("pts/ptmx", (root + "/dev/ptmx").c_str()), "ptmx");
  check(::symlink("/proc/self/fd", (root + "/dev/fd").c_str()), "fd");
  check(::symlink("/proc/self/fd/0", (root + "/dev/stdin").c_str()), "stdin");
  check(::symlink("/proc/self/fd/1", (root + "/dev/stdout").c_str()), "stdout");
  check(::symlink("/proc/self/fd/2", (root + "/dev/stderr").c_str()), "stderr");
}

void mask_paths() {
  for (const char* path : {"/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
                           "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug",
                           "/proc/scsi", "/sys/firmware", "/sys/fs/selinux", "/sys/dev/block"}) {
    struct stat info = {};
    if (::stat(path, &info) == 0) {
      S_ISDIR(info.st_mode) ? do_mount("tmpfs", path, "tmpfs", MS_RDONLY, nullptr)
                            : do_mount("/dev/null", path, nullptr, MS_BIND, nullptr);
    }
  }
  for (const char* path :
       {"/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"}) {
    struct stat info = {};
    if (::stat(path, &info) == 0) {
      do_mount(path, path, nullptr, MS_BIND | MS_REC, nullptr);
      do_mount(nullptr, path, nullptr,
               MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NOEXEC | MS_NODEV, nullptr);
    }
  }
}

void drop_privileges() {
  // The eleven capabilities of bundle.py: CHOWN … SYS_CHROOT, and SETFCAP.
  constexpr std::uint64_t kKept = 0x800405fb;
  for (int capability = 0; capability < 41; ++capability) {
    if ((kKept >> capability & 1) == 0) {
      ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    }
  }
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {{kKept & 0xffffffff, kKept & 0xffffffff, 0}, {0, 0, 0}};
  check(::syscall(SYS_capset, &header, data), "capset");
}

int child_main(char** argv, int gate, const std::vector<std::string>& folders,
               std::vector<sock_filter>& filter) {
  char byte = 0;
  check(::read(gate, &byte, 1), "wait for the cgroups");
  const std::string root = argv[2];
  check(::setsid(), "setsid");
  enter_cgroups(folders);
  check(::unshare(CLONE_NEWCGROUP), "cgroup namespace");
  set_up_mounts(root, argv[3]);
  mount_cgroups(root, folders);
  make_devices(root);
  check(::chdir(root.c_str()), root);
  check(::syscall(SYS_pivot_root, ".", "."), "pivot_root");
  check(::umount2(".", MNT_DETACH), "detach the old root");
  check(::sethostname("bench", 5), "sethostname");
  mask_paths();
  const rlimit limit = {1024, 1024};
  check(::setrlimit(RLIMIT_NOFILE, &limit), "rlimit");
  sock_fprog program = {static_cast<unsigned short>(filter.size()), filter.data()};
  check(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), "seccomp");
  drop_privileges();
  ::execl("/bin/true", "/bin/true", nullptr);
  fail("exec /bin/true");
}

int run(char** argv) {
  std::vector<sock_filter> filter(BPF_MAXINSNS);
  const int bpf = ::open(argv[5], O_RDONLY | O_CLOEXEC);
  check(bpf, argv[5]);
  const ssize_t got = ::read(bpf, filter.data(), filter.size() * sizeof(sock_filter));
  check(got, argv[5]);
  ::close(bpf);
  filter.resize(static_cast<std::size_t>(got) / sizeof(sock_filter));
  int gate[2];
  check(::pipe2(gate, O_CLOEXEC), "pipe");
  const std::vector<std::string> folders = cgroup_folders(argv[4]);
  clone_args args = {};
  args.flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET;
  args.exit_signal = SIGCHLD;
  const long pid = ::syscall(SYS_clone3, &args, sizeof args);
  check(pid, "clone3");
  if (pid == 0) {
    ::_exit(child_main(argv, gate[0], folders, filter));
  }
  make_cgroups(folders);
  check(::write(gate[1], "x", 1), "open the gate");
  int status = 0;
  check(::waitpid(static_cast<pid_t>(pid), &status, 0), "wait");
  for (const std::string& folder : folders) {
    check(::rmdir(folder.c_str()), folder);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], "prepare") == 0) {
    prepare(argv[2], argv[3]);
    return 0;
  }
  if (argc == 6 && std::strcmp(argv[1], "run") == 0) {
    return run(argv);
  }
  std::fputs("usage: floor prepare RULES BPF | floor run ROOTFS FILES CGROUP BPF\n", stderr);
  return 2;
}
