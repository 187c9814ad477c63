// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <unistd.h>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/lifecycle/container.h"
#include "runtime/lifecycle/members.h"
#include "runtime/sys/run_program.h"

namespace wpar::lifecycle {
namespace {

constexpr std::size_t kLongestTable = std::size_t{16} << 20;

// Engines call us with hardly any environment.
std::string find_ps() {
  const char* path = ::getenv("PATH");
  const std::string places =
      fmt::format("{}:/usr/bin:/bin:/usr/sbin:/sbin", path == nullptr ? "" : path);
  for (const std::string_view place : split(places, ':')) {
    std::string program = fmt::format("{}/ps", place);
    if (place.starts_with('/') && ::access(program.c_str(), X_OK) == 0) {
      return program;
    }
  }
  throw_error(ErrorKind::kNotFound, "the program ps was not found in {}", places);
}

}  // namespace

std::vector<pid_t> processes(const Context& context, const std::string& id) {
  return container_processes(open_container(context, id, state::Lock::kNone).record);
}

std::string process_table(const std::vector<std::string>& options) {
  sys::Program ps;
  ps.path = find_ps();
  ps.args = {"ps"};
  ps.args.insert(ps.args.end(), options.begin(), options.end());
  ps.env = {"LC_ALL=C", "COLUMNS=4096"};  // whole command lines
  ps.kept_output = kLongestTable;
  sys::ProgramResult result = sys::run_program(ps);
  if (result.exit_code != 0) {
    const std::string_view said = trim(result.output);  // its whole usage follows
    throw_error(ErrorKind::kSystem, "{} ended with {}: {}", ps.path, result.exit_code,
                said.substr(0, said.find('\n')));
  }
  return std::move(result.output);
}

}  // namespace wpar::lifecycle
