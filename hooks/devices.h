// SPDX-License-Identifier: Apache-2.0
#pragma once
// The devices hook: a device of the annotation org.openwpar.devices belongs to one WPAR at a time,
// the first one that starts. hooks/README.md.

#include "hooks/hook_main.h"

namespace wpar::hooks {

// Start claims all devices of the container or none; stop gives them back. The phase is the word
// start or stop, without one what the state's status says.
void arbitrate_devices(const HookRequest& request);

}  // namespace wpar::hooks
