// SPDX-License-Identifier: Apache-2.0
#include "runtime/cgroup/apply.h"

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/cgroup/bpf.h"

namespace wpar::cgroup {
namespace {

bool is_memory_limit(const FileWrite& write) {
  return write.file == "memory.limit_in_bytes" || write.file == "memory.max";
}

[[noreturn]] void refuse(const Directory& directory, const FileWrite& write, int error) {
  if (error == ENOENT) {
    throw_error(ErrorKind::kUnsupported, "{}: this kernel has no {}{}{} in {}", write.pointer,
                write.file, write.other_file.empty() ? "" : " or ", write.other_file,
                directory.path());
  }
  if (error == EBUSY && is_memory_limit(write)) {
    const std::string usage = directory.find("memory.usage_in_bytes").value_or("?");
    throw Error(error,
                fmt::format("{}: {} bytes are less than the {} in use, which cannot be freed",
                            write.pointer, write.text, trim(usage)));
  }
  throw Error(error, fmt::format("{}: write {} to {}/{}", write.pointer, write.text,
                                 directory.path(), write.file));
}

int try_one(const Directory& directory, const FileWrite& write) {
  int error = directory.try_write(write.file, write.text);
  if (error == ENOENT && !write.other_file.empty()) {
    error = directory.try_write(write.other_file, write.other_text);
  }
  return error == ENOENT && write.if_present ? 0 : error;
}

// In the order given, those refused with EINVAL once more after the others, as long as that helps.
void apply_group(const Directory& directory, std::vector<const FileWrite*> left) {
  while (!left.empty()) {
    std::vector<const FileWrite*> refused;
    for (const FileWrite* write : left) {
      const int error = try_one(directory, *write);
      if (error == EINVAL) {
        refused.push_back(write);
      } else if (error != 0) {
        refuse(directory, *write, error);
      }
    }
    if (refused.size() == left.size()) {
      refuse(directory, *refused.front(), EINVAL);
    }
    left = std::move(refused);
  }
}

void check_memory_limit(const Directory& directory, const FileWrite& write) {
  const auto limit = parse_integer<std::int64_t>(write.text);
  if (!is_memory_limit(write) || !limit || *limit < 0) {
    return;
  }
  const std::string file = directory.v2() ? "memory.current" : "memory.usage_in_bytes";
  const auto usage = parse_integer<std::int64_t>(trim(directory.find(file).value_or("0")));
  if (usage.value_or(0) > *limit) {
    throw_error(ErrorKind::kWrongState, "{}: {} bytes are less than the {} in use", write.pointer,
                *limit, *usage);
  }
}

std::string command(const std::set<std::string>& controllers) {
  std::string text;
  for (const std::string& name : controllers) {
    text += fmt::format("{}+{}", text.empty() ? "" : " ", name);
  }
  return text;
}

void apply_writes(const std::vector<Directory>& directories,
                  const std::vector<RoutedWrite>& writes) {
  for (std::size_t i = 0; i < writes.size();) {
    const Directory& directory = directories[writes[i].hierarchy];
    std::vector<const FileWrite*> group;
    do {
      group.push_back(&writes[i].write);
      ++i;
    } while (i < writes.size() && group.back()->dependence != Dependence::kNone &&
             writes[i].write.dependence == group.back()->dependence);
    if (group.size() == 1) {
      if (const int error = try_one(directory, *group.front())) {
        refuse(directory, *group.front(), error);
      }
    } else {
      apply_group(directory, std::move(group));
    }
  }
}

}  // namespace

std::set<std::string> needed_controllers(const std::vector<Hierarchy>& hierarchies,
                                         const std::vector<RoutedWrite>& writes) {
  std::set<std::string> needed;
  for (const RoutedWrite& one : writes) {
    if (hierarchies[one.hierarchy].v2) {
      needed.insert(one.write.controller);
    }
  }
  return needed;
}

void enable_controllers(const Directory& v2, const std::set<std::string>& needed, Mode mode) {
  std::set<std::string> wanted = needed;
  if (mode == Mode::kV2) {
    wanted.insert(v2.hierarchy().controllers.begin(), v2.hierarchy().controllers.end());
  }
  if (wanted.empty()) {
    return;
  }
  const std::string present = v2.find("cgroup.controllers").value_or("");
  for (const std::string_view name : split_words(present)) {
    wanted.erase(std::string(name));
  }
  if (wanted.empty()) {
    return;
  }
  for (const UniqueFd& directory : v2.ancestors()) {
    if (try_write_text(directory, "cgroup.subtree_control", command(wanted)) == 0) {
      continue;
    }
    for (const std::string& name : wanted) {  // one that fails takes the others with it
      const int error = try_write_text(directory, "cgroup.subtree_control", "+" + name);
      if (error != 0 && needed.contains(name)) {
        throw Error(error, fmt::format("switch the controller {} on above {}", name, v2.path()));
      }
    }
  }
}

void apply_route(const std::vector<Directory>& directories, const Route& route, bool check_memory) {
  if (check_memory) {
    for (const RoutedWrite& one : route.writes) {
      check_memory_limit(directories[one.hierarchy], one.write);
    }
  }
  apply_writes(directories, route.writes);
  if (!route.device_program.empty()) {
    const auto v2 = std::find_if(directories.begin(), directories.end(),
                                 [](const Directory& one) { return one.v2(); });
    in_context("/linux/resources/devices",
               [&] { replace_device_program(v2->handle(), v2->path(), route.device_program); });
  }
}

}  // namespace wpar::cgroup
