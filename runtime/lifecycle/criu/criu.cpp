// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/criu/criu.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "runtime/base/errno_text.h"
#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/log.h"
#include "runtime/base/path.h"
#include "runtime/base/rollback.h"
#include "runtime/base/text.h"
#include "runtime/sys/open.h"
#include "runtime/sys/root_dir.h"
#include "runtime/sys/run_program.h"
#include "runtime/sys/socket.h"
#include "runtime/sys/start_program.h"

namespace wpar::lifecycle {
namespace {

// 3.17, which Debian 12 has, cannot restore on kernels since 6.x; rpc.proto of 4.0 is what
// criu_request.cpp speaks.
constexpr CriuVersion kOldest = {.major = 4, .minor = 0, .sublevel = 0};
constexpr const char* kWhatToInstall =
    "checkpoint and restore need CRIU 4.0 or newer (Debian 13: apt install criu; WPAR_CRIU names "
    "another program)";
constexpr const char* kUsualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::size_t kLargestAnswer = std::size_t{64} << 10;
constexpr std::size_t kLargestLog = std::size_t{1} << 30;
constexpr int kLazyPipeBytes = 4 << 20;  // 819 pages, which the kernel rounds up
constexpr int kCleanUpMs = 20'000;

std::string search_path() {
  const char* path = std::getenv("PATH");
  return path != nullptr && *path != '\0' ? path : kUsualPath;
}

std::string find_criu() {
  const char* chosen = std::getenv("WPAR_CRIU");
  std::string name = chosen != nullptr && *chosen != '\0' ? chosen : "criu";
  if (name.find('/') != std::string::npos) {
    return name;
  }
  const std::string path = search_path();
  for (const std::string_view directory : split(path, ':')) {
    std::string candidate = fmt::format("{}/{}", directory, name);
    if (is_absolute(candidate) && ::access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
  }
  throw_error(ErrorKind::kUnsupported, "exec: \"{}\": executable file not found in $PATH: {}", name,
              kWhatToInstall);
}

// CRIU runs tar, ip and iptables; some callers give us no PATH.
std::vector<std::string> environment() {
  std::vector<std::string> result = {"PATH=" + search_path()};
  for (char** one = environ; *one != nullptr; ++one) {
    if (!std::string_view(*one).starts_with("PATH=")) {
      result.emplace_back(*one);
    }
  }
  return result;
}

std::string_view word_of(CriuTopic topic) {
  return topic == CriuTopic::kRestore ? "restore" : topic == CriuTopic::kDump ? "dump" : "pre-dump";
}

// `criu check`: does it know this kernel?
bool passes_check(const std::string& program) {
  return sys::run_program({.path = program, .args = {"criu", "check"}, .env = environment()})
             .exit_code == 0;
}

}  // namespace

Criu::Criu(const CriuStart& start) : program_(find_criu()) {
  auto [ours, theirs] = sys::make_packet_pair();
  // Its log tells all that it says there, and we print the one error.
  const UniqueFd nowhere = sys::open_path("/dev/null", O_WRONLY);
  channel_ = std::move(ours);
  sys::ProgramStart program = {.path = program_,
                               .args = {"criu", "swrk", "3"},
                               .env = environment(),
                               .descriptors = {theirs},
                               .error = nowhere,
                               .into_cgroup = start.entry.v2_directory.get(),
                               .own_mount = start.root};
  program.descriptors.insert(program.descriptors.end(), start.descriptors.begin(),
                             start.descriptors.end());
  program.cgroup_tasks.assign(start.entry.v1_tasks.begin(), start.entry.v1_tasks.end());
  child_ = sys::start_program(program);
  theirs.reset();
  version_ = in_context(fmt::format("ask {} for its version", program_),
                        [&] { return ask(write_criu_version_request()).version; });
  log::debug("{} is CRIU {}", program_, version_text(version_));
  if (version_ < kOldest) {
    throw_error(ErrorKind::kUnsupported, "{} is CRIU {}: {}", program_, version_text(version_),
                kWhatToInstall);
  }
}

Criu::~Criu() {
  channel_.reset();
  sys::wait_for_end(child_.pidfd(), kCleanUpMs);
}

CriuResponse Criu::ask(const std::string& question) {
  sys::send_packet(channel_, std::as_bytes(std::span(question)), BorrowedFd(-1));
  return receive(nullptr);
}

CriuResponse Criu::receive(UniqueFd* descriptor) {
  std::string buffer(kLargestAnswer, '\0');
  const std::size_t got =
      sys::receive_packet(channel_, std::as_writable_bytes(std::span(buffer)), descriptor);
  if (got == 0) {
    throw_error(ErrorKind::kSystem, "{} ended without an answer", program_);
  }
  return parse_criu_response(std::string_view(buffer).substr(0, got));
}

void Criu::require_memory_tracking() {
  if (!ask(write_criu_feature_request()).tracks_memory) {
    throw_error(ErrorKind::kUnsupported,
                "this kernel does not track changed memory (CONFIG_MEM_SOFT_DIRTY), which "
                "--pre-dump and --parent-path need");
  }
}

void Criu::require_lazy_pages() {
  if (!ask(write_criu_feature_request()).lazy_pages) {
    throw_error(ErrorKind::kUnsupported,
                "this kernel has no userfaultfd(2) that is good enough for --lazy-pages");
  }
  // CRIU does not look whether it got one, and fails when the first page is asked for.
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) {
    throw_errno("create a pipe");
  }
  const UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  if (::fcntl(reader.get(), F_SETPIPE_SZ, kLazyPipeBytes) < 0) {
    throw_error(ErrorKind::kUnsupported,
                "--lazy-pages needs a pipe of {} bytes: CAP_SYS_RESOURCE, or more in "
                "/proc/sys/fs/pipe-max-size",
                kLazyPipeBytes);
  }
}

UniqueFd Criu::open_directory(const std::string& path) const {
  const sys::RootDir root(
      sys::open_path(fmt::format("/proc/{}/root", child_.pid()), O_PATH | O_DIRECTORY));
  return root.open(path, O_RDONLY | O_DIRECTORY);
}

CriuResponse Criu::request(CriuTopic topic, const CriuOptions& options, const std::string& log_path,
                           const CriuNotified& notified) {
  const std::string question = write_criu_request(topic, options);
  sys::send_packet(channel_, std::as_bytes(std::span(question)), BorrowedFd(-1));
  for (;;) {
    UniqueFd descriptor;
    CriuResponse response = receive(&descriptor);
    if (response.topic != CriuTopic::kNotify) {
      if (response.topic != topic || !response.success) {
        fail(topic, response, log_path);
      }
      return response;
    }
    log::debug("criu: {}", response.script);
    Rollback refuse;
    refuse.on_failure([&] {
      const std::string no = write_criu_notify_answer(false);
      sys::send_packet(channel_, std::as_bytes(std::span(no)), BorrowedFd(-1));
    });
    notified(response, std::move(descriptor));
    refuse.keep();
    const std::string yes = write_criu_notify_answer(true);
    sys::send_packet(channel_, std::as_bytes(std::span(yes)), BorrowedFd(-1));
  }
}

void Criu::fail(CriuTopic topic, const CriuResponse& response, const std::string& log_path) {
  std::string reason = errors_in_criu_log(find_file(log_path, kLargestLog).value_or(""));
  if (reason.empty() && !response.message.empty()) {
    reason = errors_in_criu_log(response.message);
  }
  if (reason.empty() && response.error != 0) {
    reason = errno_text(response.error);
  }
  if (!passes_check(program_)) {
    reason += fmt::format("{}\"{} check\" fails too: perhaps this kernel needs a newer CRIU",
                          reason.empty() ? "" : "; ", program_);
  }
  throw_error(ErrorKind::kSystem, "criu {} could not {}: {} (see {})", version_text(version_),
              word_of(topic), reason.empty() ? "it gives no reason" : reason, log_path);
}

}  // namespace wpar::lifecycle
