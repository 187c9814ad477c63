// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/services.h"

#include <fmt/format.h>
#include <sys/mount.h>

#include <vector>

namespace wpar::plan {
namespace {

void set_variable(std::vector<std::string>& env, std::string_view name, std::string_view value) {
  std::erase_if(env, [&](const std::string& variable) {
    return variable.starts_with(fmt::format("{}=", name));
  });
  env.push_back(fmt::format("{}={}", name, value));
}

void plan_notify(const std::string& directory, Plan& plan) {
  MountPlan mount;
  mount.kind = MountKind::kBind;
  mount.destination = kNotifyDirectory;
  mount.source = directory;
  // The container can send to the socket, not replace it.
  mount.attributes.set =
      MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  plan.mounts.push_back(std::move(mount));
  set_variable(plan.process.env, "NOTIFY_SOCKET",
               fmt::format("{}/{}", kNotifyDirectory, kNotifySocketName));
}

}  // namespace

void plan_services(const ServiceRequest& request, Plan& plan) {
  if (!request.notify_directory.empty()) {
    plan_notify(request.notify_directory, plan);
  }
  if (request.listen_fds > 0) {
    plan.preserve_fds += request.listen_fds;
    plan.listen_fds = request.listen_fds;
    set_variable(plan.process.env, "LISTEN_FDS", std::to_string(request.listen_fds));
    if (!request.listen_names.empty()) {
      set_variable(plan.process.env, "LISTEN_FDNAMES", request.listen_names);
    }
  }
}

}  // namespace wpar::plan
