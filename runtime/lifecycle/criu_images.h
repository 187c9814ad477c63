// SPDX-License-Identifier: Apache-2.0
#pragma once
// The directories that a checkpoint is kept in, and what of a request does not depend on its
// direction. Called by checkpoint.cpp and restore.cpp.

#include <string>
#include <vector>

#include "runtime/base/fd.h"
#include "runtime/lifecycle/criu_request.h"
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

// descriptors.json in the images: what 0, 1 and 2 were, in the form of runc. Restore gives its own
// in their place.
void write_descriptors(const ImageDirectories& directories, const std::vector<std::string>& keys);
std::vector<std::string> read_descriptors(const ImageDirectories& directories);

}  // namespace wpar::lifecycle
