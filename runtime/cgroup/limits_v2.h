// SPDX-License-Identifier: Apache-2.0
#pragma once
// Limits → control files of the v2 controllers (cgroup-v2.rst). Pure. 0 means "not set" as in
// limits_v1.h. What v2 cannot do comes back with FileWrite::refusal set. Device rules are not here.

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/cgroup/file_write.h"
#include "runtime/plan/limits.h"

namespace wpar::cgroup {

// What a limit that is only half given is completed with; the defaults are those of a new cgroup.
struct CurrentV2 {
  std::string cpu_max = "max 100000";
  std::string memory_max = "max";
};

std::vector<FileWrite> limits_v2(const plan::Limits& limits, const CurrentV2& current = {});
// One write for a value, or one for each of its lines. The controller is the part before the dot;
// "cgroup" for files that every cgroup has.
std::vector<FileWrite> unified_writes(const std::vector<plan::UnifiedValue>& values);

// cpu.weight for cpu.shares: 2 → 1, 1024 → 100, 262144 → 10000, on a quadratic curve of log2.
std::uint64_t weight_of_shares(std::uint64_t shares);
// io.weight (1 … 10000) for blkio.weight (10 … 1000).
std::uint64_t io_weight(std::uint16_t block_weight);

}  // namespace wpar::cgroup
