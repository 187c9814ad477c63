// SPDX-License-Identifier: Apache-2.0
#include "runtime/sys/own_binary.h"

#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstring>
#include <string_view>

#include "runtime/base/error.h"
#include "runtime/base/fd.h"
#include "runtime/sys/mount.h"
#include "runtime/sys/raw.h"

namespace wpar::sys {
namespace {

constexpr int kSeals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

// The kernel's word for how we were started: execveat(2) with AT_EMPTY_PATH shows as /dev/fd/N.
// Only a start by descriptor *and* a read-only mount or full seals count: a binary on a mount that
// merely is read-only now could be remounted by the host later.
bool is_protected() {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): getauxval(3) gives addresses as numbers
  const auto* started_as = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
  if (started_as == nullptr || !std::string_view(started_as).starts_with("/dev/fd/")) {
    return false;
  }
  const UniqueFd self(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  if (!self) {
    throw_errno("open /proc/self/exe");
  }
  struct statvfs info = {};
  if (::fstatvfs(self.get(), &info) < 0) {
    throw_errno("statfs /proc/self/exe");
  }
  if ((info.f_flag & ST_RDONLY) != 0) {
    return true;
  }
  const int seals = ::fcntl(self.get(), F_GET_SEALS);
  return seals >= 0 && (seals & kSeals) == kSeals;
}

UniqueFd try_read_only_clone() {
  UniqueFd clone(::open_tree(AT_FDCWD, "/proc/self/exe", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  if (!clone) {
    return {};
  }
  mount_attr attributes = {};
  attributes.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  attributes.propagation = MS_PRIVATE;
  if (::mount_setattr(clone.get(), "", AT_EMPTY_PATH, &attributes, sizeof(attributes)) < 0) {
    return {};
  }
  return clone;
}

UniqueFd make_sealed_copy() {
  constexpr unsigned int kExecutable = 0x10;  // MFD_EXEC, Linux 6.3: vm.memfd_noexec may be 1
  constexpr unsigned int kFlags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  const UniqueFd self(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  UniqueFd copy(::memfd_create("runwpar", kFlags | kExecutable));
  if (!copy && errno == EINVAL) {
    copy.reset(::memfd_create("runwpar", kFlags));
  }
  struct stat info = {};
  if (!self || !copy || ::fstat(self.get(), &info) < 0) {
    throw_errno("copy the runtime's binary into memory");
  }
  off_t done = 0;
  while (done < info.st_size) {
    const auto rest = static_cast<std::size_t>(info.st_size - done);
    if (::sendfile(copy.get(), self.get(), &done, rest) <= 0) {
      throw_errno("copy the runtime's binary into memory");
    }
  }
  if (::fcntl(copy.get(), F_ADD_SEALS, kSeals) < 0) {
    throw_errno("seal the copy of the runtime's binary");
  }
  return copy;
}

}  // namespace

void run_from_protected_copy(char** argv) {
  if (is_protected()) {
    return;
  }
  UniqueFd copy = try_read_only_clone();
  if (!copy) {
    copy = make_sealed_copy();
  }
  raw::exec_fd(copy.get(), argv, environ);
  throw_errno("re-execute the runtime from a protected copy");
}

}  // namespace wpar::sys
