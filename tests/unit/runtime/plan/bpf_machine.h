// SPDX-License-Identifier: Apache-2.0
#pragma once
// A classic BPF machine for seccomp programs: what the kernel would answer, without a kernel. Reads
// outside of seccomp_data, jumps outside of the program and unknown instructions end the test.

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include <cstring>
#include <stdexcept>
#include <vector>

namespace wpar::plan {

inline std::uint32_t run_bpf(const std::vector<sock_filter>& program, const seccomp_data& data) {
  std::uint32_t a = 0;
  std::uint32_t x = 0;
  std::uint32_t memory[BPF_MEMWORDS] = {};
  for (std::size_t pc = 0; pc < program.size(); ++pc) {
    const sock_filter& at = program[pc];
    bool taken = false;
    switch (at.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        if (at.k % 4 != 0 || at.k + 4 > sizeof data) {
          throw std::runtime_error("load outside of the data");
        }
        std::memcpy(&a, reinterpret_cast<const char*>(&data) + at.k, 4);
        continue;
      case BPF_ALU | BPF_AND | BPF_K:
        a &= at.k;
        continue;
      case BPF_ST:
        memory[at.k] = a;
        continue;
      case BPF_LD | BPF_MEM:
        a = memory[at.k];
        continue;
      case BPF_MISC | BPF_TAX:
        x = a;
        continue;
      case BPF_MISC | BPF_TXA:
        a = x;
        continue;
      case BPF_RET | BPF_K:
        return at.k;
      case BPF_JMP | BPF_JA:
        pc += at.k;
        continue;
      case BPF_JMP | BPF_JEQ | BPF_K:
        taken = a == at.k;
        break;
      case BPF_JMP | BPF_JGT | BPF_K:
        taken = a > at.k;
        break;
      case BPF_JMP | BPF_JGE | BPF_K:
        taken = a >= at.k;
        break;
      default:
        throw std::runtime_error("unknown instruction");
    }
    pc += taken ? at.jt : at.jf;
  }
  throw std::runtime_error("ran off the end");
}

inline std::uint32_t answer(const std::vector<sock_filter>& program, std::uint32_t arch,
                            std::uint32_t number, std::uint64_t arg0 = 0, std::uint64_t arg1 = 0) {
  seccomp_data data{};
  data.nr = static_cast<int>(number);
  data.arch = arch;
  data.args[0] = arg0;
  data.args[1] = arg1;
  return run_bpf(program, data);
}

}  // namespace wpar::plan
