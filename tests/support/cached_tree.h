// SPDX-License-Identifier: Apache-2.0
#pragma once
// Directory trees that are fetched once from the network and kept in $WPAR_TEST_CACHE, by default
// /var/cache/openwpar-tests: Debian's root, CRIU's, docker's programs. Used by the tests that need
// them.

#include <string>
#include <vector>

namespace wpar::test {

struct CachedTree {
  std::string name;                  // of its directory in the cache
  std::vector<std::string> command;  // fills the directory that it is started in
  std::string needs;                 // what is missing when there is no such command
};

// The path, or "" and the reason why there is none. One process fetches, others wait for it.
std::string find_or_fetch(const CachedTree& tree, std::string* reason);
// One of debootstrap(8).
CachedTree debian_tree(const std::string& name, const std::string& suite,
                       std::vector<std::string> options, const std::string& needs);

}  // namespace wpar::test
