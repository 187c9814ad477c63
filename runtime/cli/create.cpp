// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/bundle_options.h"
#include "runtime/cli/command.h"
#include "runtime/cli/requests.h"
#include "runtime/cli/service.h"

namespace wpar::cli {
namespace {

int create(const Globals& globals, const Parsed& parsed) {
  lifecycle::CreateOptions options = create_request(parsed);
  add_service_environment(options);
  lifecycle::create(globals.context, options);
  return 0;
}

}  // namespace

lifecycle::CreateOptions read_place(const Parsed& parsed) {
  lifecycle::CreateOptions options;
  options.id = parsed.arguments().front();
  options.bundle = parsed.text("bundle");
  options.console_socket = parsed.text("console-socket");
  options.pid_file = parsed.text("pid-file");
  return options;
}

lifecycle::CreateOptions create_request(const Parsed& parsed) {
  lifecycle::CreateOptions options = read_place(parsed);
  options.config_file = parsed.text("config");
  options.pidfd_socket = parsed.text("pidfd-socket");
  options.no_pivot = parsed.flag("no-pivot");
  options.no_new_keyring = parsed.flag("no-new-keyring");
  options.preserve_fds = parsed.number<unsigned int>("preserve-fds");
  return options;
}

constinit const Command kCreate = {.name = "create",
                                   .arguments = "ID",
                                   .summary = "create a container whose process waits for start",
                                   .options = kBundleOptions,
                                   .arity = {.min = 1, .max = 1},
                                   .run = create,
                                   .enters_container = true};

}  // namespace wpar::cli
