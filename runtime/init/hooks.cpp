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
  if (result.signal != 0) {
    return fmt::format("signal {}", result.signal);
  }
  return fmt::format("exit status {}", result.exit_code);
}

// The last lines of what it printed, on one line and short enough for a message of the protocol:
// whoever reads the error reads lines.
std::string last_words(const std::string& output) {
  constexpr std::size_t kMaxBytes = 600;
  std::string_view end = trim(output);
  const bool cut = end.size() > kMaxBytes;
  if (cut) {
    end.remove_prefix(end.size() - kMaxBytes);
    const std::size_t newline = end.find('\n');
    end.remove_prefix(newline == std::string_view::npos ? 0 : newline + 1);
  }
  std::string words = end.empty() ? "" : cut ? ": ... " : ": ";
  for (const char c : end) {
    if (c == '\n') {
      words += "; ";
    } else {
      const bool control = static_cast<unsigned char>(c) < ' ' || c == 127;
      words += control ? ' ' : c;
    }
  }
  return words;
}

std::vector<std::string> own_environment() {
  std::vector<std::string> env;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    env.emplace_back(*variable);
  }
  return env;
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
      const sys::ProgramResult result =
          sys::run_program({.path = hook.path,
                            .args = hook.args,
                            .env = hook.inherit_env ? own_environment() : hook.env,
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
  if (context.plan().waits_for_runtime()) {
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
