// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/bundle_options.h"
#include "runtime/cli/command.h"
#include "runtime/cli/requests.h"
#include "runtime/cli/service.h"

namespace wpar::cli {
namespace {

int create(const Globals& globals, const Parsed& parsed) {
  require_supported_cgroup_manager(globals);
  lifecycle::CreateOptions options = create_request(parsed);
  add_service_environment(options);
  lifecycle::create(globals.context, options);
  return 0;
}

}  // namespace

lifecycle::CreateOptions create_request(const Parsed& parsed) {
  return {.id = parsed.arguments().front(),
          .bundle = parsed.text("bundle"),
          .config_file = parsed.text("config"),
          .console_socket = parsed.text("console-socket"),
          .pidfd_socket = parsed.text("pidfd-socket"),
          .pid_file = parsed.text("pid-file"),
          .no_pivot = parsed.flag("no-pivot"),
          .no_new_keyring = parsed.flag("no-new-keyring"),
          .preserve_fds = parsed.number<unsigned int>("preserve-fds"),
          .notify_socket = {},
          .listen_fds = 0,
          .listen_names = {}};
}

constinit const Command kCreate = {.name = "create",
                                   .arguments = "ID",
                                   .summary = "create a container whose process waits for start",
                                   .options = kBundleOptions,
                                   .arity = {.min = 1, .max = 1},
                                   .run = create,
                                   .enters_container = true};

}  // namespace wpar::cli
