// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a service manager left in our environment for the container. Called by create, run, start.

#include <string>

#include "runtime/lifecycle/lifecycle.h"

namespace wpar::cli {

// NOTIFY_SOCKET; "" when there is none.
std::string notify_socket();
// NOTIFY_SOCKET, and LISTEN_FDS when LISTEN_PID says that they are for us. Throws
// Error(kInvalidArgument) when LISTEN_FDS is no number.
void add_service_environment(lifecycle::CreateOptions& options);

}  // namespace wpar::cli
