// SPDX-License-Identifier: Apache-2.0
#pragma once
// A host and a configuration with nothing wrong about them, for each test to spoil in one place.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime/plan/build.h"
#include "runtime/plan/capabilities.h"
#include "runtime/plan/findings.h"
#include "specs/oci/config.h"

namespace wpar::plan {

using Texts = std::vector<std::string>;

inline HostFacts good_host() {
  HostFacts host;
  host.bounding_set = kAllCapabilities;
  return host;
}

// Somebody without privileges.
inline HostFacts ordinary_user() {
  HostFacts host;
  host.euid = 1000;
  host.egid = 1001;
  host.effective = 0;
  host.rootless = true;
  return host;
}

inline CreateRequest good_request() {
  return {.id = "web1", .bundle = "/srv/web1"};
}

inline oci::Process good_process() {
  oci::Process process;
  process.args = {"/bin/sh"};
  process.env = {"PATH=/bin", "HOME=/home/me"};
  process.cwd = "/";
  return process;
}

inline oci::Config good_config() {
  oci::Config config;
  config.oci_version = "1.2.0";
  config.root = oci::Root{.path = "rootfs", .readonly = {}};
  config.process = good_process();
  for (const char* type : {"pid", "mount", "ipc", "uts", "network"}) {
    config.linux_.namespaces.push_back({.type = type, .path = {}});
  }
  return config;
}

// The same with a user namespace of its own that maps ids 0 to 999.
inline oci::Config mapped_config() {
  oci::Config config = good_config();
  config.linux_.namespaces.push_back({.type = "user", .path = {}});
  config.linux_.uid_mappings = {{.container_id = 0, .host_id = 100000, .size = 1000}};
  config.linux_.gid_mappings = config.linux_.uid_mappings;
  return config;
}

inline Plan build(const oci::Config& config) {
  return build_plan(config, good_host(), good_request());
}

inline Texts findings_of(const oci::Config& config) {
  return validate(config, good_host());
}

inline std::string with_nul() {
  return {'/', 'a', '\0', 'b'};
}

}  // namespace wpar::plan
