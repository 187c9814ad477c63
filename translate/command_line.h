// SPDX-License-Identifier: Apache-2.0
#pragma once
// The command line of wpar2oci: wpar2oci(1). Throws Error(kInvalidArgument). Called by main.cpp.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "specs/wpar/layers.h"

namespace wpar::translate {

struct CommandLine {
  std::string bundle;  // empty: the document goes to stdout
  std::string rootfs;
  std::string profile;
  std::string base;        // a specification below each of `specs`
  std::string devexports;  // files of that name
  std::string secattrs;
  std::string from;        // "spec" "yaml"; empty: by the file's name
  std::string runtime;     // that the engine runs; empty: its own default
  std::string to = "oci";  // a member of targets()
  std::optional<std::uint64_t> machine_cpus;
  std::optional<std::uint64_t> machine_memory;  // bytes
  std::string report_file;                      // empty: stderr
  bool json_report = false;
  bool strict = false;
  bool check = false;
  bool help = false;
  bool version = false;
  spec::Layer overrides;           // AIX's flags, laid over each of `specs`
  std::vector<std::string> specs;  // "-" is stdin; a directory is all specifications in it
};

// What --to can name.
std::span<const std::string_view> targets();

CommandLine parse_command_line(const std::vector<std::string>& words);
std::string help_text();

}  // namespace wpar::translate
