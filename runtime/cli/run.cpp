// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/bundle_options.h"
#include "runtime/cli/command.h"
#include "runtime/cli/requests.h"
#include "runtime/cli/service.h"

namespace wpar::cli {
namespace {

constexpr std::array<Option, 1> kOwnOptions = {{
    {"keep", '\0', "", "leave the state of the container behind when it ends"},
}};
constexpr auto kRunOptions = concat(concat(kBundleOptions, kForegroundOptions), kOwnOptions);

int run(const Globals& globals, const Parsed& parsed) {
  lifecycle::RunOptions options = run_request(parsed);
  add_service_environment(options.create);
  return lifecycle::run(globals.context, options);
}

}  // namespace

lifecycle::RunOptions run_request(const Parsed& parsed) {
  return {.create = create_request(parsed),
          .detach = parsed.flag("detach"),
          .keep = parsed.flag("keep"),
          .no_subreaper = parsed.flag("no-subreaper")};
}

constinit const Command kRun = {.name = "run",
                                .arguments = "ID",
                                .summary = "create and start a container, and wait for its end",
                                .options = kRunOptions,
                                .arity = {.min = 1, .max = 1},
                                .run = run,
                                .enters_container = true};

}  // namespace wpar::cli
