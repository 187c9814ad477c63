// SPDX-License-Identifier: Apache-2.0
#pragma once
// config.json /linux/seccomp. Words stay words here; runtime/plan/seccomp turns them into BPF.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wpar::oci {

struct SeccompArg {
  std::uint32_t index = 0;  // 0 to 5
  std::uint64_t value = 0;
  std::optional<std::uint64_t> value_two;
  std::string op;  // "SCMP_CMP_EQ"
  bool operator==(const SeccompArg&) const = default;
};

struct SyscallRule {
  std::vector<std::string> names;
  std::string action;  // "SCMP_ACT_ALLOW"
  std::optional<std::uint32_t> errno_ret;
  std::vector<SeccompArg> args;
  bool operator==(const SyscallRule&) const = default;
};

struct Seccomp {
  std::string default_action;
  std::optional<std::uint32_t> default_errno_ret;
  std::vector<std::string> architectures;  // "SCMP_ARCH_X86_64"
  std::vector<std::string> flags;          // "SECCOMP_FILTER_FLAG_LOG"
  std::optional<std::string> listener_path;
  std::optional<std::string> listener_metadata;
  std::vector<SyscallRule> syscalls;
  bool operator==(const Seccomp&) const = default;
};

}  // namespace wpar::oci
