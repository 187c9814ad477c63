// SPDX-License-Identifier: Apache-2.0
#include "hooks/hook_main.h"

#include <unistd.h>

#include <cstdio>
#include <exception>

#include "runtime/base/error.h"
#include "runtime/base/fd.h"
#include "runtime/base/file.h"
#include "specs/oci/parse_config.h"

namespace wpar::hooks {
namespace {

// A state document is as large as its annotations; more than this is nobody's container.
constexpr std::size_t kMaxStateBytes = std::size_t{4} << 20;

HookRequest read_request(int argc, char** argv) {
  const std::string text =
      read_fd(BorrowedFd(STDIN_FILENO), "the container's state on stdin", kMaxStateBytes);
  HookRequest request;
  request.state =
      in_context("the container's state on stdin", [&] { return oci::parse_state(text); });
  request.words.assign(argv + (argc > 0 ? 1 : 0), argv + argc);
  return request;
}

int report(const char* name, const char* message) {
  fmt::print(stderr, "{}: {}\n", name, message);
  return 1;
}

}  // namespace

int run_hook(const char* name, int argc, char** argv, HookFunction hook) {
  try {
    const HookRequest request = read_request(argc, argv);
    in_context(request.state.id, [&] { hook(request); });
    return 0;
  } catch (const std::exception& error) {
    return report(name, error.what());
  }
}

Phase parse_phase(const std::string& word) {
  if (word == "start") {
    return Phase::kStart;
  }
  if (word != "stop") {
    throw_error(ErrorKind::kInvalidArgument, "\"{}\" is neither start nor stop", word);
  }
  return Phase::kStop;
}

Phase phase_of(const HookRequest& request) {
  if (request.words.size() > 1) {
    throw_error(ErrorKind::kInvalidArgument, "expected one argument, start or stop, not {}",
                request.words.size());
  }
  if (!request.words.empty()) {
    return parse_phase(request.words.front());
  }
  return request.state.status == "stopped" ? Phase::kStop : Phase::kStart;
}

std::string name_of_wpar(const oci::State& state) {
  const auto name = state.annotations.find(kNameAnnotation);
  return name == state.annotations.end() || name->second.empty() ? state.id : name->second;
}

int container_pid(const oci::State& state) {
  if (state.pid <= 0) {
    throw_error(ErrorKind::kInvalidConfig,
                "/pid: the container has no process: this hook belongs between create and start");
  }
  return state.pid;
}

}  // namespace wpar::hooks
