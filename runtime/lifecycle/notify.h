// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stands between a container and the service manager of its caller (sd_notify(3)): passes on that
// the container is ready, and nothing else that it may say. Used by start and run.

#include <sys/types.h>

#include <string>

#include "runtime/base/fd.h"
#include "runtime/state/store.h"

namespace wpar::lifecycle {

class NotifyProxy {
 public:
  // Makes the container's socket. `manager` is the value of NOTIFY_SOCKET; that it leads nowhere is
  // found out here, before anything happens.
  NotifyProxy(const state::Entry& entry, std::string manager);

  BorrowedFd socket() const { return socket_; }
  // Takes in what the container has sent. The first time it says READY=1 so do we; then true.
  bool forward();
  // Until it is ready, or its process has ended. Then the manager is told the main process, and
  // waited for until it has taken the news in.
  void wait_until_ready(BorrowedFd init, pid_t main_pid);

 private:
  void tell(const std::string& text, BorrowedFd descriptor = BorrowedFd(-1)) const;
  void barrier() const;

  std::string manager_;
  UniqueFd socket_;
  bool ready_ = false;
};

}  // namespace wpar::lifecycle
