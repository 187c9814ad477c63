// SPDX-License-Identifier: Apache-2.0
#include "runtime/cgroup/device_program.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <optional>

#include "runtime/base/error.h"
#include "tests/unit/runtime/cgroup/device_reference.h"

namespace wpar::cgroup {
namespace {

using plan::DeviceRule;
using ::testing::HasSubstr;

const DeviceRule kDenyAll = device_rule(false, 'a', -1, -1, "rwm");
const DeviceRule kAllowAll = device_rule(true, 'a', -1, -1, "rwm");

std::uint32_t encode(const DeviceRequest& request) {
  std::uint32_t access = 0;
  for (const char bit : request.access) {
    access |= bit == 'm'   ? BPF_DEVCG_ACC_MKNOD
              : bit == 'r' ? BPF_DEVCG_ACC_READ
                           : BPF_DEVCG_ACC_WRITE;
  }
  return access << 16 | (request.type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR);
}

// The few instructions that a device program may have, as the instruction set document says; throws
// for every other, for a read outside of the context or of a register never written, and for a jump
// out of the program.
class Machine {
 public:
  explicit Machine(const DeviceRequest& request)
      : context_{encode(request), request.major, request.minor} {}

  std::uint64_t run(const std::vector<bpf_insn>& program) {
    for (std::size_t at = 0;;) {
      const bpf_insn& now = program.at(at);
      if (now.code == (BPF_JMP | BPF_EXIT)) {
        return get(0);
      }
      const bool jump = BPF_CLASS(now.code) == BPF_JMP || BPF_CLASS(now.code) == BPF_JMP32;
      if (!jump) {
        compute(now);
      } else if (now.off < 0) {
        throw std::out_of_range("a jump back");
      }
      at += 1 + (jump && is_taken(now) ? static_cast<std::size_t>(now.off) : 0);
    }
  }

 private:
  std::uint64_t get(unsigned index) const { return registers_.at(index).value(); }

  void compute(const bpf_insn& now) {
    const auto constant = static_cast<std::uint64_t>(std::int64_t{now.imm});
    std::optional<std::uint64_t>& target = registers_.at(now.dst_reg);
    switch (now.code) {
      case BPF_LDX | BPF_MEM | BPF_W:
        if (now.src_reg != 1 || now.off % 4 != 0) {
          throw std::out_of_range("not a field of the context");
        }
        target = context_.at(static_cast<std::size_t>(now.off) / 4);
        return;
      case BPF_ALU64 | BPF_MOV | BPF_K:
        target = constant;
        return;
      case BPF_ALU64 | BPF_MOV | BPF_X:
        target = get(now.src_reg);
        return;
      case BPF_ALU64 | BPF_AND | BPF_K:
        target = get(now.dst_reg) & constant;
        return;
      case BPF_ALU64 | BPF_RSH | BPF_K:
        target = get(now.dst_reg) >> constant;
        return;
      default:
        throw std::out_of_range(fmt::format("instruction {:#x}", now.code));
    }
  }

  bool is_taken(const bpf_insn& now) const {
    const auto constant = static_cast<std::uint64_t>(std::int64_t{now.imm});
    switch (now.code) {
      case BPF_JMP | BPF_JA:
        return true;
      case BPF_JMP | BPF_JNE | BPF_K:
        return get(now.dst_reg) != constant;
      case BPF_JMP | BPF_JSET | BPF_K:
        return (get(now.dst_reg) & constant) != 0;
      case BPF_JMP32 | BPF_JNE | BPF_K:
        return static_cast<std::uint32_t>(get(now.dst_reg)) != static_cast<std::uint32_t>(now.imm);
      default:
        throw std::out_of_range(fmt::format("jump {:#x}", now.code));
    }
  }

