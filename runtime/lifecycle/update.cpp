// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/update.h"

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/log.h"
#include "runtime/cgroup/resctrl.h"
#include "runtime/lifecycle/container.h"
#include "runtime/lifecycle/systemd.h"
#include "runtime/plan/findings.h"
#include "runtime/plan/intel_rdt.h"
#include "specs/oci/parse_config.h"
#include "specs/oci/write_config.h"

namespace wpar::lifecycle {
namespace {

constexpr int kStdin = 0;

oci::Resources read_resources(const UpdateOptions& options) {
  if (options.resources_file.empty()) {
    return options.resources;
  }
  return in_context(fmt::format("--resources {}", options.resources_file), [&] {
    return oci::parse_resources(options.resources_file == "-" ? read_fd(BorrowedFd(kStdin), "stdin")
                                                              : read_file(options.resources_file));
  });
}

// Lines for the class that the container was put into; the root's class is the host's.
std::vector<std::string> plan_schemata(const Container& container, const UpdateOptions& options,
                                       oci::Config& config) {
  oci::IntelRdt asked;
  asked.l3_cache_schema = options.l3_cache_schema;
  asked.mem_bw_schema = options.mem_bw_schema;
  if (asked.l3_cache_schema->empty() && asked.mem_bw_schema->empty()) {
    return {};
  }
  if (!config.linux_.intel_rdt || container.record.resctrl_groups.empty() ||
      config.linux_.intel_rdt->clos_id == "/") {
    throw_error(ErrorKind::kUnsupported,
                "--l3-cache-schema and --mem-bw-schema: container {} was created without a class "
                "of service (linux.intelRdt)",
                options.id);
  }
  plan::Findings findings;
  plan::IntelRdtPlan plan = plan::plan_intel_rdt(asked, options.id, findings);
  findings.throw_if_any();
  oci::IntelRdt& recorded = *config.linux_.intel_rdt;
  if (!asked.l3_cache_schema->empty()) {
    recorded.l3_cache_schema = asked.l3_cache_schema;
  }
  if (!asked.mem_bw_schema->empty()) {
    recorded.mem_bw_schema = asked.mem_bw_schema;
  }
  return std::move(plan.schemata);
}

// systemd would go back to what it knows on its next occasion.
void change_properties(plan::SystemdUnit unit, const cgroup::Cgroup& cgroup,
                       const plan::Limits& limits) {
  if (unit.name.empty()) {
    return;
  }
  unit.properties = cgroup.unit_properties(limits);
  if (!unit.properties.empty()) {
    change_unit(unit);
  }
}

}  // namespace

void update(const Context& context, const UpdateOptions& options) {
  const oci::Resources asked = read_resources(options);
  std::vector<std::string> warnings;
  const plan::Limits limits = plan::plan_update(asked, warnings);
  for (const std::string& warning : warnings) {
    log::warn(warning);
  }
  const Container container = open_container(context, options.id, state::Lock::kExclusive);
  if (container.status == state::Status::kStopped) {
    throw_error(ErrorKind::kWrongState, "container not running");
  }
  if (container.record.cgroup_directories.empty()) {
    throw_error(ErrorKind::kUnsupported, "container {} has no cgroup whose limits could be changed",
                options.id);
  }
  oci::Config config = oci::parse_config(container.entry.config_text());
  config.linux_.resources = plan::merge_resources(std::move(config.linux_.resources), asked);
  const std::vector<std::string> schemata = plan_schemata(container, options, config);
  const std::string text = oci::write_config(config, oci::Indent::kNone);
  cgroup::Cgroup cgroup = open_cgroup(container.record.cgroup_directories);
  cgroup.apply(limits, [&] {
    Rollback rollback;
    change_properties(container.record.unit, cgroup, limits);
    if (!schemata.empty()) {
      cgroup::change_schemata(container.record.resctrl_groups.front(), schemata, rollback);
    }
    container.entry.rewrite_config(text);
    rollback.keep();
  });
}

}  // namespace wpar::lifecycle
