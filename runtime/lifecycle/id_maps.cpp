// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/id_maps.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/path.h"
#include "runtime/base/text.h"
#include "runtime/sys/open.h"
#include "runtime/sys/run_program.h"

namespace wpar::lifecycle {
namespace {

struct MapFile {
  const char* pointer;
  const char* name;    // below /proc/PID
  const char* helper;  // program
  const char* ranges;  // where an administrator gives ranges to users
};
constexpr MapFile kUids = {"/linux/uidMappings", "uid_map", "newuidmap", "/etc/subuid"};
constexpr MapFile kGids = {"/linux/gidMappings", "gid_map", "newgidmap", "/etc/subgid"};

// Looks ranges up in a directory service on some hosts.
constexpr int kHelperSeconds = 60;

// Engines call us with an empty environment. A relative entry would mean whatever directory we are
// in, and that may be somebody else's.
std::string find_helper(const std::string& name) {
  const char* path = std::getenv("PATH");
  const std::string folders = fmt::format("{}:/usr/bin:/bin", path == nullptr ? "" : path);
  for (const std::string_view folder : split(folders, ':')) {
    std::string file = fmt::format("{}/{}", folder, name);
    if (is_absolute(folder) && ::access(file.c_str(), X_OK) == 0) {
      return file;
    }
  }
  return {};
}

std::string require_helper(const std::string& name) {
  std::string helper = find_helper(name);
  if (helper.empty()) {
    throw_error(ErrorKind::kUnsupported,
                "without privileges more than the own id can only be mapped by {}, which is not "
                "installed (Debian: package uidmap)",
                name);
  }
  return helper;
}

void write_by_helper(pid_t pid, const MapFile& file, const std::string& text) {
  sys::Program program = {.path = require_helper(file.helper),
                          .args = {file.helper, std::to_string(pid)},
                          .working_directory = "/",
                          .timeout_seconds = kHelperSeconds};
  std::string map;
  for (const std::string_view word : split_words(text)) {
    program.args.emplace_back(word);
    map += map.empty() ? "" : " ";
    map += word;
  }
  const sys::ProgramResult result = sys::run_program(program);
  if (result.timed_out) {
    throw_error(ErrorKind::kSystem, "{} ran past {} seconds", program.path, kHelperSeconds);
  }
  if (result.exit_code > 128) {
    throw_error(ErrorKind::kSystem, "{} was killed by signal {}", program.path,
                result.exit_code - 128);
  }
  if (result.exit_code != 0) {
    const std::string_view words = trim(result.output);
    throw_error(ErrorKind::kSystem,
                "{} did not write \"{}\" (does {} give these ranges to uid {}?): {}", program.path,
                map, file.ranges, ::getuid(), words.substr(0, words.find('\n')));
  }
}

void write_map(BorrowedFd proc, pid_t pid, const MapFile& file, const std::string& text,
               bool by_helper) {
  in_context(file.pointer, [&] {
    if (by_helper) {
      write_by_helper(pid, file, text);
    } else {
      write_all(sys::open_at(proc, file.name, O_WRONLY), text, file.name);
    }
  });
}

}  // namespace

bool has_id_map_helpers() {
  return !find_helper(kUids.helper).empty() && !find_helper(kGids.helper).empty();
}

void write_id_maps(pid_t pid, const plan::IdMapPlan& maps) {
  const UniqueFd proc = sys::open_path(fmt::format("/proc/{}", pid), O_PATH | O_DIRECTORY);
  write_map(proc, pid, kUids, maps.uid_map, maps.uid_by_helper);
  if (maps.deny_setgroups) {
    write_all(sys::open_at(proc, "setgroups", O_WRONLY), "deny", "setgroups");
  }
  write_map(proc, pid, kGids, maps.gid_map, maps.gid_by_helper);
}

}  // namespace wpar::lifecycle
