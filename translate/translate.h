// SPDX-License-Identifier: Apache-2.0
#pragma once
// A specification and what this site calls things → an OCI configuration and a report. Pure: reads
// no file, looks at no host. Called by wpar2oci and the wpar commands. Throws Error(kInvalidConfig)
// with "file:line: " messages for what only the translation can find wrong.

#include <optional>
#include <string>

#include "specs/oci/config.h"
#include "specs/wpar/attribute_files.h"
#include "specs/wpar/wpar.h"
#include "translate/machine.h"
#include "translate/profile.h"
#include "translate/report.h"
#include "translate/workload.h"

namespace wpar::translate {

inline constexpr const char* kAnnotationPrefix = "org.openwpar.";

struct Options {
  // A complete root file system, absolute; empty: the specification's directory.
  std::string rootfs;
  std::optional<spec::DevExports> devexports;  // nothing: AIX's default list, which is built in
  std::optional<spec::SecAttrs> secattrs;      // nothing: AIX's default privileges
  bool engine_networks = false;  // the target attaches the networks of an engine; a bundle cannot
};

struct Translation {
  std::string name;
  oci::Config config;
  Workload workload;
  Report report;
};

Translation translate(const spec::Wpar& wpar, const Profile& profile, const Machine& machine,
                      const Options& options);

}  // namespace wpar::translate
