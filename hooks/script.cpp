// SPDX-License-Identifier: Apache-2.0
#include "hooks/script.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include <vector>

#include "runtime/base/error.h"
#include "runtime/base/fd.h"
#include "runtime/base/path.h"
#include "runtime/base/text.h"
#include "runtime/sys/run_program.h"

extern char** environ;

namespace wpar::hooks {
namespace {

constexpr std::size_t kMaxErrorLines = 10;  // of the script's stderr, in our one message

template <typename... Args>
[[noreturn]] void refuse(const std::string& path, fmt::format_string<Args...> text,
                         Args&&... args) {
  throw_error(ErrorKind::kInvalidArgument, "script {}: {}", path,
              fmt::format(text, std::forward<Args>(args)...));
}

struct stat look_at(BorrowedFd fd, const std::string& path) {
  struct stat status {};
  if (::fstat(fd.get(), &status) < 0) {
    throw_errno("look at {}", path);
  }
  return status;
}

// In a sticky directory only the owner of an entry can replace it.
bool others_can_replace(const struct stat& status) {
  const bool writable = (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
  const bool sticky = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;
  return status.st_uid != 0 || (writable && !sticky);
}

void check_component(const struct stat& status, const std::string& path, const std::string& here) {
  if (S_ISLNK(status.st_mode)) {
    refuse(path, "{} is a symbolic link, give the path behind it", here);
  }
  if (status.st_uid != 0) {
    refuse(path, "{} belongs to user {}, not to root", here, status.st_uid);
  }
  if (others_can_replace(status)) {
    refuse(path, "{} is writable by others than root (mode {:04o})", here, status.st_mode & 07777);
  }
}

std::vector<std::string> script_environment(const oci::State& state, Phase phase) {
  std::vector<std::string> environment;
  bool has_path = false;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    has_path |= text.starts_with("PATH=");
    if (!text.starts_with("WPAR_")) {
      environment.emplace_back(text);
    }
  }
  if (!has_path) {
    environment.emplace_back("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  }
  environment.push_back("WPAR_NAME=" + name_of_wpar(state));
  environment.push_back("WPAR_ID=" + state.id);
  environment.push_back("WPAR_BUNDLE=" + state.bundle);
  if (phase == Phase::kStart && state.pid > 0) {
    environment.push_back(fmt::format("WPAR_PID={}", state.pid));
  }
  return environment;
}

// "a\nb\n" → "a; b": an error is one line.
std::string last_lines(std::string_view text) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) {
    if (!trim(line).empty()) {
      lines.emplace_back(trim(line));
    }
  }
  if (lines.size() > kMaxErrorLines) {
    lines.erase(lines.begin(), lines.end() - kMaxErrorLines);
  }
  return join(lines, "; ");
}

}  // namespace

void check_script(const std::string& path) {
  if (!is_absolute(path) || has_nul(path)) {
    throw_error(ErrorKind::kInvalidArgument, "script \"{}\": expected an absolute path", path);
  }
  if (clean_path(path) != path) {
    refuse(path, "write it as {}", clean_path(path));
  }
  UniqueFd here(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!here) {
    throw_errno("open /");
  }
  std::string walked = "/";
  check_component(look_at(here, walked), path, walked);
  for (const std::string_view word : split(std::string_view(path).substr(1), '/')) {
    const std::string name(word);
    walked = join_path(walked, name);
    UniqueFd next(::openat(here.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!next) {
      throw_errno("script {}: open {}", path, walked);
    }
    check_component(look_at(next, walked), path, walked);
    here = std::move(next);
  }
  const struct stat status = look_at(here, path);
  if (!S_ISREG(status.st_mode)) {
    refuse(path, "not a regular file");
  }
  if ((status.st_mode & S_IXUSR) == 0) {
    refuse(path, "not executable (mode {:04o})", status.st_mode & 07777);
  }
}

void run_user_script(const HookRequest& request) {
  if (request.words.size() != 2) {
    throw_error(ErrorKind::kInvalidArgument,
                "expected two arguments: start or stop, and the script's path");
  }
  const std::string& word = request.words[0];
  const std::string& path = request.words[1];
  const Phase phase = parse_phase(word);
  check_script(path);
  // Ignored by whoever started us, it would take the exit code away.
  ::signal(SIGCHLD, SIG_DFL);
  const sys::ProgramResult result =
      sys::run_program({.path = path,
                        .args = {path, word, name_of_wpar(request.state)},
                        .env = script_environment(request.state, phase),
                        .working_directory = "/",
                        .has_our_stdout = true,
                        .dies_with_us = true});
  if (result.exit_code == 0) {
    return;
  }
  const std::string how = result.signal != 0 ? fmt::format("killed by signal {}", result.signal)
                                             : fmt::format("exit code {}", result.exit_code);
  const std::string said = last_lines(result.output);
  throw_error(ErrorKind::kSystem, "script {} {}: {}{}{}", path, word, how, said.empty() ? "" : ": ",
              said);
}

}  // namespace wpar::hooks
