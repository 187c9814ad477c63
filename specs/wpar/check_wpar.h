// SPDX-License-Identifier: Apache-2.0
#pragma once
// What attributes demand of each other: a mount needs its directory, a netmask its address.
// Called by read_wpar, and by the wpar commands after they have changed a Wpar.

#include "specs/wpar/problems.h"
#include "specs/wpar/wpar.h"

namespace wpar::spec {

void check_wpar(const Wpar& wpar, Problems& problems);

}  // namespace wpar::spec
