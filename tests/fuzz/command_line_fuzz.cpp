// SPDX-License-Identifier: Apache-2.0
// Words of a command line, a line each: they are understood or refused, and nothing is done.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "runtime/base/text.h"
#include "runtime/cli/cli.h"
#include "runtime/cli/requests.h"
#include "runtime/cli/values.h"
#include "tests/fuzz/fuzz_support.h"

namespace {

wpar::cli::Caller caller() {
  return {.is_root = true, .runtime_dir = "/run/user/0", .directory = "/srv"};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wpar;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  cli::Words words;
  for (const std::string_view word : split(text, '\n')) {
    words.emplace_back(word);
  }
  fuzz::accepts([&] {
    const cli::Invocation call = cli::interpret(words, caller);
    if (call.command == &cli::kCreate) {
      cli::create_request(call.parsed);
    } else if (call.command == &cli::kRun) {
      cli::run_request(call.parsed);
    } else if (call.command == &cli::kKill) {
      cli::kill_request(call.parsed);
    } else if (call.command == &cli::kExec) {
      cli::exec_request(call.parsed);
    }
  });
  fuzz::accepts([&] { cli::parse_signal(text); });
  fuzz::accepts([&] { cli::parse_user(text); });
  return 0;
}
