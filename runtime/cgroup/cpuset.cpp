// SPDX-License-Identifier: Apache-2.0
#include "runtime/cgroup/cpuset.h"

#include "runtime/base/error.h"
#include "runtime/base/text.h"

namespace wpar::cgroup {
namespace {

std::string value_of(BorrowedFd directory, const std::string& file) {
  return std::string(trim(find_text(directory, file).value_or("")));
}

void fill(const Directory& directory, const std::string& file, bool is_new,
          const std::vector<UniqueFd>& ancestors) {
  if (!is_new && !value_of(directory.handle(), file).empty()) {
    return;
  }
  // Upwards to the first that is not empty; the root of the hierarchy never is.
  std::string value;
  std::size_t level = ancestors.size();
  while (level > 0 && value.empty()) {
    value = value_of(ancestors[--level], file);
  }
  if (value.empty()) {
    throw_error(ErrorKind::kUnsupported, "no cgroup above {} has a {}", directory.path(), file);
  }
  for (++level; level < ancestors.size(); ++level) {
    if (const int error = try_write_text(ancestors[level], file, value)) {
      throw Error(error, fmt::format("write {} to {} above {}", value, file, directory.path()));
    }
  }
  directory.write(file, value);
}

}  // namespace

void fill_cpuset(const Directory& directory, bool is_new) {
  const std::vector<UniqueFd> ancestors = directory.ancestors();
  fill(directory, "cpuset.cpus", is_new, ancestors);
  fill(directory, "cpuset.mems", is_new, ancestors);
}

}  // namespace wpar::cgroup
