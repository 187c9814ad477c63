// SPDX-License-Identifier: Apache-2.0
#pragma once
// The last stretch: everything is prepared, nothing allocates, throws or opens a file any more, and
// as few system calls as possible run under the filter. Run by init.

#include <linux/capability.h>
#include <linux/filter.h>

namespace wpar::init {

struct FinalExec {
  const char* path = nullptr;
  char* const* argv = nullptr;
  char* const* envp = nullptr;
  sock_fprog filter = {};  // len 0: none
  unsigned int filter_flags = 0;
  bool drop_after_filter = false;  // capset(2) with the two below
  __user_cap_header_struct capability_header = {};
  __user_cap_data_struct capability_data[2] = {};
};

// Returns only when it failed, the errno.
[[nodiscard]] int final_exec(const FinalExec& last) noexcept;

}  // namespace wpar::init
