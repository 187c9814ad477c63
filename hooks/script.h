// SPDX-License-Identifier: Apache-2.0
#pragma once
// openwpar-hook-script: runs the administrator's start/stop script of a WPAR (mkwpar -u) as
// "PATH start NAME" or "PATH stop NAME" on the host. The path is taken from the hook's own argv and
// only if nobody but root can have written what it names. Called by script_main.cpp through
// run_hook.

#include <string>

#include "hooks/hook_main.h"

namespace wpar::hooks {

// Throws when the script is refused, cannot be started, or fails: its last lines on stderr are part
// of the message.
void run_user_script(const HookRequest& request);

// Throws kInvalidArgument unless `path` is an absolute path without symbolic links to an executable
// regular file of root, and neither it nor a directory above it can be replaced by somebody else.
void check_script(const std::string& path);

}  // namespace wpar::hooks
