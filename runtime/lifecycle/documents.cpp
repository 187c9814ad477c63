// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/documents.h"

#include "runtime/base/log.h"
#include "runtime/init/hooks.h"
#include "runtime/plan/hooks.h"
#include "runtime/sys/socket.h"
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

oci::State state_of(const plan::Plan& plan, const std::string& status, int pid) {
  return {.oci_version = oci::kSpecVersion,
          .id = plan.id,
          .status = status,
          .pid = pid,
          .bundle = plan.bundle,
          .annotations = plan.annotations,
          .rootfs = {},
          .created = {},
          .owner = {}};
}

oci::State state_of(const state::Record& record, const std::string& status, int pid) {
  return {.oci_version = oci::kSpecVersion,
          .id = record.id,
          .status = status,
          .pid = pid,
          .bundle = record.bundle,
          .annotations = record.annotations,
          .rootfs = {},
          .created = {},
          .owner = {}};
}

// The quotes of a member's name cannot stand inside a string of the document.
std::vector<std::string> cut_at_pid(const std::string& text) {
  const std::string mark = fmt::format("\"pid\":{}", kPidMark);
  const std::size_t digits = std::to_string(kPidMark).size();
  std::vector<std::string> pieces;
  std::size_t start = 0;
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, start)) {
    const std::size_t number = at + mark.size() - digits;
    pieces.push_back(text.substr(start, number - start));
    start = at + mark.size();
  }
  pieces.push_back(text.substr(start));
  return pieces;
}

std::vector<std::string> seccomp_document(const plan::SeccompPlan& seccomp,
                                          const oci::State& state) {
  return cut_at_pid(oci::write_container_process_state({.oci_version = oci::kSpecVersion,
                                                        .fds = {"seccompFd"},
                                                        .pid = kPidMark,
                                                        .metadata = seccomp.listener_metadata,
                                                        .state = state}));
}

std::string join(const init::HookState& state, int pid) {
  return state.before_pid + std::to_string(pid) + state.after_pid;
}

}  // namespace

init::HookState hook_state(const plan::Plan& plan, const std::string& status) {
  const std::string text = oci::write_state(state_of(plan, status, kPidMark), oci::Indent::kNone);
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
  return oci::write_state(state_of(record, status, pid), oci::Indent::kNone);
}

void run_poststop_hooks(const plan::HooksPlan& hooks, const plan::Plan& plan) {
  if (!hooks.poststop.empty()) {
    run_poststop(hooks, join(hook_state(plan, "stopped"), 0), plan.bundle);
  }
}

void run_poststop_hooks(const plan::HooksPlan& hooks, const state::Record& record) {
  run_poststop(hooks, hook_document(record, "stopped", 0), record.bundle);
}

UniqueFd connect_seccomp_listener(const plan::SeccompPlan& seccomp) {
  if (seccomp.listener_path.empty()) {
    return {};
  }
  return in_context("/linux/seccomp/listenerPath",
                    [&] { return sys::connect_unix(seccomp.listener_path); });
}

std::vector<std::string> seccomp_state(const plan::Plan& plan) {
  const plan::SeccompPlan& seccomp = plan.process.seccomp;
  // The agent hears of the process before its program runs: to everybody else the container is
  // still being made.
  return seccomp.listener_path.empty()
             ? std::vector<std::string>()
             : seccomp_document(seccomp, state_of(plan, "creating", kPidMark));
}

std::vector<std::string> seccomp_state(const plan::SeccompPlan& seccomp,
                                       const Container& container) {
  return seccomp.listener_path.empty()
             ? std::vector<std::string>()
             : seccomp_document(seccomp,
                                state_of(container.record, state::status_word(container.status),
                                         container.record.pid));
}

plan::HooksPlan recorded_hooks(const std::string& config_text) {
  plan::Findings findings;  // none: create has planned the same text
  return plan::plan_hooks(oci::parse_config(config_text).hooks, {}, findings);
}

}  // namespace wpar::lifecycle
