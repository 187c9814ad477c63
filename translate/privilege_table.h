// SPDX-License-Identifier: Apache-2.0
#pragma once
// The table behind privileges.h: one row per AIX privilege, the capabilities separated by blanks.
// A row without capabilities has no counterpart on Linux.

#include <span>
#include <string_view>

namespace wpar::translate {

struct PrivilegeRow {
  std::string_view name;
  std::string_view capabilities;
};

std::span<const PrivilegeRow> privilege_table();

}  // namespace wpar::translate
