// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/seccomp_enosys.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>

#include "runtime/plan/seccomp_words.h"

namespace wpar::plan {

namespace {

constexpr std::uint32_t kX32Bit = 0x40000000;

// The largest number mentioned, as the filter sees it; nothing: this architecture has none of them.
struct Newest {
  std::optional<std::uint32_t> number;
  std::optional<std::uint32_t> x32_number;  // calls with kX32Bit, which share x86-64's audit number
  bool has_x32 = false;
};

sock_filter statement(unsigned int code, std::uint32_t k) {
  return {.code = static_cast<__u16>(code), .jt = 0, .jf = 0, .k = k};
}

sock_filter jump(unsigned int code, std::uint32_t k, std::size_t if_true, std::size_t if_false) {
  return {.code = static_cast<__u16>(code),
          .jt = static_cast<__u8>(if_true),
          .jf = static_cast<__u8>(if_false),
          .k = k};
}

std::optional<std::uint32_t> newest_of(const oci::Seccomp& seccomp, std::uint32_t arch) {
  std::optional<std::uint32_t> newest;
  for (const oci::SyscallRule& rule : seccomp.syscalls) {
    for (const std::string& name : rule.names) {
      const int number = seccomp_syscall_resolve_name_arch(arch, name.c_str());
      if (number >= 0) {  // negative: unknown, or not on this architecture
        newest = std::max(newest.value_or(0), static_cast<std::uint32_t>(number));
      }
    }
  }
  return newest;
}

// By audit architecture. The native one is always in a filter of libseccomp.
std::map<std::uint32_t, Newest> newest_by_arch(const oci::Seccomp& seccomp) {
  std::set<std::uint32_t> tokens = {seccomp_arch_native()};
  for (const std::string& word : seccomp.architectures) {
    if (const auto* arch = seccomp_words::find(seccomp_words::kArchitectures, word)) {
      tokens.insert(arch->value);
    }
  }
  std::map<std::uint32_t, Newest> result;
  for (const std::uint32_t token : tokens) {
    if (token == SCMP_ARCH_X32) {
      Newest& newest = result[SCMP_ARCH_X86_64];
      newest.has_x32 = true;
      newest.x32_number = newest_of(seccomp, token);
    } else {
      result[token].number = newest_of(seccomp, token);
    }
  }
  return result;
}

constexpr unsigned int kJumpIfGreater = BPF_JMP | BPF_JGT | BPF_K;

// "if A > newest return ENOSYS"; two instructions.
void append_test(std::vector<sock_filter>& block, std::uint32_t newest) {
  block.push_back(jump(kJumpIfGreater, newest, 0, 1));
  block.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS));
}

// Entered with the architecture found; leaves by ENOSYS or off its end.
std::vector<sock_filter> arch_block(std::uint32_t arch, const Newest& newest) {
  std::vector<sock_filter> block;
  block.push_back(statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
  std::vector<sock_filter> plain;
  if (newest.number) {
    append_test(plain, *newest.number);
  }
  if (arch != SCMP_ARCH_X86_64) {
    block.insert(block.end(), plain.begin(), plain.end());
    return block;
  }
  // x32 calls of a profile without x32, and the -1 of a tracer, are for libseccomp to judge.
  std::vector<sock_filter> x32;
  if (newest.has_x32 && newest.x32_number) {
    append_test(x32, *newest.x32_number | kX32Bit);
  }
  plain.push_back(statement(BPF_JMP | BPF_JA, static_cast<std::uint32_t>(x32.size())));
  block.push_back(jump(BPF_JMP | BPF_JGE | BPF_K, kX32Bit, plain.size(), 0));
  block.insert(block.end(), plain.begin(), plain.end());
  block.insert(block.end(), x32.begin(), x32.end());
  return block;
}

}  // namespace

std::vector<sock_filter> enosys_prologue(const oci::Seccomp& seccomp) {
  if (seccomp.default_action != "SCMP_ACT_ERRNO" || seccomp.default_errno_ret == ENOSYS) {
    return {};
  }
  // From the last block to the first, because each ends with a jump over those behind it.
  std::vector<sock_filter> blocks;
  for (const auto& [arch, newest] : newest_by_arch(seccomp)) {
    if (!newest.number && !newest.x32_number) {
      continue;
    }
    std::vector<sock_filter> block = arch_block(arch, newest);
    block.push_back(statement(BPF_JMP | BPF_JA, static_cast<std::uint32_t>(blocks.size())));
    std::vector<sock_filter> joined = {jump(BPF_JMP | BPF_JEQ | BPF_K, arch, 0, block.size())};
    joined.insert(joined.end(), block.begin(), block.end());
    joined.insert(joined.end(), blocks.begin(), blocks.end());
    blocks = std::move(joined);
  }
  if (blocks.empty()) {
    return {};
  }
  std::vector<sock_filter> program = {
      statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch))};
  program.insert(program.end(), blocks.begin(), blocks.end());
  return program;
}

}  // namespace wpar::plan
