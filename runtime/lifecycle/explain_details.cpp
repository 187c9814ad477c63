// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/explain_details.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "runtime/base/text.h"
#include "runtime/lifecycle/explain_mounts.h"
#include "runtime/plan/namespaces.h"
#include "runtime/plan/rlimits.h"
#include "specs/oci/capability_names.h"

namespace wpar::lifecycle {
namespace {

using plan::Plan;
using Lines = std::vector<std::string>;

Lines mounts(const Plan& plan) {
  Lines lines;
  for (const plan::MountPlan& mount : plan.mounts) {
    lines.push_back(describe_mount(mount));
  }
  return lines;
}

Lines new_namespaces(const Plan& plan) {
  Lines lines;
  for (const plan::NamespaceFact& fact : plan::kNamespaceKinds) {
    if (plan.creates(fact.clone_flag)) {
      lines.push_back(fmt::format("new {} namespace", fact.word));
    }
  }
  return lines;
}

Lines joins(const Plan& plan) {
  Lines lines;
  for (const plan::NamespaceJoin& join : plan.namespaces.join) {
    for (const plan::NamespaceFact& fact : plan::kNamespaceKinds) {
      if (fact.kind == join.kind) {
        lines.push_back(fmt::format("{}: {}", fact.word, join.path));
      }
    }
  }
  return lines;
}

Lines id_maps(const Plan& plan) {
  Lines lines;
  for (const auto& [name, map] :
       {std::pair("uid_map", plan.id_maps.uid_map), std::pair("gid_map", plan.id_maps.gid_map)}) {
    for (const std::string_view line : split(map, '\n')) {
      if (!line.empty()) {
        lines.push_back(fmt::format("{}: {}", name, line));
      }
    }
  }
  return lines;
}

Lines devices(const Plan& plan) {
  Lines lines;
  for (const plan::DevicePlan& device : plan.devices) {
    if (device.bind) {
      lines.push_back(fmt::format("{}: bind of the host's", device.path));
      continue;
    }
    const char type = S_ISBLK(device.mode) ? 'b' : S_ISFIFO(device.mode) ? 'p' : 'c';
    lines.push_back(fmt::format("{}: {} {}:{} mode {:04o} owner {}:{}", device.path, type,
                                major(device.device), minor(device.device), device.mode & 07777U,
                                device.uid, device.gid));
  }
  for (const plan::SymlinkPlan& link : plan.links) {
    lines.push_back(fmt::format("{}: link to {}", link.path, link.target));
  }
  return lines;
}

Lines hooks(const std::vector<plan::HookPlan>& list, std::string_view kind) {
  Lines lines;
  for (const plan::HookPlan& hook : list) {
    lines.push_back(fmt::format(
        "{}: {}{}", kind, join(hook.args, " "),
        hook.timeout_seconds == 0 ? "" : fmt::format(" (at most {} s)", hook.timeout_seconds)));
    if (hook.args.front() != hook.path) {
      lines.back() += fmt::format(", program {}", hook.path);
    }
  }
  return lines;
}

Lines runtime_hooks(const Plan& plan) {
  Lines lines = hooks(plan.hooks.prestart, "prestart");
  for (std::string& line : hooks(plan.hooks.create_runtime, "createRuntime")) {
    lines.push_back(std::move(line));
  }
  return lines;
}

Lines create_container_hooks(const Plan& plan) {
  return hooks(plan.hooks.create_container, "createContainer");
}

Lines start_container_hooks(const Plan& plan) {
  return hooks(plan.hooks.start_container, "startContainer");
}

Lines sysctls(const Plan& plan) {
  Lines lines;
  for (const plan::SysctlPlan& sysctl : plan.sysctls) {
    lines.push_back(fmt::format("/proc/sys/{} = {}", sysctl.path, sysctl.value));
  }
  return lines;
}

Lines root(const Plan& plan) {
  return {plan.root.path,
          "propagation on the way in: " + propagation_word(plan.root.host_propagation)};
}

Lines root_switch(const Plan& plan) {
  return {plan.root.root_switch == plan::RootSwitch::kPivot ? "pivot_root(2)"
                                                            : "by moving the mount (--no-pivot)"};
}

Lines container_propagation(const Plan& plan) {
  return plan.root.container_propagation == 0
             ? Lines{}
             : Lines{propagation_word(plan.root.container_propagation)};
}

Lines read_only(const Plan& plan) {
  Lines lines;
  if (plan.root.read_only) {
    lines.emplace_back("/");
  }
  for (const plan::MountPlan& mount : plan.mounts) {
    if (mount.read_only_late) {
      lines.push_back(mount.destination);
    }
  }
  return lines;
}

Lines masks(const Plan& plan) {
  Lines lines;
  for (const std::string& path : plan.masked_paths) {
    lines.push_back("hide " + path);
  }
  for (const std::string& path : plan.readonly_paths) {
    lines.push_back("read-only " + path);
  }
  return lines;
}

Lines names(const Plan& plan) {
  Lines lines;
  if (!plan.hostname.empty()) {
    lines.push_back("hostname " + plan.hostname);
  }
  if (!plan.domainname.empty()) {
    lines.push_back("domainname " + plan.domainname);
  }
  return lines;
}

Lines console(const Plan& plan) {
  return plan.process.terminal ? Lines{"a terminal of the container's own devpts"} : Lines{};
}

Lines working_directory(const Plan& plan) {
  return plan.process.cwd.empty() ? Lines{} : Lines{plan.process.cwd};
}

Lines limits(const Plan& plan) {
  Lines lines;
  for (const plan::RlimitPlan& limit : plan.process.rlimits) {
    lines.push_back(fmt::format("{} soft {} hard {}", plan::rlimit_name(limit.resource), limit.soft,
                                limit.hard));
  }
  return lines;
}

Lines label(const Plan& plan) {
  Lines lines;
  if (!plan.process.apparmor_profile.empty()) {
    lines.push_back("AppArmor profile " + plan.process.apparmor_profile);
  }
  if (!plan.process.selinux_label.empty()) {
    lines.push_back("SELinux label " + plan.process.selinux_label);
  }
  return lines;
}

std::string capability_words(std::uint64_t set) {
  Lines words;
  for (std::size_t i = 0; i < oci::kCapabilityNames.size(); ++i) {
    if ((set >> i & 1U) != 0) {
      words.emplace_back(oci::kCapabilityNames[i]);
    }
  }
  return words.empty() ? "none" : join(words, " ");
}

Lines user(const Plan& plan) {
  const plan::ProcessPlan& process = plan.process;
  Lines lines = {fmt::format("uid {} gid {}", process.uid, process.gid)};
  if (!process.groups.empty()) {
    lines.push_back(fmt::format("groups {}", fmt::join(process.groups, " ")));
  }
  if (process.set_umask) {
    lines.push_back(fmt::format("umask {:04o}", process.umask));
  }
  const plan::CapabilityPlan& sets = process.capabilities;
  for (const auto& [name, set] :
       {std::pair("bounding", sets.bounding), std::pair("effective", sets.effective),
        std::pair("permitted", sets.permitted), std::pair("inheritable", sets.inheritable),
        std::pair("ambient", sets.ambient)}) {
    lines.push_back(fmt::format("{} capabilities: {}", name, capability_words(set)));
  }
  if (process.no_new_privileges) {
    lines.emplace_back("no_new_privs");
  }
  return lines;
}

Lines program(const Plan& plan) {
  const plan::ProcessPlan& process = plan.process;
  if (!plan.has_process) {
    return {"there is none: start would refuse"};
  }
  Lines lines;
  if (process.seccomp.moment != plan::SeccompMoment::kNever) {
    lines.push_back(fmt::format("seccomp filter of {} instructions, loaded {}",
                                process.seccomp.filter.size(),
                                process.seccomp.moment == plan::SeccompMoment::kJustBeforeExec
                                    ? "just before the program"
                                    : "before the last capabilities are dropped"));
  }
  for (const std::string& variable : process.env) {
    lines.push_back("env " + variable);
  }
  lines.push_back("run " + join(process.args, " "));
  return lines;
}

struct Describer {
  std::string_view step;
  Lines (*describe)(const Plan& plan);  // no lines: the step does nothing for this plan
};

constexpr Describer kDescribers[] = {
    {"join the namespaces", joins},
    {"become root in the user namespace", id_maps},
    {"set up the root mount", root},
    {"set up the mounts", mounts},
    {"set up the devices", devices},
    {"wait for the hooks", runtime_hooks},
    {"run the createContainer hooks", create_container_hooks},
    {"set the sysctls", sysctls},
    {"change the root", root_switch},
    {"set the root propagation", container_propagation},
    {"open the console", console},
    {"set the names", names},
    {"make mounts read-only", read_only},
    {"hide and lock paths", masks},
    {"change to the working directory", working_directory},
    {"set the resource limits", limits},
    {"set the security label", label},
    {"become the user", user},
    {"run the startContainer hooks", start_container_hooks},
    {"start container process", program},
};

void add(std::vector<ExplainedStep>& steps, std::string what, std::string why, Lines details) {
  if (!details.empty()) {
    steps.push_back({"runtime", std::move(what), std::move(why), std::move(details)});
  }
}

Lines bind_sources(const Plan& plan) {
  Lines lines;
  for (const plan::MountPlan& mount : plan.mounts) {
    if (mount.kind == plan::MountKind::kBind) {
      lines.push_back(mount.source);
    }
  }
  return lines;
}

}  // namespace

void add_runtime_steps(const Plan& plan, std::vector<ExplainedStep>& steps) {
  add(steps, "open the bind sources",
      "before the container exists: no mount of its own can change what they mean",
      bind_sources(plan));
  Lines made = new_namespaces(plan);
  if (made.empty()) {
    made.emplace_back("no new namespace");
  }
  add(steps, "clone init", "one process, born into its namespaces and its cgroup", std::move(made));
}

void add_init_step(const Plan& plan, const init::StepEntry& step,
                   std::vector<ExplainedStep>& steps) {
  Lines details;
  for (const Describer& row : kDescribers) {
    if (row.step == step.name) {
      details = row.describe(plan);
      if (details.empty()) {
        return;
      }
    }
  }
  steps.push_back({"init", step.name, step.reason, std::move(details)});
}

void add_final_steps(const Plan& plan, std::vector<ExplainedStep>& steps) {
  add(steps, "run the poststart hooks", "the program runs (runtime.md, lifecycle 9)",
      hooks(plan.hooks.poststart, "poststart"));
  add(steps, "run the poststop hooks", "after delete (runtime.md, lifecycle 13)",
      hooks(plan.hooks.poststop, "poststop"));
}

std::vector<std::string_view> explained_step_names() {
  std::vector<std::string_view> step_names;
  for (const Describer& row : kDescribers) {
    step_names.push_back(row.step);
  }
  return step_names;
}

}  // namespace wpar::lifecycle
