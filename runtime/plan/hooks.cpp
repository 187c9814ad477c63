// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/hooks.h"

#include <limits>

namespace wpar::plan {

namespace {

// poll(2) counts milliseconds in an int.
constexpr std::int64_t kMaxTimeout = std::numeric_limits<int>::max() / 1000;

HookPlan plan_hook(const oci::Hook& hook, const Pointer& at, Findings& findings) {
  HookPlan plan{.path = hook.path,
                .args = hook.args,
                .env = hook.env,
                .inherit_env = false,
                .timeout_seconds = 0};
  findings.accept_absolute_path(at.at("/path"), hook.path);
  for (std::size_t i = 0; i < plan.args.size(); ++i) {
    findings.accept_text(at.at("/args", i), plan.args[i]);
  }
  if (plan.args.empty()) {
    plan.args = {plan.path};
  }
  for (std::size_t i = 0; i < plan.env.size(); ++i) {
    const std::size_t equals = plan.env[i].find('=');
    if (findings.accept_text(at.at("/env", i), plan.env[i]) &&
        (equals == std::string::npos || equals == 0)) {
      findings.invalid(at.at("/env", i), "expected NAME=VALUE");
    }
  }
  if (hook.timeout) {
    if (*hook.timeout <= 0 || *hook.timeout > kMaxTimeout) {
      findings.invalid(at.at("/timeout"), "expected an integer from 1 to {}", kMaxTimeout);
    } else {
      plan.timeout_seconds = static_cast<int>(*hook.timeout);
    }
  }
  return plan;
}

std::vector<HookPlan> plan_list(const std::vector<oci::Hook>& hooks, std::string_view pointer,
                                Findings& findings) {
  std::vector<HookPlan> plans;
  for (std::size_t i = 0; i < hooks.size(); ++i) {
    plans.push_back(plan_hook(hooks[i], {pointer, i}, findings));
    plans.back().inherit_env = hooks[i].env.empty();
  }
  return plans;
}

// Of hooks that run in the container.
std::vector<HookPlan> plan_inner_list(const std::vector<oci::Hook>& hooks, std::string_view pointer,
                                      const std::vector<std::string>& container_env,
                                      Findings& findings) {
  std::vector<HookPlan> plans = plan_list(hooks, pointer, findings);
  for (HookPlan& plan : plans) {
    if (plan.inherit_env) {
      plan.inherit_env = false;
      plan.env = container_env;
    }
  }
  return plans;
}

}  // namespace

HooksPlan plan_hooks(const oci::Hooks& hooks, const std::vector<std::string>& container_env,
                     Findings& findings) {
  return {.prestart = plan_list(hooks.prestart, "/hooks/prestart", findings),
          .create_runtime = plan_list(hooks.create_runtime, "/hooks/createRuntime", findings),
          .create_container = plan_inner_list(hooks.create_container, "/hooks/createContainer",
                                              container_env, findings),
          .start_container = plan_inner_list(hooks.start_container, "/hooks/startContainer",
                                             container_env, findings),
          .poststart = plan_list(hooks.poststart, "/hooks/poststart", findings),
          .poststop = plan_list(hooks.poststop, "/hooks/poststop", findings)};
}

}  // namespace wpar::plan
