// SPDX-License-Identifier: Apache-2.0
#include "runtime/cgroup/apply.h"

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/cgroup/bpf.h"
#include "runtime/cgroup/undo.h"

namespace wpar::cgroup {
namespace {

bool is_memory_limit(const FileWrite& write) {
  return write.file == "memory.limit_in_bytes" || write.file == "memory.max";
}

// Writes, and when that is wanted keeps what was there before.
class Writer {
 public:
  Writer(const std::vector<Directory>& directories, std::vector<Undo>* done)
      : directories_(directories), done_(done) {}

  const Directory& directory_of(const RoutedWrite& one) const {
    return directories_[one.hierarchy];
  }

  int try_one(const RoutedWrite& one) const {
    const FileWrite& write = one.write;
    int error = try_file(one, write.file, write.text);
    if (error == ENOENT && !write.other_file.empty()) {
      error = try_file(one, write.other_file, write.other_text);
    }
    return error == ENOENT && write.if_present ? 0 : error;
  }

  // In the order given, those refused with EINVAL once more after the others, as long as that
  // helps.
  void apply_group(std::vector<const RoutedWrite*> left) const {
    while (!left.empty()) {
      std::vector<const RoutedWrite*> refused;
      for (const RoutedWrite* one : left) {
        const int error = try_one(*one);
        if (error == EINVAL) {
          refused.push_back(one);
        } else if (error != 0) {
          refuse(directory_of(*one), one->write, error);
        }
      }
      if (refused.size() == left.size()) {
        refuse(directory_of(*refused.front()), refused.front()->write, EINVAL);
      }
      left = std::move(refused);
    }
  }

 private:
  int try_file(const RoutedWrite& one, const std::string& file, const std::string& text) const {
    const Directory& directory = directory_of(one);
    const auto before = done_ != nullptr ? directory.find(file) : std::nullopt;
    const int error = directory.try_write(file, text);
    if (error == 0 && before) {
      done_->push_back({one.hierarchy, file, undo_text(one.write, file, *before)});
    }
    return error;
  }

  const std::vector<Directory>& directories_;
  std::vector<Undo>* done_;
};

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

// Above what somebody was given there may be no right to write, and no need.
bool is_on(BorrowedFd directory, const std::string& controller) {
  const std::string names = find_text(directory, "cgroup.subtree_control").value_or("");
  const auto on = split_words(names);
  return std::find(on.begin(), on.end(), controller) != on.end();
}

// cgroup-v2.rst, "No Internal Process Constraint": all but the root of the machine, which has no
// type. A controller that can count threads (cpu, pids) would not fail there but make the cgroup a
// threaded domain, and what is below it would take no container.
bool takes_processes_only(BorrowedFd directory) {
  return find_text(directory, "cgroup.type") && find_text(directory, "cgroup.procs") != "";
}

template <typename OnFailure>
void switch_on(BorrowedFd directory, const std::set<std::string>& wanted, OnFailure on_failure) {
  const bool busy = takes_processes_only(directory);
  if (!busy && try_write_text(directory, "cgroup.subtree_control", command(wanted)) == 0) {
    return;
  }
  for (const std::string& name : wanted) {  // one that fails takes the others with it
    const int error =
        busy ? EBUSY : try_write_text(directory, "cgroup.subtree_control", "+" + name);
    if (error != 0) {
      on_failure(name, error);
    }
  }
}

[[noreturn]] void refuse_controller(const std::string& controller, const std::string& at,
                                    const std::string& cgroup, int error) {
  if (error == EBUSY) {
    throw_error(ErrorKind::kWrongState,
                "the cgroup {} has processes of its own, so that it cannot hand the controller {} "
                "on to {}",
                at, controller, cgroup);
  }
  throw Error(error,
              fmt::format("switch the controller {} on in {} for {}", controller, at, cgroup));
}

void apply_writes(const Writer& writer, const std::vector<RoutedWrite>& writes) {
  for (std::size_t i = 0; i < writes.size();) {
    std::vector<const RoutedWrite*> group;
    do {
      group.push_back(&writes[i]);
      ++i;
    } while (i < writes.size() && group.back()->write.dependence != Dependence::kNone &&
             writes[i].write.dependence == group.back()->write.dependence);
    if (group.size() == 1) {
      if (const int error = writer.try_one(*group.front())) {
        refuse(writer.directory_of(*group.front()), group.front()->write, error);
      }
    } else {
      writer.apply_group(std::move(group));
    }
  }
}

}  // namespace

void refuse(const Directory& directory, const FileWrite& write, int error) {
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

std::set<std::string> needed_controllers(const std::vector<Hierarchy>& hierarchies,
                                         const std::vector<RoutedWrite>& writes) {
  std::set<std::string> needed;
  for (const RoutedWrite& one : writes) {
    const auto& names = hierarchies[one.hierarchy].controllers;
    if (hierarchies[one.hierarchy].v2 &&
        std::find(names.begin(), names.end(), one.write.controller) != names.end()) {
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
  std::string path = v2.hierarchy().mount_point;
  std::string_view below = std::string_view(v2.path()).substr(path == "/" ? 0 : path.size());
  for (const UniqueFd& directory : v2.ancestors()) {
    switch_on(directory, wanted, [&](const std::string& name, int error) {
      if (needed.contains(name) && !is_on(directory, name)) {
        refuse_controller(name, path, v2.path(), error);
      }
    });
    const std::size_t end = std::min(below.find('/', 1), below.size());
    path += below.substr(0, end);
    below.remove_prefix(end);
  }
}

void take_back(const std::vector<Directory>& directories, const std::vector<Undo>& done) {
  for (auto one = done.rbegin(); one != done.rend(); ++one) {
    // A failure here has nobody to tell: the one that began it is on its way up.
    static_cast<void>(directories[one->directory].try_write(one->file, one->text));
  }
}

void apply_route(const std::vector<Directory>& directories, const Route& route, bool check_memory,
                 std::vector<Undo>* done) {
  if (check_memory) {
    for (const RoutedWrite& one : route.writes) {
      check_memory_limit(directories[one.hierarchy], one.write);
    }
  }
  apply_writes(Writer(directories, done), route.writes);
  if (!route.device_program.empty()) {
    const auto v2 = std::find_if(directories.begin(), directories.end(),
                                 [](const Directory& one) { return one.v2(); });
    in_context("/linux/resources/devices",
               [&] { replace_device_program(v2->handle(), v2->path(), route.device_program); });
  }
}

}  // namespace wpar::cgroup
