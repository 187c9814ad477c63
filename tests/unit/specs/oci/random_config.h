// SPDX-License-Identifier: Apache-2.0
#pragma once
// A random Config that parse_config could have returned: every member is sometimes there. The same
// seed gives the same Config on every machine.

#include <cstdint>

#include "specs/oci/config.h"

namespace wpar::oci::test {

Config random_config(std::uint64_t seed);

}  // namespace wpar::oci::test
