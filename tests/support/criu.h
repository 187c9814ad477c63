// SPDX-License-Identifier: Apache-2.0
#pragma once
// A CRIU that works on today's kernels, for the tests of checkpoint and restore: the machine's own
// when it is new enough, else Debian 13's, debootstrapped once into the cache and started with that
// root's loader, so that it needs nothing of the machine.

#include <string>
#include <vector>

#include "tests/support/runtime.h"

namespace wpar::test {

// A shell that keeps its number in memory: /counter only shows it. Appended, since CRIU wants any
// other file that is open at that moment to have the same size at the restore.
inline constexpr const char* kCount =
    "i=0; while :; do i=$((i+1)); echo $i >> /counter; sleep 0.05; done";
// The number on the last line; 0 when there is none.
int last_count(const std::string& file);

// What WPAR_CRIU shall be: a program, or "" and the reason why there is none. `directory` takes the
// script that starts Debian 13's.
std::string criu_for_tests(const std::string& directory, std::string* reason);
// The same, and from now on the runtime's own: for fixtures whose test has namespaces of its own.
std::string use_criu(const std::string& directory, std::string* reason);

// A call of the verb, again as long as CRIU cannot have a controller of the machine.
Result checkpoint(const Runtime& runtime, const std::string& id, const std::string& images,
                  const std::vector<std::string>& options);

}  // namespace wpar::test
