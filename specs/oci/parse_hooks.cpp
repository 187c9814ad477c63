// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "specs/oci/read_members.h"
#include "specs/oci/read_parts.h"

namespace wpar::oci {
namespace {

Hook read_hook(const JsonCursor& at) {
  Hook hook;
  hook.path = absolute_path(at.at("path"));
  hook.args = find_strings(at, "args");
  hook.env = find_strings(at, "env");
  hook.timeout =
      find_integer<std::int64_t>(at, "timeout", 1, std::numeric_limits<std::int64_t>::max());
  return hook;
}

}  // namespace

Hooks read_hooks(const JsonCursor& at) {
  Hooks hooks;
  hooks.prestart = find_list(at, "prestart", read_hook);
  hooks.create_runtime = find_list(at, "createRuntime", read_hook);
  hooks.create_container = find_list(at, "createContainer", read_hook);
  hooks.start_container = find_list(at, "startContainer", read_hook);
  hooks.poststart = find_list(at, "poststart", read_hook);
  hooks.poststop = find_list(at, "poststop", read_hook);
  return hooks;
}

}  // namespace wpar::oci
