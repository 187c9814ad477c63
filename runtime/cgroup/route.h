// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which hierarchy gets which control file, and which the device rules. A controller is in one
// hierarchy only; on a hybrid host most are v1 and some may be v2. Pure; throws kUnsupported for a
// limit that nothing can enforce.

#include <linux/bpf.h>

#include <cstddef>
#include <vector>

#include "runtime/cgroup/cgroup.h"
#include "runtime/cgroup/file_write.h"
#include "runtime/cgroup/limits_v2.h"

namespace wpar::cgroup {

struct RoutedWrite {
  std::size_t hierarchy = 0;  // index
  FileWrite write;
};

struct Route {
  std::vector<RoutedWrite> writes;
  // Device rules where no v1 controller takes them: for the v2 hierarchy. Empty: none.
  std::vector<bpf_insn> device_program;
};

Route route(const std::vector<Hierarchy>& hierarchies, const plan::Limits& limits,
            const CurrentV2& current = {});

}  // namespace wpar::cgroup
