// SPDX-License-Identifier: Apache-2.0
#include "translate/privilege_table.h"

#include <array>

#include "translate/privileges.h"

namespace wpar::translate {
namespace {

// The default privileges of a system WPAR first, in AIX's order: system_privileges() is a prefix.
constexpr std::array<PrivilegeRow, 112> kTable = {{
    {"PV_AU_", ""},
    {"PV_AU_ADD", "CAP_AUDIT_WRITE"},
    {"PV_AU_ADMIN", "CAP_AUDIT_CONTROL"},
    {"PV_AU_PROC", "CAP_AUDIT_WRITE"},
    {"PV_AU_READ", "CAP_AUDIT_READ"},
    {"PV_AU_WRITE", "CAP_AUDIT_WRITE"},
    {"PV_AZ_ADMIN", "CAP_SETFCAP"},
    {"PV_AZ_CHECK", ""},
    {"PV_AZ_READ", ""},
    {"PV_AZ_ROOT", ""},
    {"PV_DAC_", ""},
    {"PV_DAC_GID", "CAP_SETGID"},
    {"PV_DAC_O", "CAP_FOWNER CAP_FSETID"},
    {"PV_DAC_R", "CAP_DAC_READ_SEARCH"},
    {"PV_DAC_RID", ""},
    {"PV_DAC_UID", "CAP_SETUID"},
    {"PV_DAC_W", "CAP_DAC_OVERRIDE"},
    {"PV_DAC_X", "CAP_DAC_OVERRIDE"},
    {"PV_DEV_CONFIG", "CAP_SYS_ADMIN"},
    {"PV_DEV_QUERY", ""},
    {"PV_FS_CHOWN", "CAP_CHOWN"},
    {"PV_FS_CHROOT", "CAP_SYS_CHROOT"},
    {"PV_FS_CNTL", "CAP_SYS_ADMIN"},
    {"PV_FS_LINKDIR", ""},
    {"PV_FS_MKNOD", "CAP_MKNOD"},
    {"PV_FS_MOUNT", "CAP_SYS_ADMIN"},
    {"PV_FS_PDMODE", ""},
    {"PV_FS_QUOTA", "CAP_SYS_ADMIN"},
    {"PV_KER_ACCT", "CAP_SYS_PACCT"},
    {"PV_KER_CONF", "CAP_SYS_ADMIN"},
    {"PV_KER_DR", ""},
    {"PV_KER_EWLM", ""},
    {"PV_KER_EXTCONF", "CAP_SYS_MODULE"},
    {"PV_KER_IPC", "CAP_SYS_RESOURCE"},
    {"PV_KER_IPC_O", "CAP_IPC_OWNER"},
    {"PV_KER_IPC_R", "CAP_IPC_OWNER"},
    {"PV_KER_IPC_W", "CAP_IPC_OWNER"},
    {"PV_KER_NFS", "CAP_SYS_ADMIN"},
    {"PV_KER_RAC", "CAP_SYS_RESOURCE"},
    {"PV_KER_RAS_ERR", "CAP_SYSLOG"},
    {"PV_KER_REBOOT", "CAP_SYS_BOOT"},
    {"PV_NET_PORT", "CAP_NET_BIND_SERVICE"},
    {"PV_PROC_CKPT", "CAP_CHECKPOINT_RESTORE"},
    {"PV_PROC_CORE", ""},
    {"PV_PROC_CRED", "CAP_SETGID CAP_SETUID"},
    {"PV_PROC_ENV", ""},
    {"PV_PROC_PRIO", "CAP_SYS_NICE"},
    {"PV_PROC_PDMODE", ""},
    {"PV_PROC_RAC", "CAP_SYS_RESOURCE"},
    {"PV_PROC_RTCLK", ""},
    {"PV_PROC_SIG", "CAP_KILL"},
    {"PV_PROC_TIMER", ""},
    {"PV_PROC_VARS", ""},
    {"PV_PROC_PRIV", "CAP_SETPCAP"},
    {"PV_SU_UID", "CAP_SETUID"},
    {"PV_TCB", ""},
    {"PV_TP", ""},
    {"PV_TP_SET", ""},
    {"PV_MIC", ""},
    {"PV_MIC_CL", ""},
    {"PV_LAB_", ""},
    {"PV_LAB_CL", ""},
    {"PV_LAB_CLTL", ""},
    {"PV_LAB_LEF", ""},
    {"PV_LAB_SLDG", ""},
    {"PV_LAB_SLDG_STR", ""},
    {"PV_LAB_SL_FILE", ""},
    {"PV_LAB_SL_PROC", ""},
    {"PV_LAB_SL_SELF", ""},
    {"PV_LAB_SLUG", ""},
    {"PV_LAB_SLUG_STR", ""},
    {"PV_LAB_TL", ""},
    {"PV_MAC_", ""},
    {"PV_MAC_CL", ""},
    {"PV_MAC_R", ""},
    {"PV_MAC_R_CL", ""},
    {"PV_MAC_R_STR", ""},
    {"PV_MAC_R_PROC", ""},
    {"PV_MAC_W", ""},
    {"PV_MAC_W_CL", ""},
    {"PV_MAC_W_DN", ""},
    {"PV_MAC_W_UP", ""},
    {"PV_MAC_W_PROC", ""},
    {"PV_MAC_OVRRD", ""},
    {"PV_KER_SECCONFIG", ""},
    {"PV_PROBEVUE_TRC_USER", "CAP_SYS_PTRACE"},
    {"PV_PROBEVUE_TRC_USER_SELF", ""},
    {"PV_KER_LVM", "CAP_SYS_ADMIN"},
    {"PV_ROOT", ""},
    {"PV_SU_", ""},
    {"PV_SU_ROOT", "CAP_SETUID CAP_SETGID"},
    {"PV_SU_EMUL", "CAP_SETUID CAP_SETGID"},
    {"PV_DEV_LOAD", "CAP_SYS_MODULE"},
    {"PV_KER_VARS", ""},
    {"PV_KER_WLM", "CAP_SYS_ADMIN"},
    {"PV_KER_WPAR", "CAP_SYS_ADMIN"},
    {"PV_KER_RAS", "CAP_SYSLOG"},
    {"PV_NET_", ""},
    {"PV_NET_CNTL", "CAP_NET_ADMIN CAP_NET_RAW"},
    {"PV_NET_CONFIG", "CAP_NET_ADMIN"},
    {"PV_FS_", ""},
    {"PV_FS_RESIZE", "CAP_SYS_ADMIN"},
    {"PV_PROC_", ""},
    {"PV_KER_", ""},
    {"PV_DEV_", ""},
    {"PV_AZ_", ""},
    {"PV_PROBEVUE_", ""},
    {"PV_PROBEVUE_TRC_KERNEL", "CAP_BPF CAP_PERFMON"},
    {"PV_PROBEVUE_MANAGE", "CAP_BPF CAP_PERFMON"},
    {"PV_PROBEVUE_RASE", ""},
    {"PV_STREAM", ""},
    {"PV_WPAR_CKPT", "CAP_CHECKPOINT_RESTORE"},
}};
constexpr std::size_t kSystemPrivileges = 88;

constexpr std::array<std::string_view, kSystemPrivileges> kSystem = [] {
  std::array<std::string_view, kSystemPrivileges> names{};
  for (std::size_t i = 0; i < names.size(); ++i) {
    names[i] = kTable[i].name;
  }
  return names;
}();

// AIX gives an application WPAR less: no devices, no mounts, nothing of the kernel's configuration.
constexpr std::array<std::string_view, 20> kApplication = {
    "PV_DAC_GID",   "PV_DAC_O",    "PV_DAC_R",      "PV_DAC_UID",   "PV_DAC_W",
    "PV_DAC_X",     "PV_FS_CHOWN", "PV_FS_CHROOT",  "PV_KER_IPC_O", "PV_KER_IPC_R",
    "PV_KER_IPC_W", "PV_NET_PORT", "PV_PROC_CORE",  "PV_PROC_CRED", "PV_PROC_ENV",
    "PV_PROC_PRIV", "PV_PROC_SIG", "PV_PROC_TIMER", "PV_PROC_VARS", "PV_SU_UID"};

}  // namespace

std::span<const PrivilegeRow> privilege_table() {
  return kTable;
}
std::span<const std::string_view> system_privileges() {
  return kSystem;
}
std::span<const std::string_view> application_privileges() {
  return kApplication;
}

}  // namespace wpar::translate
