// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "runtime/base/file.h"
#include "runtime/base/path.h"
#include "runtime/cli/command.h"
#include "runtime/cli/output.h"
#include "runtime/cli/requests.h"
#include "specs/oci/write_config.h"

namespace wpar::cli {
namespace {

constexpr std::array<Option, 2> kSpecOptions = {{
    {"bundle", 'b', "DIR", "write to this directory (default: the current one)"},
    {"rootless", '\0', "", "for a user without privileges: with a user namespace"},
}};

int spec(const Globals& globals, const Parsed& parsed) {
  static_cast<void>(globals);
  const std::string directory = parsed.text("bundle");
  const std::string path = directory.empty() ? "config.json" : join_path(directory, "config.json");
  if (find_file(path)) {
    throw_error(ErrorKind::kAlreadyExists, "File {} exists. Remove it first", path);
  }
  const oci::Config config = parsed.flag("rootless")
                                 ? rootless_example_config(::geteuid(), ::getegid())
                                 : example_config();
  write_file(path, oci::write_config(config, oci::Indent::kTab) + "\n", 0644);
  return 0;
}

}  // namespace

constinit const Command kSpec = {.name = "spec",
                                 .arguments = "",
                                 .summary = "write an example config.json",
                                 .options = kSpecOptions,
                                 .arity = {},
                                 .run = spec,
                                 .uses_state = false};

}  // namespace wpar::cli
