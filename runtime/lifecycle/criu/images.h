// SPDX-License-Identifier: Apache-2.0
#pragma once
// The directories that a checkpoint is kept in, and what of a request does not depend on its
// direction. Called by checkpoint.cpp and restore.cpp.

#include <sys/types.h>

#include <string>
#include <vector>

#include "runtime/base/fd.h"
#include "runtime/lifecycle/criu/request.h"
#include "runtime/lifecycle/lifecycle.h"
#include "runtime/plan/plan.h"

namespace wpar::lifecycle {

struct ImageDirectories {
  std::string image_path;  // absolute
  std::string work_path;   // where CRIU puts its log: the same unless --work-path was given
  UniqueFd images;
  UniqueFd work;  // invalid without --work-path
  std::string log_path(const std::string& log_file) const { return work_path + "/" + log_file; }
};

// Made as needed, mode 0700: images hold the memory of processes.
ImageDirectories make_image_directories(const ImageOptions& options);
// The images must be there: "checkpoint DIR: no such file or directory".
ImageDirectories open_image_directories(const ImageOptions& options);

CriuOptions common_options(const ImageOptions& options, const ImageDirectories& directories,
                           const std::string& log_file, const plan::Plan& plan);

// For a restore with a user namespace: what becomes the container's root reads the images and makes
// mount points in the work directory, first as ours and then as the container's. So the directory
// is its group's, too, until the object ends.
class LentDirectory {
 public:
  LentDirectory() = default;
  LentDirectory(BorrowedFd directory, gid_t to);
  LentDirectory(LentDirectory&& other) noexcept;
  LentDirectory& operator=(LentDirectory&&) = delete;
  ~LentDirectory();

 private:
  UniqueFd directory_;
  gid_t group_ = 0;  // whose it was
  mode_t mode_ = 0;
};
// Lends nothing when no user namespace is made. Throws kUnsupported when it maps no root.
LentDirectory lend_to_root_of(const plan::IdMapPlan& maps, BorrowedFd directory);

// descriptors.json in the images: what 0, 1 and 2 were, in the form of runc. Restore gives its own
// in their place.
void write_descriptors(const ImageDirectories& directories, const std::vector<std::string>& keys);
std::vector<std::string> read_descriptors(const ImageDirectories& directories);

}  // namespace wpar::lifecycle
