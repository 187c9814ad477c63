// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/bundle_options.h"
#include "runtime/cli/command.h"
#include "runtime/cli/image_options.h"
#include "runtime/cli/requests.h"

namespace wpar::cli {
namespace {

constexpr std::array<Option, 5> kOwnOptions = {{
    {"tcp-close", '\0', "", "restore TCP connections as closed ones"},
    {"lsm-profile", '\0', "TYPE:NAME", "run under this profile of a security module instead"},
    {"lsm-mount-context", '\0', "CONTEXT", "mount with this SELinux context instead"},
    {"no-pivot", '\0', "", "for callers that pass it always; CRIU pivots (a warning says so)"},
    // conmon passes it. A session keyring is not part of an image.
    {"no-new-keyring", '\0', "", "", true},
}};
constexpr auto kRestoreOptions =
    concat(concat(kImageOptions, kPlaceOptions), concat(kForegroundOptions, kOwnOptions));

int restore(const Globals& globals, const Parsed& parsed) {
  return lifecycle::restore(globals.context, restore_request(parsed));
}

}  // namespace

lifecycle::RestoreOptions restore_request(const Parsed& parsed) {
  lifecycle::RestoreOptions options;
  options.image = image_request(parsed);
  options.create = read_place(parsed);
  options.create.no_pivot = parsed.flag("no-pivot");
  options.tcp_close = parsed.flag("tcp-close");
  options.detach = parsed.flag("detach");
  options.no_subreaper = parsed.flag("no-subreaper");
  options.lsm_profile = parsed.text("lsm-profile");
  options.lsm_mount_context = parsed.text("lsm-mount-context");
  return options;
}

constinit const Command kRestore = {.name = "restore",
                                    .arguments = "ID",
                                    .summary = "make a container of the files of a checkpoint",
                                    .options = kRestoreOptions,
                                    .arity = {.min = 1, .max = 1},
                                    .run = restore};

}  // namespace wpar::cli
