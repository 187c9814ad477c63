// SPDX-License-Identifier: Apache-2.0
#include "specs/oci/citations.h"

#include <algorithm>

#include "runtime/base/text.h"

namespace wpar::oci {
namespace {

// Version 1.3.0, without its marks for code and links.
// clang-format off
constexpr Citation kCitations[] = {
    {"", "config.md#configuration", "Below is a detailed description of each field defined in the configuration format and valid values are specified."},
    {"/ociVersion", "config.md#configSpecificationVersion", "MUST be in SemVer v2.0.0 format and specifies the version of the Open Container Initiative Runtime Specification with which the bundle complies."},
    {"/root", "config.md#configRoot", "On all other platforms, this field is REQUIRED."},
    {"/root/path", "config.md#configRoot", "A directory MUST exist at the path declared by the field."},
    {"/root/readonly", "config.md#configRoot", "If true then the root filesystem MUST be read-only inside the container, defaults to false."},
    {"/mounts", "config.md#configMounts", "The runtime MUST mount entries in the listed order."},
    {"/mounts/*/destination", "config.md#configMounts", "For compatibility with old tools and configurations, it MAY be a relative path, in which case it MUST be interpreted as relative to \"/\"."},
    {"/mounts/*/source", "config.md#configMounts", "Path values for bind mounts are either absolute or relative to the bundle."},
    {"/mounts/*/type", "config.md#configPOSIXMounts", "For bind mounts (when options include either bind or rbind), the type is a dummy, often \"none\" (not listed in /proc/filesystems)."},
    {"/mounts/*/options", "config.md#configLinuxMountOptions", "Mount options of the filesystem to be used."},
    {"/mounts/*/uidMappings", "config.md#configPOSIXMounts", "The mapping to convert UIDs from the source file system to the destination mount point."},
    {"/mounts/*/gidMappings", "config.md#configPOSIXMounts", "The mapping to convert GIDs from the source file system to the destination mount point."},
    {"/process", "config.md#configProcess", "This property is REQUIRED when start is called."},
    {"/process/terminal", "config.md#configProcess", "specifies whether a terminal is attached to the process, defaults to false."},
    {"/process/consoleSize", "config.md#configProcess", "Runtimes MUST ignore consoleSize if terminal is false or unset."},
    {"/process/cwd", "config.md#configProcess", "This value MUST be an absolute path."},
    {"/process/env", "config.md#configProcess", "with the same semantics as IEEE Std 1003.1-2008's environ."},
    {"/process/args", "config.md#configProcess", "This specification extends the IEEE standard in that at least one entry is REQUIRED (non-Windows), and that entry is used with the same semantics as execvp's file."},
    {"/process/rlimits", "config.md#configPOSIXProcess", "If rlimits contains duplicated entries with same type, the runtime MUST generate an error."},
    {"/process/rlimits/*", "config.md#configPOSIXProcess", "The runtime MUST generate an error for any values which cannot be mapped to a relevant kernel interface."},
    {"/process/capabilities", "config.md#configLinuxProcess", "Valid values are defined in the capabilities(7) man page, such as CAP_CHOWN."},
    {"/process/apparmorProfile", "config.md#configLinuxProcess", "specifies the name of the AppArmor profile for the process."},
    {"/process/selinuxLabel", "config.md#configLinuxProcess", "specifies the SELinux label for the process."},
    {"/process/noNewPrivileges", "config.md#configLinuxProcess", "setting noNewPrivileges to true prevents the process from gaining additional privileges."},
    {"/process/oomScoreAdj", "config.md#configLinuxProcess", "If oomScoreAdj is set, the runtime MUST set oom_score_adj to the given value."},
    {"/process/scheduler", "config.md#configLinuxProcess", "is an object describing the scheduler properties for the process."},
    {"/process/ioPriority", "config.md#configLinuxProcess", "configures the I/O priority settings for the container's processes within the process group."},
    {"/process/execCPUAffinity", "config.md#configLinuxProcess", "specifies CPU affinity used to execute the process."},
    {"/process/user", "config.md#configPOSIXUser", "The user for the process is a platform-specific structure that allows specific control over which user the process runs as."},
    {"/hostname", "config.md#configHostname", "On Linux, for example, this will change the hostname in the container UTS namespace."},
    {"/domainname", "config.md#configDomainname", "On Linux, for example, this will change the domainname in the container UTS namespace."},
    {"/hooks", "config.md#configHooks", "Hooks allow users to specify programs to run before or after various lifecycle events."},
    {"/hooks/prestart", "config.md#configHooksPrestart", "Note: prestart hooks were deprecated in favor of createRuntime, createContainer and startContainer hooks, which allow more granular hook control during the create and start phase."},
    {"/hooks/*/*/path", "config.md#configHooks", "This specification extends the IEEE standard in that path MUST be absolute."},
    {"/hooks/*/*/timeout", "config.md#configHooks", "If set, timeout MUST be greater than zero."},
    {"/annotations", "config.md#configAnnotations", "Keys MUST be strings. Keys MUST NOT be an empty string."},
    {"/linux", "config.md#configPlatformSpecificConfiguration", "This MAY be set if the target platform of this spec is linux."},
    {"/linux/namespaces", "config-linux.md#configLinuxNamespaces", "If a namespaces field contains duplicated namespaces with same type, the runtime MUST generate an error."},
    {"/linux/namespaces/*/type", "config-linux.md#configLinuxNamespaces", "The following namespace types SHOULD be supported:"},
    {"/linux/namespaces/*/path", "config-linux.md#configLinuxNamespaces", "This value MUST be an absolute path in the runtime mount namespace."},
    {"/linux/uidMappings", "config-linux.md#configLinuxUserNamespaceMappings", "describes the user namespace uid mappings from the host to the container."},
    {"/linux/gidMappings", "config-linux.md#configLinuxUserNamespaceMappings", "describes the user namespace gid mappings from the host to the container."},
    {"/linux/timeOffsets", "config-linux.md#configLinuxTimeOffset", "sets the offset for Time Namespace."},
    {"/linux/devices", "config-linux.md#configLinuxDevices", "The same type, major and minor SHOULD NOT be used for multiple devices."},
    {"/linux/devices/*", "config-linux.md#configLinuxDevices", "REQUIRED unless type is p"},
    {"/linux/devices/*/path", "config-linux.md#configLinuxDevices", "If a file already exists at path that does not match the requested device, the runtime MUST generate an error."},
    {"/linux/netDevices", "config-linux.md#configLinuxNetworkDevices", "The runtime MUST check if moving the network interface to the container namespace is possible."},
    {"/linux/cgroupsPath", "config-linux.md#configLinuxCgroupsPath", "The value of cgroupsPath MUST be either an absolute path or a relative path."},
    {"/linux/resources", "config-linux.md#configLinuxControlGroups", "You can configure a container's cgroups via the resources field of the Linux configuration."},
    {"/linux/resources/devices", "config-linux.md#configLinuxDeviceAllowedlist", "The runtime MUST apply entries in the listed order."},
    {"/linux/resources/memory", "config-linux.md#configLinuxMemory", "Values for memory specify the limit in bytes, or -1 for unlimited memory."},
    {"/linux/resources/memory/kernel", "config-linux.md#configLinuxMemory", "(int64, OPTIONAL, NOT RECOMMENDED) - sets hard limit for kernel memory"},
    {"/linux/resources/memory/kernelTCP", "config-linux.md#configLinuxMemory", "(int64, OPTIONAL, NOT RECOMMENDED) - sets hard limit for kernel TCP buffer memory"},
    {"/linux/resources/memory/swappiness", "config-linux.md#configLinuxMemory", "The values are from 0 to 100."},
    {"/linux/resources/cpu", "config-linux.md#configLinuxCPU", "represents the cgroup subsystems cpu and cpusets."},
    {"/linux/resources/cpu/quota", "config-linux.md#configLinuxCPU", "If specified with any (valid) positive value, it MUST be no smaller than burst (runtimes MAY generate an error)."},
    {"/linux/resources/cpu/burst", "config-linux.md#configLinuxCPU", "If specified, this value MUST be no larger than any positive quota (runtimes MAY generate an error)."},
    {"/linux/resources/blockIO", "config-linux.md#configLinuxBlockIO", "represents the cgroup subsystem blkio which implements the block IO controller."},
    {"/linux/resources/blockIO/weightDevice/*", "config-linux.md#configLinuxBlockIO", "You MUST specify at least one of weight or leafWeight in a given entry, and MAY specify both."},
    {"/linux/resources/hugepageLimits", "config-linux.md#configLinuxHugePageLimits", "The value has the format <size><unit-prefix>B (64KB, 2MB, 1GB), and must match the <hugepagesize> of the corresponding control file"},
    {"/linux/resources/network", "config-linux.md#configLinuxNetwork", "represents the cgroup subsystems net_cls and net_prio."},
    {"/linux/resources/pids", "config-linux.md#configLinuxPIDS", "specifies the maximum number of tasks in the cgroup"},
    {"/linux/resources/rdma", "config-linux.md#configLinuxRDMA", "You MUST specify at least one of the hcaHandles or hcaObjects in a given entry, and MAY specify both."},
    {"/linux/resources/unified", "config-linux.md#configLinuxUnified", "The runtime MUST generate an error when the configuration refers to a cgroup controller that is not present or that cannot be enabled."},
    {"/linux/intelRdt", "config-linux.md#configLinuxIntelRdt", "If no mounted resctrl pseudo-filesystem is available in the runtime mount namespace, the runtime MUST generate an error."},
    {"/linux/memoryPolicy", "config-linux.md#configLinuxMemoryPolicy", "sets the NUMA memory policy for the container."},
    {"/linux/sysctl", "config-linux.md#configLinuxSysctl", "allows kernel parameters to be modified at runtime for the container."},
    {"/linux/seccomp", "config-linux.md#configLinuxSeccomp", "The actions, architectures, and operators are strings that match the definitions in seccomp.h from libseccomp and are translated to corresponding values."},
    {"/linux/seccomp/defaultErrnoRet", "config-linux.md#configLinuxSeccomp", "When the action doesn't support an errno, the runtime MUST print and error and fail."},
    {"/linux/seccomp/architectures", "config-linux.md#configLinuxSeccomp", "A valid list of constants as of libseccomp v2.6.0 is shown below."},
    {"/linux/seccomp/flags", "config-linux.md#configLinuxSeccomp", "list of flags to use with seccomp(2)."},
    {"/linux/seccomp/listenerMetadata", "config-linux.md#configLinuxSeccomp", "This field MUST NOT be set if listenerPath is not set."},
    {"/linux/seccomp/syscalls/*/names", "config-linux.md#configLinuxSeccomp", "names MUST contain at least one entry."},
    {"/linux/seccomp/syscalls/*/errnoRet", "config-linux.md#configLinuxSeccomp", "When the action doesn't support an errno, the runtime MUST print and error and fail."},
    {"/linux/rootfsPropagation", "config-linux.md#configLinuxRootfsMountPropagation", "Its value is either shared, slave, private or unbindable."},
    {"/linux/maskedPaths", "config-linux.md#configLinuxMaskedPaths", "The values MUST be absolute paths in the container namespace."},
    {"/linux/readonlyPaths", "config-linux.md#configLinuxReadonlyPaths", "The values MUST be absolute paths in the container namespace."},
    {"/linux/mountLabel", "config-linux.md#configLinuxMountLabel", "will set the Selinux context for the mounts in the container."},
    {"/linux/personality", "config-linux.md#configLinuxPersonality", "sets the Linux execution personality."},
    {"/linux/personality/flags", "config-linux.md#configLinuxPersonality", "Currently no flag values are supported."},
};
// clang-format on

// The number of steps when the pattern covers the place, else -1.
int coverage(std::string_view pattern, const std::vector<std::string_view>& steps) {
  if (pattern.empty()) {
    return 0;
  }
  const auto wanted = split(pattern.substr(1), '/');
  if (wanted.size() > steps.size() || !std::equal(wanted.begin(), wanted.end(), steps.begin(),
                                                  [](std::string_view want, std::string_view step) {
                                                    return want == "*" || want == step;
                                                  })) {
    return -1;
  }
  return static_cast<int>(wanted.size());
}

}  // namespace

std::span<const Citation> citations() {
  return kCitations;
}

const Citation& citation_for(std::string_view pointer) {
  const auto steps =
      pointer.starts_with('/') ? split(pointer.substr(1), '/') : std::vector<std::string_view>{};
  const Citation* best = &kCitations[0];
  int most = 0;
  for (const Citation& row : kCitations) {
    const int steps_covered = coverage(row.pattern, steps);
    if (steps_covered > most) {
      most = steps_covered;
      best = &row;
    }
  }
  return *best;
}

}  // namespace wpar::oci
