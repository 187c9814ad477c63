// SPDX-License-Identifier: Apache-2.0
#pragma once
// The size of the machine that percentages of a specification are taken of. Comes from the site
// profile or is measured by the program (main.cpp); the translator itself never looks at the host.

#include <cstdint>
#include <string>

namespace wpar::translate {

inline constexpr std::uint64_t kMaxCpus = std::uint64_t{1} << 20;  // no machine has more

struct Machine {
  std::uint64_t cpus = 1;
  std::uint64_t memory = std::uint64_t{1} << 30;  // bytes
  std::string source;                             // "this host" or "the site profile"
};

}  // namespace wpar::translate
