// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/user_namespace.h"

#include <fcntl.h>
#include <sched.h>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/sys/open.h"
#include "runtime/sys/process.h"
#include "runtime/sys/socket.h"

namespace wpar::lifecycle {

UniqueFd make_user_namespace(const plan::IdMapPlan& maps) {
  // No structured binding: clang before 16 does not let a lambda have one.
  auto ends = sys::make_packet_pair();
  // The child lives until our end of the pair is closed, by us or by our death.
  const sys::Child child = sys::clone_process({.flags = CLONE_NEWUSER}, [&]() noexcept {
    ends.first.reset();
    char end = 0;
    static_cast<void>(!::read(ends.second.get(), &end, 1));
  });
  const std::string path = fmt::format("/proc/{}", child.pid());
  const UniqueFd proc = sys::open_path(path, O_PATH | O_DIRECTORY);
  in_context("write the id maps", [&] {
    write_all(sys::open_at(proc, "uid_map", O_WRONLY), maps.uid_map, "uid_map");
    write_all(sys::open_at(proc, "gid_map", O_WRONLY), maps.gid_map, "gid_map");
  });
  return sys::open_at(proc, "ns/user", O_RDONLY);
}

}  // namespace wpar::lifecycle
