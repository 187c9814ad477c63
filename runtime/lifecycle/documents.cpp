// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/documents.h"

#include "runtime/base/log.h"
#include "runtime/init/hooks.h"
#include "runtime/plan/hooks.h"
#include "specs/oci/parse_config.h"
#include "specs/oci/write_config.h"

namespace wpar::lifecycle {
namespace {

// No pid of the kernel: PID_MAX_LIMIT is 4194304 (proc_sys_kernel(5)).
constexpr int kPidMark = 2147483647;

void run_poststop(const plan::HooksPlan& hooks, const std::string& document,
                  const std::string& bundle) {
  for (const plan::HookPlan& hook : hooks.poststop) {
    try {
      init::run_hooks("poststop", {hook}, document, bundle);
    } catch (const Error& error) {
      log::warn(error.what());
    }
  }
}

std::string join(const init::HookState& state, int pid) {
  return state.before_pid + std::to_string(pid) + state.after_pid;
}

}  // namespace

init::HookState hook_state(const plan::Plan& plan, const std::string& status) {
  const std::string text = oci::write_state({.oci_version = oci::kSpecVersion,
                                             .id = plan.id,
                                             .status = status,
                                             .pid = kPidMark,
                                             .bundle = plan.bundle,
                                             .annotations = plan.annotations,
                                             .rootfs = {},
                                             .created = {},
                                             .owner = {}},
                                            oci::Indent::kNone);
  // The member comes before the annotations, and an id cannot hold a quote.
  const std::string mark = std::to_string(kPidMark);
  const std::size_t member = text.find("\"pid\"");
  const std::size_t at = member == std::string::npos ? member : text.find(mark, member);
  if (at == std::string::npos) {
    throw_error(ErrorKind::kInternal, "the state document has no pid");
  }
  return {.before_pid = text.substr(0, at), .after_pid = text.substr(at + mark.size())};
}

std::string hook_document(const state::Record& record, const std::string& status, int pid) {
  return oci::write_state({.oci_version = oci::kSpecVersion,
                           .id = record.id,
                           .status = status,
                           .pid = pid,
                           .bundle = record.bundle,
                           .annotations = record.annotations,
                           .rootfs = {},
                           .created = {},
                           .owner = {}},
                          oci::Indent::kNone);
}

void run_poststop_hooks(const plan::HooksPlan& hooks, const plan::Plan& plan) {
  if (!hooks.poststop.empty()) {
    run_poststop(hooks, join(hook_state(plan, "stopped"), 0), plan.bundle);
  }
}

void run_poststop_hooks(const plan::HooksPlan& hooks, const state::Record& record) {
  run_poststop(hooks, hook_document(record, "stopped", 0), record.bundle);
}

plan::HooksPlan recorded_hooks(const std::string& config_text) {
  plan::Findings findings;  // none: create has planned the same text
  return plan::plan_hooks(oci::parse_config(config_text).hooks, {}, findings);
}

}  // namespace wpar::lifecycle
