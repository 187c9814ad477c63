// SPDX-License-Identifier: Apache-2.0
#include "hooks/device_claims.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>

#include "runtime/base/error.h"
#include "runtime/base/file.h"

namespace wpar::hooks {

DeviceClaims::DeviceClaims(const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    throw Error(error.value(), fmt::format("make the directory {}", directory));
  }
  directory_ = UniqueFd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory_) {
    throw_errno("open {}", directory);
  }
  lock_ = UniqueFd(
      ::openat(directory_.get(), ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock_) {
    throw_errno("open {}/.lock", directory);
  }
  while (::flock(lock_.get(), LOCK_EX) < 0) {
    if (errno != EINTR) {
      throw_errno("lock {}/.lock", directory);
    }
  }
}

std::optional<spec::DeviceClaim> DeviceClaims::find(const std::string& device) const {
  const std::optional<std::string> text = find_file_at(directory_, device);
  if (!text) {
    return std::nullopt;
  }
  return in_context(fmt::format("claim of {}", device),
                    [&] { return spec::parse_device_claim(*text); });
}

void DeviceClaims::take(const std::string& device, const spec::DeviceClaim& claim) {
  replace_file_at(directory_, device, spec::write_device_claim(claim) + "\n", 0600);
}

void DeviceClaims::drop(const std::string& device) {
  if (::unlinkat(directory_.get(), device.c_str(), 0) < 0 && errno != ENOENT) {
    throw_errno("remove the claim of {}", device);
  }
}

}  // namespace wpar::hooks
