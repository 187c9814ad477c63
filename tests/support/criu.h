// SPDX-License-Identifier: Apache-2.0
#pragma once
// A CRIU that works on today's kernels, for the tests of checkpoint and restore: the machine's own
// when it is new enough, else Debian 13's, debootstrapped once into the cache and started with that
// root's loader, so that it needs nothing of the machine.

#include <string>

namespace wpar::test {

// What WPAR_CRIU shall be: a program, or "" and the reason why there is none. `directory` takes the
// script that starts Debian 13's.
std::string criu_for_tests(const std::string& directory, std::string* reason);

}  // namespace wpar::test
