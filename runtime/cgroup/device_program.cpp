// SPDX-License-Identifier: Apache-2.0
#include "runtime/cgroup/device_program.h"

#include <cstddef>
#include <limits>

#include "runtime/base/error.h"

namespace wpar::cgroup {
namespace {

using plan::DeviceRule;

constexpr std::int32_t kEverything = BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE | BPF_DEVCG_ACC_MKNOD;

enum Register : __u8 {
  kResult = BPF_REG_0,
  kContext = BPF_REG_1,
  kPending = BPF_REG_2,  // the bits of the request that no rule has decided yet; never 0
  kType = BPF_REG_3,
  kNumber = BPF_REG_4,
};

std::int32_t access_of(const DeviceRule& rule) {
  return (rule.read ? BPF_DEVCG_ACC_READ : 0) | (rule.write ? BPF_DEVCG_ACC_WRITE : 0) |
         (rule.mknod ? BPF_DEVCG_ACC_MKNOD : 0);
}

bool is_for_everything(const DeviceRule& rule) {
  return rule.type == 'a' && rule.major == DeviceRule::kAny && rule.minor == DeviceRule::kAny &&
         access_of(rule) == kEverything;
}

bpf_insn with_constant(int code, Register target, std::int32_t constant, std::size_t skipped = 0) {
  bpf_insn one = {};
  one.code = static_cast<__u8>(code);
  one.dst_reg = target & 0xF;
  one.off = static_cast<__s16>(skipped);
  one.imm = constant;
  return one;
}

bpf_insn load(Register target, std::size_t offset) {
  bpf_insn one = {};
  one.code = BPF_LDX | BPF_MEM | BPF_W;
  one.dst_reg = target & 0xF;
  one.src_reg = kContext & 0xF;
  one.off = static_cast<__s16>(offset);
  return one;
}

void append(std::vector<bpf_insn>& program, const std::vector<bpf_insn>& more) {
  program.insert(program.end(), more.begin(), more.end());
}

std::vector<bpf_insn> answer(bool allow) {
  return {with_constant(BPF_ALU64 | BPF_MOV | BPF_K, kResult, allow ? 1 : 0),
          with_constant(BPF_JMP | BPF_EXIT, kResult, 0)};
}

// What a rule does once the device is known to be one of its own.
std::vector<bpf_insn> decide(const DeviceRule& rule) {
  const std::int32_t access = access_of(rule);
  const std::vector<bpf_insn> end = answer(rule.allow);
  std::vector<bpf_insn> body;
  if (rule.allow) {
    body.push_back(with_constant(BPF_ALU64 | BPF_AND | BPF_K, kPending, ~access));
    body.push_back(with_constant(BPF_JMP | BPF_JNE | BPF_K, kPending, 0, end.size()));
  } else {
    body.push_back(with_constant(BPF_JMP | BPF_JSET | BPF_K, kPending, access, 1));
    body.push_back(with_constant(BPF_JMP | BPF_JA, kResult, 0, end.size()));
  }
  append(body, end);
  return body;
}

// The number is loaded anew for each rule: what a register held at the end of another one is then
// dead, so that the verifier takes all ways to get here for the same, and its work grows with the
// number of rules instead of its square. 32 bits are compared: a constant would be sign-extended.
void prepend_match(std::vector<bpf_insn>& body, std::int64_t wanted, std::size_t offset) {
  if (wanted == DeviceRule::kAny) {
    return;
  }
  const auto bits = static_cast<std::int32_t>(static_cast<std::uint32_t>(wanted));
  body.insert(body.begin(), {load(kNumber, offset), with_constant(BPF_JMP32 | BPF_JNE | BPF_K,
                                                                  kNumber, bits, body.size())});
}

std::vector<bpf_insn> code_of(const DeviceRule& rule) {
  std::vector<bpf_insn> body = decide(rule);
  prepend_match(body, rule.minor, offsetof(bpf_cgroup_dev_ctx, minor));
  prepend_match(body, rule.major, offsetof(bpf_cgroup_dev_ctx, major));
  if (rule.type != 'a') {
    const int type = rule.type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR;
    body.insert(body.begin(), with_constant(BPF_JMP | BPF_JNE | BPF_K, kType, type, body.size()));
  }
  return body;
}

// Type into kType, access into kPending. A request for nothing (access(2) with X_OK) is allowed.
std::vector<bpf_insn> prologue() {
  bpf_insn copy = with_constant(BPF_ALU64 | BPF_MOV | BPF_X, kType, 0);
  copy.src_reg = kPending & 0xF;
  const std::vector<bpf_insn> allow = answer(true);
  std::vector<bpf_insn> program = {
      load(kPending, offsetof(bpf_cgroup_dev_ctx, access_type)),
      copy,
      with_constant(BPF_ALU64 | BPF_AND | BPF_K, kType, 0xFFFF),
      with_constant(BPF_ALU64 | BPF_RSH | BPF_K, kPending, 16),
      with_constant(BPF_JMP | BPF_JNE | BPF_K, kPending, 0, allow.size()),
  };
  append(program, allow);
  return program;
}

// `index`: in the planner's list, whose first rule (deny everything) is not the configuration's.
void refuse_impossible(const DeviceRule& rule, std::size_t index) {
  for (const std::int64_t number : {rule.major, rule.minor}) {
    if (number < DeviceRule::kAny || number > std::numeric_limits<std::uint32_t>::max()) {
      throw_error(ErrorKind::kUnsupported,
                  "/linux/resources/devices/{}: {} cannot be the number of a device",
                  index == 0 ? 0 : index - 1, number);
    }
  }
}

}  // namespace

std::vector<bpf_insn> device_program(const std::vector<DeviceRule>& rules) {
  if (rules.empty() || !is_for_everything(rules.front())) {
    // The program replaces all that was in force, so a first narrower rule has nothing to amend.
    throw_error(ErrorKind::kInternal, "the first device rule must be one for all devices");
  }
  for (std::size_t i = 0; i < rules.size(); ++i) {
    refuse_impossible(rules[i], i);
  }
  std::vector<bpf_insn> program = prologue();
  auto rule = rules.rbegin();  // the last one that matches wins
  for (; !is_for_everything(*rule); ++rule) {
    if (access_of(*rule) != 0) {
      append(program, code_of(*rule));
    }
  }
  // Ends here, for the verifier refuses instructions that nothing reaches.
  append(program, answer(rule->allow));
  return program;
}

}  // namespace wpar::cgroup
