// SPDX-License-Identifier: Apache-2.0
#pragma once
// A specification and what this site calls things → an OCI configuration and a report. Pure: reads
// no file, looks at no host. Called by wpar2oci and the wpar commands. Throws Error(kInvalidConfig)
// with "file:line: " messages for what only the translation can find wrong.

#include <string>

#include "specs/oci/config.h"
#include "specs/wpar/wpar.h"
#include "translate/machine.h"
#include "translate/profile.h"
#include "translate/report.h"

namespace wpar::translate {

inline constexpr const char* kAnnotationPrefix = "org.openwpar.";

struct Options {
  std::string name;  // overrides general.name; empty: the specification's
  std::string
      rootfs;  // a complete root file system, absolute; empty: the specification's directory
};

struct Translation {
  std::string name;
  oci::Config config;
  Report report;
};

Translation translate(const spec::Wpar& wpar, const Profile& profile, const Machine& machine,
                      const Options& options);

}  // namespace wpar::translate
