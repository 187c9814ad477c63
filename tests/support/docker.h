// SPDX-License-Identifier: Apache-2.0
#pragma once
// Docker's daemon and client for the engine tests: the machine's own, or Debian's package unpacked
// into the cache. Installing it would start a daemon, with a bridge and firewall rules.

#include <string>

namespace wpar::test {

// Directories for PATH that hold dockerd and docker, "a:b", or "" and the reason why there are
// none.
std::string docker_for_tests(std::string* reason);

}  // namespace wpar::test
