// SPDX-License-Identifier: Apache-2.0
#include "translate/context.h"

namespace wpar::translate {

// A Linux kernel module belongs to the whole host; no capability is confined to loading one of
// them.
void map_kext(Context& c) {
  for (const spec::Kext& kext : c.wpar.kexts) {
    c.note("kext", "kext", kext.kext, Fidelity::kNeedsAction,
           "kernel modules belong to the host and are never loaded from within",
           "load the Linux module that does this on the host before the start");
    c.note("kext", "local", kext.local, Fidelity::kIgnored,
           "a module has one instance for the whole host");
    c.note("kext", "major", kext.major, Fidelity::kIgnored,
           "device numbers are given by device stanzas");
  }
}

}  // namespace wpar::translate
