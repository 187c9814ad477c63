// SPDX-License-Identifier: Apache-2.0
#pragma once
// Groups of the resctrl file system: shares of caches and of memory bandwidth. A class of service
// holds the limits, a monitoring group below it only counts. Carries out plan::IntelRdtPlan; called
// by lifecycle/resctrl.cpp. Kernel: Documentation/filesystems/resctrl.rst.

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/rollback.h"
#include "runtime/plan/plan.h"

namespace wpar::cgroup {

// The mount point in the text of /proc/self/mountinfo; nothing when there is none.
std::optional<std::string> find_resctrl(std::string_view mountinfo);

// Whether the lines of a schemata file say what `line` asks for: "L3:0=7f0;1=1f" has the same masks
// (hexadecimal) for the same domains, "MB:0=20" the same numbers.
bool has_schema(std::string_view schemata, std::string_view line);

class Resctrl {
 public:
  // `root` is the mount point.
  Resctrl(std::string root, const plan::IntelRdtPlan& plan);

  // What will be made for this container alone, outermost first: removed when it is deleted.
  const std::vector<std::string>& directories() const { return directories_; }
  // What has been made so far: removed when its creation fails. More than the above when a named
  // class was not there.
  const std::vector<std::string>& made() const { return made_; }
  // Makes the class of service, or checks the one that is there.
  void make_class();
  void write_schemata() const;
  void make_monitor();
  // The groups that hold the container's tasks, in the order in which a task enters them.
  const std::vector<std::string>& groups() const { return groups_; }

 private:
  void make_directory(const std::string& path);
  void check_class() const;

  std::string root_;
  const plan::IntelRdtPlan& plan_;
  std::string class_;
  bool existed_ = false;
  std::vector<std::string> directories_;
  std::vector<std::string> made_;
  std::vector<std::string> groups_;
};

// Other limits for a class that is in use, until `rollback` takes them back. `group` is its
// directory, right below the mount point; `lines` as in plan::IntelRdtPlan::schemata. Called by
// lifecycle/update.cpp.
void change_schemata(const std::string& group, const std::vector<std::string>& lines,
                     Rollback& rollback);

// Moves one process into each of the groups.
void enter_resctrl_groups(const std::vector<std::string>& groups, pid_t pid);
// Removes the directories, innermost first; one that has gone is no error.
void remove_resctrl_groups(const std::vector<std::string>& directories);

}  // namespace wpar::cgroup
