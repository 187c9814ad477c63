// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "specs/oci/read_members.h"
#include "specs/oci/read_parts.h"

namespace wpar::oci {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view kSchedulerPolicies[] = {
    "SCHED_OTHER"sv, "SCHED_FIFO"sv, "SCHED_RR"sv,      "SCHED_BATCH"sv,
    "SCHED_ISO"sv,   "SCHED_IDLE"sv, "SCHED_DEADLINE"sv};
constexpr std::string_view kSchedulerFlags[] = {
    "SCHED_FLAG_RESET_ON_FORK"sv,  "SCHED_FLAG_RECLAIM"sv,     "SCHED_FLAG_DL_OVERRUN"sv,
    "SCHED_FLAG_KEEP_POLICY"sv,    "SCHED_FLAG_KEEP_PARAMS"sv, "SCHED_FLAG_UTIL_CLAMP_MIN"sv,
    "SCHED_FLAG_UTIL_CLAMP_MAX"sv,
};
constexpr std::string_view kIoClasses[] = {"IOPRIO_CLASS_RT"sv, "IOPRIO_CLASS_BE"sv,
                                           "IOPRIO_CLASS_IDLE"sv};

ConsoleSize read_console_size(const JsonCursor& at) {
  return {.height = at.at("height").integer<std::uint16_t>(),
          .width = at.at("width").integer<std::uint16_t>()};
}

User read_user(const JsonCursor& at) {
  User user;
  user.uid = id_number(at.at("uid"));
  user.gid = id_number(at.at("gid"));
  user.umask = find_integer<std::uint32_t>(at, "umask", 0, 0777);
  user.additional_gids = find_list(at, "additionalGids", id_number);
  return user;
}

Capabilities read_capabilities(const JsonCursor& at) {
  return {.bounding = find_strings(at, "bounding"),
          .effective = find_strings(at, "effective"),
          .inheritable = find_strings(at, "inheritable"),
          .permitted = find_strings(at, "permitted"),
          .ambient = find_strings(at, "ambient")};
}

Rlimit read_rlimit(const JsonCursor& at) {
  const JsonCursor type = at.at("type");
  if (!type.string().starts_with("RLIMIT_")) {
    type.fail(fmt::format("\"{}\" is not a resource limit", printable(type.string())));
  }
  return {.type = type.string(),
          .soft = at.at("soft").integer<std::uint64_t>(),
          .hard = at.at("hard").integer<std::uint64_t>()};
}

std::vector<Rlimit> find_rlimits(const JsonCursor& parent) {
  std::vector<Rlimit> limits;
  if (const auto member = parent.find("rlimits")) {
    for (const JsonCursor& element : member->elements()) {
      Rlimit limit = read_rlimit(element);
      if (std::ranges::find(limits, limit.type, &Rlimit::type) != limits.end()) {
        element.at("type").fail(fmt::format("{} is given twice", printable(limit.type)));
      }
      limits.push_back(std::move(limit));
    }
  }
  return limits;
}

Scheduler read_scheduler(const JsonCursor& at) {
  Scheduler scheduler;
  scheduler.policy = word(at.at("policy"), kSchedulerPolicies);
  scheduler.nice = find_integer<std::int32_t>(at, "nice", -20, 19);
  scheduler.priority = find_integer<std::int32_t>(at, "priority");
  scheduler.flags = find_words(at, "flags", kSchedulerFlags);
  scheduler.runtime = find_integer<std::uint64_t>(at, "runtime");
  scheduler.deadline = find_integer<std::uint64_t>(at, "deadline");
  scheduler.period = find_integer<std::uint64_t>(at, "period");
  return scheduler;
}

IoPriority read_io_priority(const JsonCursor& at) {
  // The schema asks for the class only; Go's runtimes write the priority always and read 0 without.
  return {.klass = word(at.at("class"), kIoClasses),
          .priority = find_integer<std::int32_t>(at, "priority", 0, 7).value_or(0)};
}

ExecCpuAffinity read_exec_cpu_affinity(const JsonCursor& at) {
  return {.initial = find_string(at, "initial"), .final_ = find_string(at, "final")};
}

}  // namespace

Process read_process(const JsonCursor& at) {
  Process process;
  process.terminal = find_boolean(at, "terminal");
  process.console_size = find_object(at, "consoleSize", read_console_size);
  process.user = find_object(at, "user", read_user).value_or(User{});
  process.args = find_strings(at, "args");
  if (process.args.empty()) {
    at.at("args").fail("must not be empty");
  }
  process.env = find_strings(at, "env");
  process.cwd = absolute_path(at.at("cwd"));
  process.capabilities = find_object(at, "capabilities", read_capabilities);
  process.rlimits = find_rlimits(at);
  process.no_new_privileges = find_boolean(at, "noNewPrivileges");
  process.apparmor_profile = find_string(at, "apparmorProfile");
  process.selinux_label = find_string(at, "selinuxLabel");
  process.oom_score_adj = find_integer<std::int32_t>(at, "oomScoreAdj", -1000, 1000);
  process.scheduler = find_object(at, "scheduler", read_scheduler);
  process.io_priority = find_object(at, "ioPriority", read_io_priority);
  process.exec_cpu_affinity = find_object(at, "execCPUAffinity", read_exec_cpu_affinity);
  return process;
}

}  // namespace wpar::oci
