// SPDX-License-Identifier: Apache-2.0
#pragma once
// config.json of the OCI runtime specification 1.3.0, as plain data: exactly what the text says,
// absent stays absent (std::optional). Read by parse_config, written by write_config, turned into
// decisions by runtime/plan and into being by translate/. Linux only; other platforms are ignored.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specs/oci/hooks.h"
#include "specs/oci/linux.h"
#include "specs/oci/mounts.h"
#include "specs/oci/process.h"

namespace wpar::oci {

inline constexpr const char* kSpecVersion = "1.3.0";

struct Root {
  std::string path;
  std::optional<bool> readonly;
  bool operator==(const Root&) const = default;
};

struct Config {
  std::string oci_version;
  std::optional<Root> root;
  std::vector<Mount> mounts;
  std::optional<Process> process;  // create works without it, start then fails (config.md, process)
  std::optional<std::string> hostname;
  std::optional<std::string> domainname;
  Hooks hooks;
  std::map<std::string, std::string> annotations;
  Linux linux_;
  bool operator==(const Config&) const = default;
};

}  // namespace wpar::oci
