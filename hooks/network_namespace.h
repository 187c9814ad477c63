// SPDX-License-Identifier: Apache-2.0
#pragma once
// A network namespace held open. A netlink socket stays in the namespace it was opened in, so one
// short visit is enough and no process is forked (setns(2), network_namespaces(7)). Used by
// hooks/network; errors are Error(kSystem).

#include <utility>

#include "runtime/base/fd.h"

namespace wpar::hooks {

class NetworkNamespace {
 public:
  static NetworkNamespace own();
  static NetworkNamespace of_process(int pid);

  BorrowedFd fd() const { return fd_; }
  bool is_same(const NetworkNamespace& other) const;

  // Runs `work` with the calling thread inside, and comes back.
  template <typename Work>
  decltype(auto) visit(Work&& work) const {
    const Visit visit(*this);
    return std::forward<Work>(work)();
  }

 private:
  class Visit {
   public:
    explicit Visit(const NetworkNamespace& there);
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    ~Visit();

   private:
    UniqueFd home_;
  };

  explicit NetworkNamespace(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace wpar::hooks