  std::array<std::uint32_t, 3> context_;
  std::array<std::optional<std::uint64_t>, 10> registers_;
};

bool allows(const std::vector<DeviceRule>& rules, const DeviceRequest& request) {
  return Machine(request).run(device_program(rules)) == 1;
}

template <typename Work>
std::string message_of(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(DeviceProgram, DeniesWhatNoRuleAllows) {
  EXPECT_FALSE(allows({kDenyAll}, {'c', 1, 3, "r"}));
  EXPECT_TRUE(allows({kAllowAll}, {'c', 1, 3, "rwm"}));
  const std::vector<DeviceRule> null = {kDenyAll, device_rule(true, 'c', 1, 3, "rw")};
  EXPECT_TRUE(allows(null, {'c', 1, 3, "rw"}));
  EXPECT_FALSE(allows(null, {'c', 1, 3, "rwm"}));
  EXPECT_FALSE(allows(null, {'b', 1, 3, "r"}));
  EXPECT_FALSE(allows(null, {'c', 2, 3, "r"}));
  EXPECT_FALSE(allows(null, {'c', 1, 4, "r"}));
}

TEST(DeviceProgram, LetsTheLastRuleThatMatchesWinForEachBit) {
  const std::vector<DeviceRule> holes = {
      kDenyAll, device_rule(true, 'c', -1, -1, "rw"), device_rule(false, 'c', 1, 3, "w"),
      device_rule(true, 'c', 1, -1, "m"), device_rule(false, 'a', 7, 7, "m")};
  EXPECT_TRUE(allows(holes, {'c', 1, 3, "rm"}));
  EXPECT_FALSE(allows(holes, {'c', 1, 3, "rw"}));
  EXPECT_TRUE(allows(holes, {'c', 1, 5, "rwm"})) << "bits of two rules add up";
  EXPECT_TRUE(allows(holes, {'c', 7, 7, "rw"})) << "a denial of another bit is none";
  EXPECT_FALSE(allows(holes, {'b', 1, 5, "m"}));
}

TEST(DeviceProgram, ForgetsWhatStandsBeforeARuleForAllDevices) {
  EXPECT_FALSE(
      allows({kAllowAll, device_rule(true, 'c', 1, 3, "rwm"), kDenyAll}, {'c', 1, 3, "r"}));
  EXPECT_TRUE(allows({kDenyAll, kAllowAll}, {'b', 8, 0, "rwm"}));
  EXPECT_EQ(device_program({kAllowAll, kDenyAll}).size(), device_program({kDenyAll}).size())
      << "the verifier refuses instructions that nothing reaches";
}

TEST(DeviceProgram, ComparesNumbersAsUnsigned) {
  const std::vector<DeviceRule> high = {kDenyAll,
                                        device_rule(true, 'c', 0xFFFFFFFF, 0x80000000, "r")};
  EXPECT_TRUE(allows(high, {'c', 0xFFFFFFFF, 0x80000000, "r"}));
  EXPECT_FALSE(allows(high, {'c', 0x7FFFFFFF, 0x80000000, "r"}));
  EXPECT_FALSE(allows(high, {'c', 0xFFFFFFFF, 0, "r"}));
}

TEST(DeviceProgram, RefusesANumberThatNoDeviceCanHave) {
  EXPECT_THAT(message_of([] {
                device_program({kDenyAll, device_rule(true, 'c', 1, std::int64_t{1} << 32, "r")});
              }),
              HasSubstr("/linux/resources/devices/0: 4294967296 cannot be the number of a device"));
  EXPECT_THAT(message_of([] {
                device_program({kDenyAll, device_rule(true, 'b', -2, 0, "r")});
              }),
              HasSubstr("devices/0: -2 cannot"));
}

TEST(DeviceProgram, NeedsAFirstRuleForAllDevices) {
  EXPECT_THROW(device_program({}), Error);
  EXPECT_THROW(device_program({device_rule(true, 'c', 1, 3, "rwm")}), Error);
  EXPECT_THROW(device_program({device_rule(false, 'a', -1, -1, "rw")}), Error);
}

TEST(DeviceProgram, DecidesLikeTheReferenceOnRandomLists) {
  RandomDevices random(20240229, {0, 1, 3, 5, 240, 0xFFFFF});
  int allowed = 0;
  int total = 0;
  for (int list = 0; list < 5000; ++list) {
    const std::vector<DeviceRule> rules = random.rules();
    const std::vector<bpf_insn> program = device_program(rules);
    for (int i = 0; i < 20; ++i) {
      const DeviceRequest request = random.request();
      const bool expected = is_allowed(rules, request);
      ASSERT_EQ(Machine(request).run(program), expected ? 1U : 0U) << fmt::format(
          "list {}: {} {}:{} {}", list, request.type, request.major, request.minor, request.access);
      allowed += expected && !request.access.empty() ? 1 : 0;
      ++total;
    }
  }
  EXPECT_GT(allowed, total / 10) << "the lists must not be one-sided";
  EXPECT_LT(allowed, total * 9 / 10);
}

}  // namespace
}  // namespace wpar::cgroup
