// SPDX-License-Identifier: Apache-2.0
// Things that have one place: system calls in runtime/sys, catch where errors end.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "tests/policy/tree.h"

namespace wpar::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// The calls that give a descriptor, make a process, or change what a process may see or do. Their
// flags and their order are the security of the runtime. Calls on a descriptor that one already
// owns (read, fstat, fchmod, waitid, getpid …) need no wrapper.
constexpr std::array kCalls = {
    "open",         "openat",      "creat",         "opendir",     "memfd_create", "pipe",
    "socket",       "socketpair",  "accept",        "mount",       "umount",       "umount2",
    "pivot_root",   "chroot",      "syscall",       "fork",        "vfork",        "clone",
    "execve",       "execveat",    "execv",         "execvp",      "execlp",       "posix_spawn",
    "posix_spawnp", "unshare",     "setns",         "prctl",       "capset",       "setuid",
    "setgid",       "setresuid",   "setresgid",     "setgroups",   "mknod",        "mknodat",
    "kill",         "sethostname", "setdomainname", "personality", "setrlimit",    "prlimit"};

const std::vector<AllowedSite> kCallSites = {
    {"runtime/sys/", "the layer that wraps them: one thin function per call"},
    {"runtime/base/file.cpp", "layer 0 reads and writes whole host files for everybody"},
    {"runtime/base/log.cpp", "layer 0 opens the log file when something is logged"},
    {"runtime/main.cpp",
     "the standard descriptors are made sure of before anything else can open one"},
    {"runtime/state/store.cpp", "the state directory: its own files, below one directory handle"},
    {"runtime/cgroup/cgroup.cpp", "cgroupfs by directory handle; no path of a container"},
    {"runtime/cgroup/directory.cpp", "cgroupfs by directory handle; no path of a container"},
    {"runtime/cgroup/walk.cpp", "cgroupfs by directory handle; no path of a container"},
    {"runtime/cgroup/bpf.cpp", "bpf(2): one caller, and the attribute union is its interface"},
    {"runtime/init/final_exec.cpp", "the last stretch: nothing between the filter and execve"},
    {"hooks/", "separate programs that run on the host; no runtime/init is linked into them"},
};

const std::vector<AllowedSite> kCatchSites = {
    {"runtime/base/error.h", "in_context adds the purpose and throws on"},
    {"runtime/base/rollback.h", "the first failure is the one the user must see"},
    {"runtime/init/init.cpp", "the mains of the children: nothing may leave them but a message"},
    {"runtime/lifecycle/documents.cpp",
     "a failing poststop hook is a warning (runtime.md, lifecycle)"},
    {"specs/oci/inspect_config.cpp", "each is one of the findings that lint collects"},
    {"runtime/lifecycle/matching.cpp", "--regex: one that fails must not spare the others"},
    {"runtime/lifecycle/state.cpp", "one broken container must not hide the others from list"},
    {"specs/yaml/tree.cpp", "the border to yaml-cpp, whose exceptions become ours"},
};

bool is_product(const SourceFile& file) {
  return is_cpp(file) && !is_below(file.path, "tests") && !is_below(file.path, "conformance");
}

Findings check_calls(const SourceFile& file, const std::vector<AllowedSite>& sites) {
  Findings findings;
  if (!is_product(file) || is_allowed(sites, file.path)) {
    return findings;
  }
  for (std::size_t i = 0; i < file.code.size(); ++i) {
    for (const char* call : kCalls) {
      // `::open(` with nothing before the colons: sys::open( is ours.
      const std::string word = fmt::format("::{}(", call);
      for (std::size_t at = file.code[i].find(word); at != std::string::npos;
           at = file.code[i].find(word, at + 1)) {
        const char before = at == 0 ? ' ' : file.code[i][at - 1];
        if (std::isalnum(static_cast<unsigned char>(before)) == 0 && before != '_' &&
            before != '>') {
          findings.push_back(fmt::format(
              "{}:{}: ::{}() belongs into runtime/sys: wrap it there, so that it throws with the "
              "object's name and has its flags (CLOEXEC) from birth",
              file.path, i + 1, call));
          break;
        }
      }
    }
  }
  return findings;
}

Findings check_catches(const SourceFile& file, const std::vector<AllowedSite>& sites) {
  if (!is_product(file) || is_allowed(sites, file.path) || file.path.ends_with("main.cpp")) {
    return {};
  }
  return find_words(file, {{"catch (",
                            "an Error ends in main, in a child main or in a rollback; an expected "
                            "failure is a return value (find_, try_)"}});
}

TEST(SyscallsInSys, NobodyElseCallsTheKernel) {
  const Findings findings = for_each_file(
      repository(), [](const SourceFile& file) { return check_calls(file, kCallSites); });
  EXPECT_TRUE(findings.empty()) << as_text(findings);
}

TEST(SyscallsInSys, TheAllowListIsAlive) {
  EXPECT_THAT(stale_sites(repository(), kCallSites), IsEmpty());
}

TEST(SyscallsInSys, SeesARawCallButNotAWrapper) {
  const auto findings = [](const char* path, const char* code) {
    return check_calls(make_file(path, code), kCallSites);
  };
  EXPECT_THAT(findings("runtime/init/a.cpp", "if (::mount(a) < 0) {}\n"),
              ElementsAre(HasSubstr("a.cpp:1: ::mount()")));
  EXPECT_THAT(findings("runtime/sys/a.cpp", "if (::mount(a) < 0) {}\n"), IsEmpty());
  EXPECT_THAT(findings("runtime/init/a.cpp", "sys::mount(a); root.open(b); // ::open(\n"),
              IsEmpty());
  EXPECT_THAT(findings("tests/a.cpp", "::mount(a);\n"), IsEmpty());
}

TEST(CatchSites, ErrorsAreCaughtWhereTheyEnd) {
  const Findings findings = for_each_file(
      repository(), [](const SourceFile& file) { return check_catches(file, kCatchSites); });
  EXPECT_TRUE(findings.empty()) << as_text(findings);
}

TEST(CatchSites, TheAllowListIsAlive) {
  EXPECT_THAT(stale_sites(repository(), kCatchSites), IsEmpty());
}

TEST(CatchSites, SeesACatchInTheMiddle) {
  const char* code = "try { f(); } catch (const Error&) {}\n";
  EXPECT_THAT(check_catches(make_file("runtime/plan/a.cpp", code), {}), SizeIs(1));
  EXPECT_THAT(check_catches(make_file("runtime/main.cpp", code), {}), IsEmpty());
}

}  // namespace
}  // namespace wpar::policy
