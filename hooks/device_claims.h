// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which container has which device: a file for each below /run/openwpar/devices, written whole.
// Used by hooks/devices; two hooks at once wait for each other. The files are gone with the host's
// /run.

#include <optional>
#include <string>

#include "runtime/base/fd.h"
#include "specs/wpar/device_document.h"

namespace wpar::hooks {

inline constexpr const char* kClaimDirectory = "/run/openwpar/devices";

class DeviceClaims {
 public:
  // Makes the directory and holds its lock until the object ends. Throws kSystem.
  explicit DeviceClaims(const std::string& directory);

  // `device` is "b8:16". Throws kInvalidConfig when the file is not one of ours.
  std::optional<spec::DeviceClaim> find(const std::string& device) const;
  void take(const std::string& device, const spec::DeviceClaim& claim);
  void drop(const std::string& device);

 private:
  UniqueFd directory_;
  UniqueFd lock_;
};

}  // namespace wpar::hooks
