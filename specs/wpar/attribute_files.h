// SPDX-License-Identifier: Apache-2.0
#pragma once
// The two files beside a specification, in the same grammar: devexports (which devices a WPAR may
// have at all) and secattrs (the default privileges). Called by wpar2oci and the wpar commands;
// wpar.spec(5), "OTHER FILES".

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "specs/wpar/problems.h"
#include "specs/wpar/value.h"

namespace wpar::spec {

struct DeviceExport {
  std::string value;        // a path, or a pattern of the shell
  bool auto_export = true;  // "auto": without being asked for
  Position at;
};

struct DevExports {
  std::string filename;
  std::vector<DeviceExport> entries;
};

struct SecAttrs {
  std::string filename;
  std::vector<Value<NameList>> privs;  // the default set, every line in order
};

DevExports read_devexports(std::string_view text, Problems& problems);
SecAttrs read_secattrs(std::string_view text, Problems& problems);

// "*", "?" and "[…]" as in the shell; "*" does not match a slash.
bool is_pattern(std::string_view text);
bool matches(const std::string& pattern, const std::string& path);
// The entry that decides about `path`: the one that names it, else the first pattern that matches.
const DeviceExport* find_export(const DevExports& exports, const std::string& path);

}  // namespace wpar::spec
