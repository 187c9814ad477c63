// SPDX-License-Identifier: Apache-2.0
#include <sched.h>

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/log.h"
#include "runtime/lifecycle/container.h"
#include "runtime/lifecycle/mount_sources.h"
#include "runtime/lifecycle/spawn.h"
#include "runtime/plan/build.h"
#include "specs/oci/parse_config.h"

namespace wpar::lifecycle {
namespace {

Container open_living(const Context& context, const std::string& id) {
  Container container = open_container(context, id, state::Lock::kExclusive);
  if (container.status == state::Status::kStopped) {
    throw_error(ErrorKind::kWrongState, "container not running");
  }
  if ((container.record.namespaces & CLONE_NEWNS) == 0) {
    throw_error(ErrorKind::kUnsupported,
                "container {} has no mount namespace of its own: its mounts cannot be changed", id);
  }
  return container;
}

std::vector<oci::Mount> read_mounts(const std::string& file) {
  return in_context(file, [&] { return oci::parse_mounts(read_file(file)); });
}

void run_steps(const Container& container, const plan::Plan& plan, init::MountSources sources,
               std::span<const init::StepEntry> steps) {
  init::Input input;
  input.plan = &plan;
  input.process = &plan.process;
  input.sources = std::move(sources);
  input.target = find_init(container.record);
  if (!input.target) {
    throw_error(ErrorKind::kWrongState, "container not running");
  }
  input.target_namespaces = static_cast<int>(container.record.namespaces);
  // Only a new procfs must see the container's processes; nobody of them needs to see us.
  if (std::none_of(plan.mounts.begin(), plan.mounts.end(),
                   [](const plan::MountPlan& mount) { return mount.type == "proc"; })) {
    input.target_namespaces &= ~CLONE_NEWPID;
  }
  Spawned process = spawn_for_mounts(std::move(input), steps);
  wait_until_ready(process, steps);
}

}  // namespace

void add_mounts(const Context& context, const std::string& id, const std::string& file) {
  const Container container = open_living(context, id);
  const oci::Config config = oci::parse_config(container.entry.config_text());
  const std::vector<oci::Mount> mounts = read_mounts(file);
  const plan::Plan plan = in_context(file, [&] {
    return plan::build_mounts_plan(config, mounts, plan::look_at_host(context.root),
                                   {.id = id, .bundle = container.record.bundle});
  });
  for (const std::string& warning : plan.warnings) {
    log::warn(warning);
  }
  run_steps(container, plan,
            open_list_sources(plan, cgroup::look_at_hierarchies(),
                              open_cgroup(container.record.cgroup_directories)),
            init::add_mounts_steps());
}

void remove_mounts(const Context& context, const std::string& id, const std::string& file) {
  const Container container = open_living(context, id);
  const std::vector<oci::Mount> mounts = read_mounts(file);
  const plan::Plan plan = in_context(file, [&] { return plan::build_removal_plan(mounts); });
  run_steps(container, plan, {}, init::remove_mounts_steps());
}

}  // namespace wpar::lifecycle
