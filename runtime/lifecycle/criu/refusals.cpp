// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/criu/refusals.h"

#include <sched.h>

#include <algorithm>
#include <array>

#include "runtime/base/error.h"
#include "runtime/lifecycle/rootless.h"
#include "runtime/plan/namespaces.h"

namespace wpar::lifecycle {
namespace {

using plan::NamespaceKind;

// criu(8), --join-ns and --external.
constexpr std::array kJoinable = {NamespaceKind::kNetwork, NamespaceKind::kPid, NamespaceKind::kIpc,
                                  NamespaceKind::kUts};

void require_saveable_namespaces(const plan::NamespacePlan& namespaces) {
  for (const plan::NamespaceJoin& join : namespaces.join) {
    if (std::ranges::find(kJoinable, join.kind) == kJoinable.end()) {
      throw_error(ErrorKind::kUnsupported,
                  "/linux/namespaces: CRIU cannot restore into a {} namespace that exists already",
                  plan::kNamespaceKinds[static_cast<std::size_t>(join.kind)].word);
    }
  }
  if ((namespaces.create & CLONE_NEWNS) == 0) {
    throw_error(ErrorKind::kUnsupported,
                "/linux/namespaces: CRIU cannot save a container without a mount namespace of its "
                "own");
  }
}

void check_lsm_profile(const std::string& profile, const plan::HostFacts& host) {
  if (profile.empty()) {
    return;
  }
  const std::string_view type = std::string_view(profile).substr(0, profile.find(':'));
  if ((type != "apparmor" && type != "selinux") || type.size() + 1 >= profile.size()) {
    throw_error(ErrorKind::kInvalidArgument,
                "--lsm-profile {}: expected apparmor:NAME or selinux:LABEL", profile);
  }
  if (!(type == "apparmor" ? host.apparmor_enabled : host.selinux_enabled)) {
    throw_error(ErrorKind::kUnsupported, "--lsm-profile {}: {} is not enabled on this host",
                profile, type == "apparmor" ? "AppArmor" : "SELinux");
  }
}

}  // namespace

void require_rights(const plan::HostFacts& host) {
  if (host.in_user_namespace || !may_administer(host)) {
    throw_error(
        ErrorKind::kUnsupported,
        "checkpoint and restore are for the host's root: CRIU needs CAP_SYS_ADMIN outside of "
        "user namespaces");
  }
}

void require_saveable(const plan::Plan& plan) {
  require_saveable_namespaces(plan.namespaces);
  if (!plan.process.seccomp.listener_path.empty()) {
    throw_error(
        ErrorKind::kUnsupported,
        "/linux/seccomp: CRIU restores filters without their listener, so that nobody would "
        "answer the system calls of SCMP_ACT_NOTIFY");
  }
}

void require_saveable_descriptors(const std::string& id, const plan::Plan& plan,
                                  const std::vector<std::string>& keys) {
  if (!plan.process.terminal && keys.empty()) {
    throw_error(ErrorKind::kUnsupported,
                "cannot checkpoint container {}: it was made by an earlier runwpar, which did not "
                "record what its standard input, output and error are",
                id);
  }
  constexpr std::array<std::string_view, 3> kNames = {"input", "output", "error"};
  for (std::size_t i = 0; i < std::min(keys.size(), kNames.size()); ++i) {
    if (keys[i].starts_with("socket:")) {
      throw_error(
          ErrorKind::kUnsupported,
          "cannot checkpoint container {}: its standard {} is a socket of the caller, which "
          "CRIU cannot give to the restored process",
          id, kNames[i]);
    }
  }
}

void check_restore_options(const RestoreOptions& options, const plan::HostFacts& host) {
  if (options.image.cgroup_mode == CriuCgroupMode::kStrict) {
    throw_error(ErrorKind::kUnsupported,
                "--manage-cgroups-mode strict: restore makes the container's cgroup by the "
                "configuration, and CRIU would refuse it because it exists");
  }
  check_lsm_profile(options.lsm_profile, host);
  if (!options.lsm_mount_context.empty() && !host.selinux_enabled) {
    throw_error(ErrorKind::kUnsupported,
                "--lsm-mount-context {}: SELinux is not enabled on this host",
                options.lsm_mount_context);
  }
}

}  // namespace wpar::lifecycle
