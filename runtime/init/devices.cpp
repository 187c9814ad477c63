// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>

#include "runtime/base/path.h"
#include "runtime/init/step_functions.h"

namespace wpar::init {
namespace {

// The directory of the last node: most are in /dev, and one lookup serves them all.
class ParentDirectory {
 public:
  explicit ParentDirectory(const sys::RootDir& root) : root_(root) {}
  BorrowedFd of(const std::string& path) {
    std::string parent = parent_path(path);
    if (!handle_ || parent != path_) {
      handle_ = root_.make_directory(parent);
      path_ = std::move(parent);
    }
    return handle_;
  }

 private:
  const sys::RootDir& root_;
  std::string path_;
  UniqueFd handle_;
};

// What stands at the name already must be the very device: a link or a file of that name is the
// image's attempt to choose what we mount or open later (CVE-2025-31133).
void check_existing(BorrowedFd parent, const plan::DevicePlan& device) {
  const std::string name(base_name(device.path));
  struct stat info = {};
  if (::fstatat(parent.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) < 0) {
    throw_errno("stat {}", device.path);
  }
  if ((info.st_mode & S_IFMT) != (device.mode & S_IFMT) ||
      (!S_ISFIFO(info.st_mode) && info.st_rdev != device.device)) {
    throw_error(ErrorKind::kInvalidConfig,
                "{} exists in the root file system and is not that device", device.path);
  }
}

}  // namespace

void make_devices(Context& context) {
  ParentDirectory parents(context.root);
  const auto& devices = context.plan().devices;
  for (std::size_t i = 0; i < devices.size(); ++i) {
    const plan::DevicePlan& device = devices[i];
    in_context(fmt::format("device {}", device.path), [&] {
      if (device.bind) {
        const UniqueFd target = context.root.make_file(device.path);
        std::move(context.input.sources.devices[i]).attach(target);
        return;
      }
      const BorrowedFd parent = parents.of(device.path);
      if (!sys::make_node(parent, std::string(base_name(device.path)), device.mode, device.device,
                          device.uid, device.gid)) {
        check_existing(parent, device);
      }
    });
  }
  for (const plan::SymlinkPlan& link : context.plan().links) {
    sys::make_symlink(parents.of(link.path), std::string(base_name(link.path)), link.target);
  }
}

}  // namespace wpar::init
