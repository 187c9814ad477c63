// SPDX-License-Identifier: Apache-2.0
#pragma once
// Words of the command line that mean more than text. Pure; errors are Error(kInvalidArgument).

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/cli/options.h"

namespace wpar::cli {

// "9", "KILL", "SIGKILL", "sigkill", "RTMIN+3" → the number. 0 asks whether there is a process.
int parse_signal(std::string_view text);

// --format of a command that prints text or JSON; text when absent.
bool wants_json(const Parsed& parsed);

// The one argument that may be left out; empty without it.
std::string optional_argument(const Parsed& parsed);

// A decimal user or group id. 4294967295 is refused: to the kernel it means "leave unchanged".
std::uint32_t parse_id(std::string_view text, std::string_view what);

// Bytes: "4096", "64m", "1.5G", "2 GiB", "-1" for no limit; units are powers of 1024.
std::int64_t parse_size(std::string_view text, std::string_view option);

// As Go writes them: "5s", "1m30s", "250ms"; at least a millisecond.
std::int64_t parse_duration_ms(std::string_view text, std::string_view option);

// exec --cgroup: "PATH" for all controllers, or "CONTROLLER[,CONTROLLER...]:PATH" several times.
std::map<std::string, std::string> parse_cgroups(const std::vector<std::string>& words);

struct NumericUser {
  std::uint32_t uid = 0;
  std::optional<std::uint32_t> gid;
};
// "UID" or "UID:GID", numbers only: a name would have to be looked up in files of the container.
NumericUser parse_user(std::string_view text);

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
// "10.0.0.1:27" or "[::1]:27"; `what` is the option's name for the error.
HostPort parse_host_port(std::string_view text, std::string_view what);

}  // namespace wpar::cli
