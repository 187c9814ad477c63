// SPDX-License-Identifier: Apache-2.0
#pragma once
// Taking a limit back: what to write so that a control file says again what it said before. Pure.
// apply.cpp asks before each write of an update.

#include <string>
#include <string_view>

#include "runtime/cgroup/file_write.h"

namespace wpar::cgroup {

// `file` is the one that is about to be written (FileWrite::file or other_file), `before` its text.
std::string undo_text(const FileWrite& write, std::string_view file, std::string_view before);

}  // namespace wpar::cgroup
