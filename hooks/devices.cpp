// SPDX-License-Identifier: Apache-2.0
#include "hooks/devices.h"

#include <fmt/format.h>

#include "hooks/device_claims.h"
#include "runtime/base/error.h"
#include "runtime/base/rollback.h"
#include "runtime/sys/proc.h"
#include "specs/wpar/device_document.h"

namespace wpar::hooks {
namespace {

spec::DeviceDocument read_document(const oci::State& state) {
  const auto annotation = state.annotations.find(spec::kDevicesAnnotation);
  if (annotation == state.annotations.end()) {
    throw_error(ErrorKind::kInvalidConfig, "/annotations: {} is missing", spec::kDevicesAnnotation);
  }
  return in_context(fmt::format("annotation {}", spec::kDevicesAnnotation),
                    [&] { return spec::parse_device_document(annotation->second); });
}

// Two paths of one device are one device.
std::string key_of(const spec::DeviceEntry& device) {
  return fmt::format("{}{}:{}", device.type, device.major, device.minor);
}

bool is_running(const spec::DeviceClaim& owner) {
  return sys::is_running(owner.pid, owner.start_time);
}

spec::DeviceClaim claim_of(const oci::State& state) {
  const pid_t pid = container_pid(state);
  const std::optional<sys::ProcessStat> process = sys::find_process_stat(pid);
  if (!process) {
    throw_error(ErrorKind::kNotFound, "the container's process {} is gone", pid);
  }
  return {
      .id = state.id, .name = name_of_wpar(state), .pid = pid, .start_time = process->start_time};
}

void claim_devices(const HookRequest& request) {
  const spec::DeviceDocument document = read_document(request.state);
  const spec::DeviceClaim us = claim_of(request.state);
  DeviceClaims claims(kClaimDirectory);
  Rollback rollback;
  for (const spec::DeviceEntry& device : document.devices) {
    const std::string key = key_of(device);
    const std::optional<spec::DeviceClaim> owner = claims.find(key);
    const bool ours = owner && owner->pid == us.pid && owner->start_time == us.start_time;
    if (owner && !ours && is_running(*owner)) {
      throw_error(ErrorKind::kAlreadyExists,
                  "device {} ({} {}:{}) is exported to WPAR {} (container {}, process {}), and to "
                  "one at a time only",
                  device.path, device.type, device.major, device.minor, owner->name, owner->id,
                  owner->pid);
    }
    if (!ours) {
      claims.take(key, us);
      rollback.on_failure([&claims, key] { claims.drop(key); });
    }
  }
  rollback.keep();
}

// A claim of somebody who runs is not ours any more, whatever it is called.
void give_back_devices(const HookRequest& request) {
  const spec::DeviceDocument document = read_document(request.state);
  DeviceClaims claims(kClaimDirectory);
  for (const spec::DeviceEntry& device : document.devices) {
    const std::string key = key_of(device);
    const std::optional<spec::DeviceClaim> owner = claims.find(key);
    if (owner && owner->id == request.state.id && !is_running(*owner)) {
      claims.drop(key);
    }
  }
}

}  // namespace

void arbitrate_devices(const HookRequest& request) {
  if (phase_of(request) == Phase::kStart) {
    claim_devices(request);
  } else {
    give_back_devices(request);
  }
}

}  // namespace wpar::hooks
