// SPDX-License-Identifier: Apache-2.0
#pragma once
// errno → the words that container engines look for in a runtime's messages: lower case, as Go's
// syscall package spells them. CRI-O compares case-sensitively, so strerror(3) will not do.

#include <string>

namespace wpar {

// "no such file or directory"; "errno 4711" for a number without a name.
std::string errno_text(int errno_value);

}  // namespace wpar
