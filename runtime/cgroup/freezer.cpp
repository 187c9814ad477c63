// SPDX-License-Identifier: Apache-2.0
#include "runtime/cgroup/freezer.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/statfs.h>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/cgroup/patience.h"
#include "runtime/sys/raw.h"

namespace wpar::cgroup {
namespace {

constexpr int kFreezeTimeoutMs = 2000;

// On a hybrid host the v1 freezer: it is what tools there look at.
const Directory& freezer_of(const Directory* v1, const Directory* v2) {
  if (v1 == nullptr && v2 == nullptr) {
    throw_error(ErrorKind::kUnsupported,
                "the container has no cgroup that could be frozen: no v1 controller freezer and no "
                "cgroup v2 directory");
  }
  return v1 != nullptr ? *v1 : *v2;
}

void ask(const Directory& freezer, bool frozen) {
  if (freezer.v2()) {
    freezer.write("cgroup.freeze", frozen ? "1" : "0");
  } else {
    freezer.write("freezer.state", frozen ? "FROZEN" : "THAWED");
  }
}

bool has_stopped(const Directory& freezer) {
  if (freezer.v2()) {
    return is_frozen_here(freezer).value_or(false);
  }
  return trim(freezer.find("freezer.state").value_or("")) == "FROZEN";
}

std::optional<bool> find_frozen_v2(BorrowedFd directory) {
  const auto events = find_text(directory, "cgroup.events");
  return events ? std::optional(events->find("frozen 1") != std::string::npos) : std::nullopt;
}

// FREEZING: asked for, and some process has not stopped yet.
std::optional<bool> find_frozen_v1(BorrowedFd directory) {
  const auto state = find_text(directory, "freezer.state");
  return state ? std::optional(trim(*state) != "THAWED") : std::nullopt;
}

}  // namespace

std::optional<bool> is_frozen_here(const Directory& directory) {
  const BorrowedFd handle = directory.find_handle();
  if (!handle) {
    return std::nullopt;
  }
  if (directory.v2()) {
    return find_frozen_v2(handle);
  }
  return directory.has("freezer") ? find_frozen_v1(handle) : std::nullopt;
}

bool is_frozen_at(const std::string& freezer_directory) {
  if (freezer_directory.empty()) {
    return false;
  }
  open_how how{};
  how.flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const UniqueFd directory(sys::raw::openat2(AT_FDCWD, freezer_directory.c_str(), how));
  if (!directory && errno == ENOENT) {
    return false;
  }
  struct statfs info = {};
  if (!directory || ::fstatfs(directory.get(), &info) < 0) {
    throw_errno("open {}", freezer_directory);
  }
  if (info.f_type == CGROUP2_SUPER_MAGIC) {
    return find_frozen_v2(directory).value_or(false);
  }
  return info.f_type == CGROUP_SUPER_MAGIC && find_frozen_v1(directory).value_or(false);
}

void Cgroup::freeze() {
  const Directory& freezer = freezer_of(find_controller(false, "freezer"), v2_directory());
  ask(freezer, true);
  Patience patience(kFreezeTimeoutMs);
  while (!has_stopped(freezer)) {
    if (!patience.wait()) {
      ask(freezer, false);
      throw_error(ErrorKind::kSystem, "{} did not freeze within {} ms", freezer.path(),
                  kFreezeTimeoutMs);
    }
    if (!freezer.v2()) {
      ask(freezer, true);  // catches what was forked while the first round went by
    }
  }
}

void Cgroup::thaw() {
  ask(freezer_of(find_controller(false, "freezer"), v2_directory()), false);
}

std::string Cgroup::freezer_directory() const {
  const Directory* v1 = find_controller(false, "freezer");
  const Directory* freezer = v1 != nullptr ? v1 : v2_directory();
  return freezer == nullptr ? std::string() : std::string(freezer->path());
}

bool Cgroup::is_frozen() const {
  const Directory* v1 = find_controller(false, "freezer");
  const Directory* freezer = v1 != nullptr ? v1 : v2_directory();
  return freezer != nullptr && is_frozen_here(*freezer).value_or(false);
}

}  // namespace wpar::cgroup
