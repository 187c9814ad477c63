// SPDX-License-Identifier: Apache-2.0
#pragma once
// The options that checkpoint and restore have in common; image_request() in checkpoint.cpp reads
// them.

#include <array>

#include "runtime/cli/options.h"

namespace wpar::cli {

inline constexpr std::array<Option, 11> kImageOptions = {{
    {"image-path", '\0', "DIR", "where the images are (default: ./checkpoint)"},
    {"work-path", '\0', "DIR", "where CRIU writes its log (default: the images' directory)"},
    {"tcp-established", '\0', "", "allow open TCP connections"},
    {"ext-unix-sk", '\0', "", "allow Unix sockets that are connected to the outside"},
    {"shell-job", '\0', "", "allow a session and terminal of the outside"},
    {"file-locks", '\0', "", "allow file locks"},
    {"manage-cgroups-mode", '\0', "soft|full|strict|ignore",
     "what CRIU does about cgroups (default: soft)"},
    {"empty-ns", '\0', "network", "leave out what is in the network namespace"},
    {"auto-dedup", '\0', "", "keep memory that did not change in one image only"},
    {"lazy-pages", '\0', "", "fetch memory when it is needed, by \"criu lazy-pages\""},
    {"network-lock", '\0', "iptables|nftables|skip", "how open connections are held meanwhile"},
}};

}  // namespace wpar::cli
