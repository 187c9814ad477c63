// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/intel_rdt.h"

#include <algorithm>
#include <array>

namespace wpar::plan {

namespace {

using std::string_view_literals::operator""sv;  // NOLINT(misc-unused-using-decls): it is used

// Directories that the kernel keeps in every group.
constexpr std::array kKernelNames = {"info"sv, "mon_groups"sv, "mon_data"sv};

void plan_class(const oci::IntelRdt& wanted, const std::string& id, IntelRdtPlan& plan,
                Findings& findings) {
  const std::string given = wanted.clos_id.value_or("");
  if (given.empty()) {
    plan.class_of_service = id;
    plan.own_class = true;
    return;
  }
  const Pointer at{"/linux/intelRdt/closID"};
  if (given == "/") {
    return;  // the root's own class, which is always there
  }
  findings.accept_text(at, given);
  if (given == "." || given == ".." || given.find_first_of("/\n") != std::string::npos ||
      std::ranges::find(kKernelNames, given) != kKernelNames.end()) {
    findings.invalid(at, "expected the name of one directory, or \"/\"");
    return;
  }
  plan.class_of_service = given;
}

void add_line(const std::string& line, const Pointer& at, IntelRdtPlan& plan, Findings& findings) {
  if (!findings.accept_text(at, line)) {
    return;
  }
  if (line.find('\n') != std::string::npos) {
    findings.invalid(at, "expected one line");
    return;
  }
  plan.schemata.push_back(line);
}

}  // namespace

IntelRdtPlan plan_intel_rdt(const oci::IntelRdt& wanted, const std::string& id,
                            Findings& findings) {
  IntelRdtPlan plan;
  plan.set = true;
  plan_class(wanted, id, plan, findings);
  plan.monitor = wanted.enable_monitoring.value_or(false) ? id : "";
  const std::string memory = wanted.mem_bw_schema.value_or("");
  if (const std::string cache = wanted.l3_cache_schema.value_or(""); !cache.empty()) {
    add_line(cache, {"/linux/intelRdt/l3CacheSchema"}, plan, findings);
  }
  if (!memory.empty()) {
    const Pointer at{"/linux/intelRdt/memBwSchema"};
    if (!memory.starts_with("MB:")) {
      findings.invalid(at, "must start with \"MB:\"");
    }
    add_line(memory, at, plan, findings);
  }
  plan.compared = plan.schemata.size();
  for (std::size_t i = 0; i < wanted.schemata.size(); ++i) {
    add_line(wanted.schemata[i], {"/linux/intelRdt/schemata", i}, plan, findings);
  }
  plan.class_must_exist = !plan.own_class && plan.schemata.empty();
  return plan;
}

}  // namespace wpar::plan
