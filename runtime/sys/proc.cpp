// SPDX-License-Identifier: Apache-2.0
#include "runtime/sys/proc.h"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include <memory>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/text.h"

namespace wpar::sys {

std::optional<ProcessStat> parse_process_stat(std::string_view text) {
  // The command in brackets is the process's own choice: what counts begins after the last bracket.
  const std::size_t bracket = text.rfind(')');
  if (bracket == std::string_view::npos) {
    return std::nullopt;
  }
  const auto words = split_words(text.substr(bracket + 1));
  constexpr std::size_t kStateField = 0;       // field 3 of proc_pid_stat(5)
  constexpr std::size_t kParentField = 1;      // field 4
  constexpr std::size_t kStartTimeField = 19;  // field 22
  if (words.size() <= kStartTimeField || words[kStateField].size() != 1) {
    return std::nullopt;
  }
  const auto start_time = parse_integer<std::uint64_t>(words[kStartTimeField]);
  const auto parent = parse_integer<pid_t>(words[kParentField]);
  if (!start_time || !parent) {
    return std::nullopt;
  }
  return ProcessStat{.state = words[kStateField][0], .parent = *parent, .start_time = *start_time};
}

std::optional<ProcessStat> find_process_stat(pid_t pid) {
  const auto text = find_file(fmt::format("/proc/{}/stat", pid));
  return text ? parse_process_stat(*text) : std::nullopt;
}

std::vector<pid_t> process_ids() {
  const std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), ::closedir);
  if (!proc) {
    throw_errno("list /proc");
  }
  std::vector<pid_t> pids;
  while (const dirent* entry = ::readdir(proc.get())) {
    if (const auto pid = parse_integer<pid_t>(std::string_view(entry->d_name))) {
      pids.push_back(*pid);
    }
  }
  return pids;
}

std::optional<std::uint64_t> find_pid_namespace(pid_t pid) {
  struct stat info = {};
  if (::stat(fmt::format("/proc/{}/ns/pid", pid).c_str(), &info) < 0) {
    return std::nullopt;
  }
  return info.st_ino;
}

bool is_running(pid_t pid, std::uint64_t start_time) {
  const auto stat = find_process_stat(pid);
  return stat && stat->start_time == start_time && stat->state != 'Z' && stat->state != 'X';
}

bool kernel_is_at_least(unsigned int major, unsigned int minor) {
  utsname info = {};
  if (::uname(&info) < 0) {
    throw_errno("uname");
  }
  const auto parts = split(info.release, '.');
  const auto found_major = parse_integer<unsigned int>(parts[0]);
  const auto found_minor = parse_integer<unsigned int>(
      parts.size() > 1 ? parts[1].substr(0, parts[1].find_first_not_of("0123456789")) : "");
  return found_major && found_minor &&
         (*found_major > major || (*found_major == major && *found_minor >= minor));
}

}  // namespace wpar::sys
