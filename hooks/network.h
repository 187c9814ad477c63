// SPDX-License-Identifier: Apache-2.0
#pragma once
// openwpar-hook-network: gives a container's network namespace what the annotation
// org.openwpar.network asks for (specs/wpar/network_document.h), and removes what is left of it.
// hooks/README.md says what each mode makes. Called by network_main.cpp through run_hook.

#include "hooks/hook_main.h"

namespace wpar::hooks {

// Start or stop by the first word, else by the state's status.
void configure_network(const HookRequest& request);

}  // namespace wpar::hooks
