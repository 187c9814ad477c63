// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a service manager gives a service, handed on to the container: the notify socket of
// sd_notify(3) and the listening descriptors of sd_listen_fds(3). Called by build.cpp.

#include <string>

#include "runtime/plan/plan.h"

namespace wpar::plan {

struct ServiceRequest {
  // A directory on the host that will hold the socket; empty: no notify socket.
  std::string notify_directory;
  unsigned int listen_fds = 0;
  std::string listen_names;  // LISTEN_FDNAMES; empty: none
};

// The socket's name in that directory, and the path that the container sees.
inline constexpr const char* kNotifySocketName = "notify.sock";
inline constexpr const char* kNotifyDirectory = "/run/notify";

// The mount comes last, so that it lies on top of a /run that config.json mounts.
void plan_services(const ServiceRequest& request, Plan& plan);

}  // namespace wpar::plan
