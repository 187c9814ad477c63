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
  int listener_helper = -1;        // the filter has a listener, and this helper gets it
  bool drop_after_filter = false;  // capset(2) with the two below
  __user_cap_header_struct capability_header = {};
  __user_cap_data_struct capability_data[2] = {};
};

struct FinalFailure {
  int error = 0;
  const char* doing = "";  // "": executing the program
};

// Returns only when it failed.
[[nodiscard]] FinalFailure final_exec(const FinalExec& last) noexcept;

}  // namespace wpar::init
