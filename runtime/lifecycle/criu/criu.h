// SPDX-License-Identifier: Apache-2.0
#pragma once
// CRIU as a program beside us: `criu swrk`, which answers requests on a socket and tells us in
// between how far it is. Called by checkpoint.cpp and restore.cpp.

#include <functional>
#include <string>
#include <vector>

#include "runtime/base/fd.h"
#include "runtime/cgroup/cgroup.h"
#include "runtime/lifecycle/criu/request.h"
#include "runtime/sys/process.h"

namespace wpar::lifecycle {

// The number in CRIU of the first of CriuStart::descriptors.
inline constexpr int kFirstCriuDescriptor = 4;

struct CriuStart {
  std::vector<BorrowedFd> descriptors = {};
  cgroup::Entry entry = {};  // restored processes are born where CRIU is
  std::string root = {};     // restore: becomes a mount, in a namespace that CRIU has for itself
};

// What CRIU tells while it works; `descriptor` came along with it, if any.
using CriuNotified = std::function<void(const CriuResponse& notice, UniqueFd descriptor)>;

class Criu {
 public:
  // Finds the program, starts it and asks for its version. Throws kUnsupported when there is none
  // or it is too old, with the words what to install.
  explicit Criu(const CriuStart& start);
  Criu(const Criu&) = delete;
  Criu& operator=(const Criu&) = delete;
  // Lets CRIU clean up behind itself before it ends.
  ~Criu();

  const CriuVersion& version() const { return version_; }
  // Throws kUnsupported when this CRIU on this kernel cannot do it.
  void require_memory_tracking();
  void require_lazy_pages();
  // A directory as CRIU sees it: one opened in our mount namespace would be no place for its
  // mounts.
  UniqueFd open_directory(const std::string& path) const;

  // Carries out one dump, pre-dump or restore. What `notified` throws makes CRIU give up. The log
  // is `log_path`; the reason for a failure is looked up there.
  CriuResponse request(CriuTopic topic, const CriuOptions& options, const std::string& log_path,
                       const CriuNotified& notified);

 private:
  CriuResponse ask(const std::string& question);
  CriuResponse receive(UniqueFd* descriptor);
  [[noreturn]] void fail(CriuTopic topic, const CriuResponse& response,
                         const std::string& log_path);

  std::string program_;
  UniqueFd channel_;
  sys::Child child_;
  CriuVersion version_;
};

}  // namespace wpar::lifecycle
