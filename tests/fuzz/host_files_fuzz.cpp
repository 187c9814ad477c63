// SPDX-License-Identifier: Apache-2.0
// What the kernel tells in text: mountinfo and cgroup of a process (divided by a NUL), its stat and
// status, cgroup.procs. A container's names stand in some of them.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/cgroup/cgroup.h"
#include "runtime/cgroup/processes.h"
#include "runtime/plan/host.h"
#include "runtime/sys/proc.h"
#include "tests/fuzz/fuzz_support.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wpar;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t border = text.find('\0');
  fuzz::accepts([&] {
    const cgroup::Host host = cgroup::parse_hierarchies(
        text.substr(0, border),
        border == std::string_view::npos ? std::string_view() : text.substr(border + 1));
    for (const std::string& directory : cgroup::cgroup_directories(host, "wpar/fuzz")) {
      if (directory.empty() || directory.front() != '/') {
        fuzz::give_up("a cgroup directory is an absolute path", directory);
      }
    }
  });
  fuzz::accepts([&] { plan::grantable_capabilities(text); });
  static_cast<void>(sys::parse_process_stat(text));
  std::vector<pid_t> pids;
  fuzz::accepts([&] { cgroup::parse_processes(text, pids); });
  for (const pid_t pid : pids) {
    if (pid <= 0) {
      fuzz::give_up("no pid that kill(2) would take for many", text);
    }
  }
  return 0;
}
