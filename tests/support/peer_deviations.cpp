// SPDX-License-Identifier: Apache-2.0
#include "tests/support/peer_deviations.h"

#include <fmt/format.h>

#include "tests/support/temp_dir.h"

namespace wpar::test {
namespace {

struct Deviation {
  const char* peer;
  const char* test;  // the beginning of "Suite.Test"
  const char* reason;
};

constexpr Deviation kKnown[] = {
    {"runc", "Namespaces.MapsWithoutAUserNamespaceAreRefused", "ignores the maps"},
    {"runc", "Descriptors.PreservingMoreThanThereAreIsRefused", "does not look"},
    {"runc", "Hooks.RunInTheirOrder", "runs poststart hooks before startContainer hooks"},
    {"runc", "Hooks.AFailingPoststopHook", "stops at the first failing poststop hook"},
    {"runc", "Seccomp.ItWorksForAnotherUser", "calls getcwd after loading the filter"},
    {"runc", "Exec.AProcessFileReplacesTheProcess", "ignores its umask"},
    {"runc", "Exec.AProcessFileSetsEveryMember", "ignores its oom_score_adj"},
    {"runc", "Exec.AProcessFileKeepsTheContainersLimits", "does not look at the container's"},
    {"runc", "Hooks.WithoutAnEnvironment", "runs poststart hooks before startContainer hooks"},
    {"runc", "Hooks.AProgramThatVanished", "start succeeds"},
    {"runc", "Devices.InAUserNamespace", "binds any node of that path"},
    {"runc", "Namespaces.TimeOffsets", "1.1.5 has no time namespaces"},
    {"runc", "Storm.ManyCreatesOfOneId", "all of them may fail"},
    {"crun", "Exec.AProcessFileSetsEveryMember", "ignores its oom_score_adj"},
    {"crun", "Hooks.AProgramThatVanished", "start succeeds"},
    {"crun", "Devices.InAUserNamespace", "binds any node of that path"},
    {"crun", "Namespaces.TimeOffsets", "ignores offsets without a time namespace"},
    {"crun", "BadInput.WrongTypesAreRefused", "takes several of them"},
    {"crun", "Devices.ADeviceOfAnUnknownTypeIsRefused", "takes it"},
    {"crun", "Lifecycle.StateTellsEveryField", "prints rootfs as it stands in config.json"},
    {"crun", "Mounts.PropagationIsWhatTheOptionSays",
     "ignores propagation options of single mounts"},
    {"crun", "Mounts.AnUnknownPropagationIsRefused", "takes it"},
    {"crun", "Mounts.CgroupsAreMountedReadOnly", "leaves the top of version 1 writable"},
    {"crun", "Word/RootPropagation.IsWhatTheConfigurationSays/2", "makes it private"},
    {"crun", "Descriptors.TheCreatedInitHolds", "keeps the caller's descriptors until start"},
    {"crun", "Descriptors.ClosedStandardDescriptors", "needs all three"},
    {"crun", "Hooks.ReadTheStateOnStdin", "gives / as the bundle of container hooks"},
    {"crun", "Hooks.AFailingPoststopHook", "stops at the first failing poststop hook"},
    {"crun", "ProcessSetup.HomeComesFromThePasswordFile", "sets no HOME for unknown users"},
    {"crun", "ProcessSetup.ARelativeWorkingDirectoryIsRefused", "takes it"},
    {"crun", "Kind/FailingHook.AbortsAndLeavesNothing/4", "ignores failing poststart hooks"},
};

}  // namespace

std::string peer_deviation(const std::string& peer, const std::string& test) {
  for (const Deviation& one : kKnown)
    if (peer == one.peer && test.starts_with(one.test))
      return fmt::format("{} deviates: {}", peer, one.reason);
  return "";
}

}  // namespace wpar::test
