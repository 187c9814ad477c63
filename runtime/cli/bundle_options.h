// SPDX-License-Identifier: Apache-2.0
#pragma once
// The options of the commands that make a container: create, run and restore.

#include <array>

#include "runtime/cli/options.h"

namespace wpar::cli {

// Of all three; read_place() reads them.
inline constexpr std::array<Option, 3> kPlaceOptions = {{
    {"bundle", 'b', "DIR", "the bundle: a directory with a config.json (default: the current one)"},
    {"console-socket", '\0', "SOCKET", "send the terminal's master to this Unix socket"},
    {"pid-file", '\0', "FILE", "write the process id to FILE"},
}};
// Of create and run; create_request() reads them.
inline constexpr auto kBundleOptions = concat(
    kPlaceOptions,
    std::array<Option, 5>{{
        {"config", 'f', "FILE", "read this instead of the bundle's config.json"},
        {"pidfd-socket", '\0', "SOCKET", "send a pidfd of the process to this Unix socket"},
        {"no-pivot", '\0', "",
         "change the root without pivot_root(2), for a host root on a ramdisk"},
        {"no-new-keyring", '\0', "", "keep the caller's session keyring"},
        {"preserve-fds", '\0', "N", "give the process the descriptors 3 to 3+N-1 (default: 0)"},
    }});
// Of run and restore.
inline constexpr std::array<Option, 2> kForegroundOptions = {{
    {"detach", 'd', "", "do not wait for the container's end"},
    {"no-subreaper", '\0', "", "do not adopt orphans of the container while waiting"},
}};

}  // namespace wpar::cli
