// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keeps the runtime's binary out of a container's reach (CVE-2019-5736): /proc/PID/exe of every
// process of ours that enters a container must not lead to an object that can be opened for
// writing.

namespace wpar::sys {

// The program runs from a read-only clone of its own mount, which no namespace holds, so that
// nobody can remount it: made with open_tree(2) and mount_setattr(2), entered with execveat(2).
// Where that is not allowed (no CAP_SYS_ADMIN), from a sealed copy in memory (memfd_create(2)).
// Does not return when it has to re-execute; returns at once in the program that was re-executed.
// `argv` is main's.
void run_from_protected_copy(char** argv);

}  // namespace wpar::sys
