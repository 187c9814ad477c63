// SPDX-License-Identifier: Apache-2.0
#pragma once
// The devices that one WPAR at a time may have: the value of the OCI annotation
// "org.openwpar.devices", a JSON text (hooks/README.md shows one). translate/ writes it,
// hooks/devices claims them. Both directions refuse what the hook could not do, with
// Error(kInvalidConfig) that begins with the JSON pointer.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wpar::spec {

inline constexpr const char* kDevicesAnnotation = "org.openwpar.devices";

// What a device number of the kernel holds (MINORBITS of linux/kdev_t.h).
inline constexpr std::int64_t kMaxDeviceMajor = (std::int64_t{1} << 12) - 1;
inline constexpr std::int64_t kMaxDeviceMinor = (std::int64_t{1} << 20) - 1;

struct DeviceEntry {
  std::string path;  // on the host, for messages only: the numbers say which device it is
  std::string type;  // "b" "c"
  std::int64_t major = 0;
  std::int64_t minor = 0;
  bool operator==(const DeviceEntry&) const = default;
};

struct DeviceDocument {
  int version = 1;
  std::vector<DeviceEntry> devices;
  bool operator==(const DeviceDocument&) const = default;
};

// One line of JSON. parse(write(d)) == d.
std::string write_device_document(const DeviceDocument& document);
// Unknown members are refused. The text may be one of encode_annotation().
DeviceDocument parse_device_document(std::string_view text);

// The container that has a device, kept on the host by hooks/devices. It has it as long as its init
// runs: a claim outlives a crash of everything that could have taken it back.
struct DeviceClaim {
  std::string id;
  std::string name;  // of the WPAR, for messages
  int pid = 0;
  std::uint64_t start_time = 0;  // proc_pid_stat(5) field 22: with the pid, the identity of init
  bool operator==(const DeviceClaim&) const = default;
};

std::string write_device_claim(const DeviceClaim& claim);
DeviceClaim parse_device_claim(std::string_view text);

}  // namespace wpar::spec
