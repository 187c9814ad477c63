// SPDX-License-Identifier: Apache-2.0
#include "runtime/init/final_exec.h"

#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/init/listener.h"
#include "runtime/init/step_functions.h"
#include "runtime/sys/string_array.h"

namespace wpar::init {
namespace {

constexpr std::uint32_t low(std::uint64_t set) {
  return static_cast<std::uint32_t>(set);
}
constexpr std::uint32_t high(std::uint64_t set) {
  return static_cast<std::uint32_t>(set >> 32);
}

}  // namespace

FinalFailure final_exec(const FinalExec& last) noexcept {
  if (last.filter.len != 0) {
    const long listener =
        ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, last.filter_flags, &last.filter);
    if (listener < 0) {
      return {errno, ": load the seccomp filter"};
    }
    if (last.listener_helper >= 0) {
      const int error = hand_over_listener(last.listener_helper, static_cast<int>(listener));
      if (error != 0) {
        return {error, ": hand the seccomp listener to /linux/seccomp/listenerPath"};
      }
    }
  }
  if (last.drop_after_filter &&
      ::syscall(SYS_capset, &last.capability_header, last.capability_data) < 0) {
    return {errno, ": drop the capabilities"};
  }
  ::execve(last.path, last.argv, last.envp);
  return {errno, ""};
}

void execute(Context& context) {
  const plan::ProcessPlan& process = context.process();
  if (process.args.empty()) {
    throw_error(ErrorKind::kWrongState, "the container has no process: config.json lacks /process");
  }
  const sys::StringArray argv(process.args);
  const sys::StringArray envp(context.env);
  FinalExec last = {.path = context.executable.c_str(), .argv = argv.data(), .envp = envp.data()};
  if (process.seccomp.moment != plan::SeccompMoment::kNever) {
    last.filter = {.len = static_cast<unsigned short>(process.seccomp.filter.size()),
                   .filter = const_cast<sock_filter*>(process.seccomp.filter.data())};
    last.filter_flags = process.seccomp.flags;
  }
  if (process.seccomp.moment == plan::SeccompMoment::kBeforeDroppingPrivileges) {
    const plan::CapabilityPlan& wanted = process.capabilities;
    last.drop_after_filter = true;
    last.capability_header.version = _LINUX_CAPABILITY_VERSION_3;
    last.capability_data[0] = {low(wanted.effective), low(wanted.permitted),
                               low(wanted.inheritable)};
    last.capability_data[1] = {high(wanted.effective), high(wanted.permitted),
                               high(wanted.inheritable)};
  }
  UniqueFd helper;
  if (!process.seccomp.listener_path.empty()) {
    helper = start_listener_helper(context);
    last.listener_helper = helper.get();
  }
  const FinalFailure failure = final_exec(last);
  throw Error(failure.error, fmt::format("exec: \"{}\"{}", process.args.front(), failure.doing));
}

}  // namespace wpar::init
