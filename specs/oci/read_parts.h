// SPDX-License-Identifier: Apache-2.0
#pragma once
// The parts of config.json, one parse_<noun>.cpp each, put together by parse_config.cpp. A cursor
// stands at the part itself. All throw Error(kInvalidConfig) that begins with the JSON pointer.

#include <string_view>
#include <vector>

#include "specs/oci/config.h"
#include "specs/oci/json_cursor.h"

namespace wpar::oci {

Config read_config(const JsonCursor& at);
Process read_process(const JsonCursor& at);
Mount read_mount(const JsonCursor& at);
Hooks read_hooks(const JsonCursor& at);
Linux read_linux(const JsonCursor& at);
Resources read_resources(const JsonCursor& at);
Seccomp read_seccomp(const JsonCursor& at);
std::vector<IdMapping> find_id_mappings(const JsonCursor& parent, std::string_view key);

}  // namespace wpar::oci
