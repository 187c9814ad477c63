// SPDX-License-Identifier: Apache-2.0
#pragma once
// What `run` and `exec` do while they wait for the program: forward signals, relay the terminal,
// reap.

#include <signal.h>

#include "runtime/base/fd.h"
#include "runtime/lifecycle/notify.h"
#include "runtime/sys/process.h"

namespace wpar::lifecycle {

// Blocks the signals that will be forwarded; made before the clone, so that none is lost. The child
// unblocks its own.
class BlockedSignals {
 public:
  BlockedSignals();
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  ~BlockedSignals();
  const sigset_t& set() const { return set_; }

 private:
  sigset_t set_ = {};
  sigset_t before_ = {};
};

// Waits for the end of `child`. `master` is the terminal's, invalid without one. The exit code as a
// shell reports it. `notify` is passed on while it runs; our caller's main process stays we.
int wait_in_foreground(sys::Child& child, const BlockedSignals& signals, UniqueFd master,
                       NotifyProxy* notify = nullptr);

}  // namespace wpar::lifecycle
