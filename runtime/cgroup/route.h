// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which hierarchy gets which control file. A controller is in one hierarchy only; on a hybrid host
// most are v1 and some may be v2. Pure; throws kUnsupported for a limit that nothing can enforce.

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

std::vector<RoutedWrite> route(const std::vector<Hierarchy>& hierarchies,
                               const plan::Limits& limits, const CurrentV2& current = {});

}  // namespace wpar::cgroup
