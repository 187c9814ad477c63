// SPDX-License-Identifier: Apache-2.0
#pragma once
// The command line of wpar2oci: wpar2oci(1). Throws Error(kInvalidArgument). Called by main.cpp.

#include <string>
#include <vector>

namespace wpar::translate {

struct CommandLine {
  std::string bundle;  // empty: the document goes to stdout
  std::string rootfs;
  std::string profile;
  std::string report_file;  // empty: stderr
  std::string name;
  bool json_report = false;
  bool strict = false;
  bool check = false;
  bool help = false;
  bool version = false;
  std::vector<std::string> specs;  // "-" is stdin
};

CommandLine parse_command_line(const std::vector<std::string>& words);
std::string help_text();

}  // namespace wpar::translate
