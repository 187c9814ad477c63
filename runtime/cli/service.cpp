// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/service.h"

#include <unistd.h>

#include <cstdlib>

#include "runtime/base/error.h"
#include "runtime/base/text.h"

namespace wpar::cli {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::string notify_socket() {
  return variable("NOTIFY_SOCKET");
}

void add_service_environment(lifecycle::CreateOptions& options) {
  options.notify_socket = notify_socket();
  const std::string count = variable("LISTEN_FDS");
  // They are for the process that LISTEN_PID names; ours may have been inherited by mistake.
  if (count.empty() || variable("LISTEN_PID") != std::to_string(::getpid())) {
    return;
  }
  const auto number = parse_integer<unsigned int>(count);
  if (!number || *number > 1'000'000) {
    throw_error(ErrorKind::kInvalidArgument, "LISTEN_FDS: \"{}\" is not a number of descriptors",
                count);
  }
  options.listen_fds = *number;
  options.listen_names = variable("LISTEN_FDNAMES");
}

}  // namespace wpar::cli
