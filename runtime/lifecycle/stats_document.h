// SPDX-License-Identifier: Apache-2.0
#pragma once
// The lines that `events` prints. Pure. The shape is runc's: what Go's omitempty leaves out is left
// out, and what has no such mark is there even when it is 0.

#include <string>
#include <string_view>
#include <vector>

#include "runtime/cgroup/stats.h"

namespace wpar::lifecycle {

struct InterfaceStats {
  std::string name;
  std::uint64_t rx_bytes = 0;
  std::uint64_t rx_packets = 0;
  std::uint64_t rx_errors = 0;
  std::uint64_t rx_dropped = 0;
  std::uint64_t tx_bytes = 0;
  std::uint64_t tx_packets = 0;
  std::uint64_t tx_errors = 0;
  std::uint64_t tx_dropped = 0;
  bool operator==(const InterfaceStats&) const = default;
};

// The text of /proc/PID/net/dev.
std::vector<InterfaceStats> parse_interfaces(std::string_view text);

// {"type":"stats",…} and {"type":"oom",…}, without a line break.
std::string stats_document(const std::string& id, const cgroup::Stats& stats,
                           const std::vector<InterfaceStats>& interfaces);
std::string oom_document(const std::string& id);

}  // namespace wpar::lifecycle
