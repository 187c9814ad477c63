// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "translate/context.h"

namespace wpar::translate {
namespace {

constexpr std::int64_t kDeviceSeconds = 30;
constexpr std::int64_t kNetworkSeconds = 30;
constexpr std::int64_t kScriptSeconds = 300;

oci::Hook hook(const Context& c, const std::string& program, std::vector<std::string> words,
               std::int64_t timeout) {
  words.insert(words.begin(), program);
  return {.path = c.profile.hook_directory + "/" + program,
          .args = std::move(words),
          .env = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"},
          .timeout = timeout};
}

}  // namespace

// Start: nothing is made for a WPAR whose devices others have; the network is there before the
// script runs. Stop: in reverse.
void map_hooks(Context& c) {
  oci::Hooks& hooks = c.config.hooks;
  c.workload.cgroup_v2 = c.profile.cgroup_v2;
  c.workload.podman_networks = c.profile.podman_networks;
  c.workload.podman_hooks = c.profile.podman_hooks;
  const spec::DeviceDocument devices = device_document(c.workload.devices);
  if (!devices.devices.empty() && c.problems.empty()) {
    c.config.annotations[spec::kDevicesAnnotation] = spec::write_device_document(devices);
    hooks.create_runtime.push_back(hook(c, "openwpar-hook-devices", {"start"}, kDeviceSeconds));
    hooks.poststop.push_back(hook(c, "openwpar-hook-devices", {"stop"}, kDeviceSeconds));
  }
  const spec::NetworkDocument network = network_document(c.workload);
  if (!network.interfaces.empty() && c.problems.empty()) {
    c.config.annotations[spec::kNetworkAnnotation] = spec::write_network_document(network);
    hooks.create_runtime.push_back(hook(c, "openwpar-hook-network", {"start"}, kNetworkSeconds));
    hooks.poststop.insert(hooks.poststop.begin(),
                          hook(c, "openwpar-hook-network", {"stop"}, kNetworkSeconds));
  }
  if (const std::string& script = c.workload.script; !script.empty()) {
    hooks.create_runtime.push_back(
        hook(c, "openwpar-hook-script", {"start", script}, kScriptSeconds));
    hooks.poststop.insert(hooks.poststop.begin(),
                          hook(c, "openwpar-hook-script", {"stop", script}, kScriptSeconds));
  }
}

}  // namespace wpar::translate
