// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where the calibration peers (Debian 12's runc 1.1.5 and crun 1.8.1) are known to fail a test.
// Never consulted for the runtime that is built here.

#include <string>

namespace wpar::test {

// The reason why this peer is known to fail "Suite.Test"; "" when it is expected to pass.
std::string peer_deviation(const std::string& peer, const std::string& test);

}  // namespace wpar::test
