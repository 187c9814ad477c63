// SPDX-License-Identifier: Apache-2.0
#include "runtime/init/hooks.h"

#include <unistd.h>

#include "runtime/base/text.h"
#include "runtime/init/step_functions.h"
#include "runtime/sys/run_program.h"

namespace wpar::init {
namespace {

std::string verdict(const plan::HookPlan& hook, const sys::ProgramResult& result) {
  if (result.timed_out) {
    return fmt::format("hook ran past specified timeout of {}.0s", hook.timeout_seconds);
  }
  if (result.exit_code > 128) {
    return fmt::format("signal {}", result.exit_code - 128);
  }
  return fmt::format("exit status {}", result.exit_code);
}

// One line: whoever reads the error reads lines.
std::string last_words(const std::string& output) {
  std::string words(trim(output));
  for (char& c : words) {
    if (c == '\n' || c == '\r') {
      c = ' ';
    }
  }
  return words.empty() ? words : ": " + words;
}

std::string state_here(const HookState& state) {
  return fmt::format("{}{}{}", state.before_pid, ::getpid(), state.after_pid);
}

}  // namespace

void run_hooks(const char* kind, const std::vector<plan::HookPlan>& hooks, const std::string& state,
               const std::string& working_directory) {
  for (std::size_t i = 0; i < hooks.size(); ++i) {
    const plan::HookPlan& hook = hooks[i];
    in_context(fmt::format("{} hook #{} ({})", kind, i, hook.path), [&] {
      const sys::ProgramResult result = sys::run_program({.path = hook.path,
                                                          .args = hook.args,
                                                          .env = hook.env,
                                                          .working_directory = working_directory,
                                                          .input = state,
                                                          .timeout_seconds = hook.timeout_seconds});
      if (result.timed_out || result.exit_code != 0) {
        throw_error(ErrorKind::kSystem, "failed after {:.1f} s: {}{}", result.elapsed_seconds,
                    verdict(hook, result), last_words(result.output));
      }
    });
  }
}

void wait_for_hooks(Context& context) {
  const plan::HooksPlan& hooks = context.plan().hooks;
  if (!hooks.prestart.empty() || !hooks.create_runtime.empty()) {
    context.channel.send(protocol::Topic::kMountsReady);
    context.channel.expect(protocol::Topic::kHooksDone);
  }
}

void run_create_container_hooks(Context& context) {
  const auto& hooks = context.plan().hooks.create_container;
  if (!hooks.empty()) {
    run_hooks("createContainer", hooks, state_here(context.input.hook_state),
              context.plan().bundle);
  }
}

void run_start_container_hooks(Context& context) {
  const auto& hooks = context.plan().hooks.start_container;
  if (!hooks.empty()) {
    run_hooks("startContainer", hooks, state_here(context.input.hook_state), "");
  }
}

}  // namespace wpar::init
