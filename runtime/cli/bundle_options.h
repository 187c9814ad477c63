// SPDX-License-Identifier: Apache-2.0
#pragma once
// The options that create and run have in common; create_request() reads them.

#include <array>

#include "runtime/cli/options.h"

namespace wpar::cli {

inline constexpr std::array<Option, 8> kBundleOptions = {{
    {"bundle", 'b', "DIR", "the bundle: a directory with a config.json (default: the current one)"},
    {"config", 'f', "FILE", "read this instead of the bundle's config.json"},
    {"console-socket", '\0', "SOCKET", "send the terminal's master to this Unix socket"},
    {"pidfd-socket", '\0', "SOCKET", "send a pidfd of the process to this Unix socket"},
    {"pid-file", '\0', "FILE", "write the process id to FILE"},
    {"no-pivot", '\0', "", "change the root without pivot_root(2), for a host root on a ramdisk"},
    {"no-new-keyring", '\0', "", "keep the caller's session keyring"},
    {"preserve-fds", '\0', "N", "give the process the descriptors 3 to 3+N-1 (default: 0)"},
}};

}  // namespace wpar::cli
