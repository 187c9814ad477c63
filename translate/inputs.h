// SPDX-License-Identifier: Apache-2.0
#pragma once
// Everything that wpar2oci reads: the specifications with what they are laid over, the site
// profile, the files beside them, the size of this host. The only code of translate/ that looks at
// the host, with main.cpp. Throws Error(kInvalidConfig) with all complaints of all files, one a
// line.

#include <vector>

#include "specs/wpar/wpar.h"
#include "translate/command_line.h"
#include "translate/profile.h"
#include "translate/translate.h"

namespace wpar::translate {

struct Inputs {
  std::vector<spec::Wpar> wpars;
  Profile profile;
  Machine machine;
  Options options;
  bool several = false;  // more than one specification, or a directory
};

Inputs read_inputs(const CommandLine& line);

}  // namespace wpar::translate
