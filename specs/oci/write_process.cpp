// SPDX-License-Identifier: Apache-2.0
#include "specs/oci/write_parts.h"

namespace wpar::oci {
namespace {

void write_console_size(JsonWriter& to, const ConsoleSize& size) {
  to.object([&] {
    to.member("height", size.height);
    to.member("width", size.width);
  });
}

void write_user(JsonWriter& to, const User& user) {
  to.object([&] {
    to.member("uid", user.uid);
    to.member("gid", user.gid);
    to.member("umask", user.umask);
    to.member("additionalGids", user.additional_gids);
  });
}

void write_capabilities(JsonWriter& to, const Capabilities& capabilities) {
  to.object([&] {
    to.member("bounding", capabilities.bounding);
    to.member("effective", capabilities.effective);
    to.member("inheritable", capabilities.inheritable);
    to.member("permitted", capabilities.permitted);
    to.member("ambient", capabilities.ambient);
  });
}

void write_rlimit(JsonWriter& to, const Rlimit& limit) {
  to.object([&] {
    to.member("type", limit.type);
    to.member("hard", limit.hard);
    to.member("soft", limit.soft);
  });
}

void write_scheduler(JsonWriter& to, const Scheduler& scheduler) {
  to.object([&] {
    to.member("policy", scheduler.policy);
    to.member("nice", scheduler.nice);
    to.member("priority", scheduler.priority);
    to.member("flags", scheduler.flags);
    to.member("runtime", scheduler.runtime);
    to.member("deadline", scheduler.deadline);
    to.member("period", scheduler.period);
  });
}

void write_io_priority(JsonWriter& to, const IoPriority& priority) {
  to.object([&] {
    to.member("class", priority.klass);
    to.member("priority", priority.priority);
  });
}

void write_exec_cpu_affinity(JsonWriter& to, const ExecCpuAffinity& affinity) {
  to.object([&] {
    to.member("initial", affinity.initial);
    to.member("final", affinity.final_);
  });
}

}  // namespace

void write_process(JsonWriter& to, const Process& process) {
  to.object([&] {
    to.member("terminal", process.terminal);
    to.object_member("consoleSize", process.console_size, write_console_size);
    to.key("user");
    write_user(to, process.user);
    to.member("args", process.args);
    to.member("env", process.env);
    to.member("cwd", process.cwd);
    to.object_member("capabilities", process.capabilities, write_capabilities);
    to.list_member("rlimits", process.rlimits, [&](const Rlimit& one) { write_rlimit(to, one); });
    to.member("noNewPrivileges", process.no_new_privileges);
    to.member("apparmorProfile", process.apparmor_profile);
    to.member("oomScoreAdj", process.oom_score_adj);
    to.object_member("scheduler", process.scheduler, write_scheduler);
    to.member("selinuxLabel", process.selinux_label);
    to.object_member("ioPriority", process.io_priority, write_io_priority);
    to.object_member("execCPUAffinity", process.exec_cpu_affinity, write_exec_cpu_affinity);
  });
}

}  // namespace wpar::oci
