// SPDX-License-Identifier: Apache-2.0
// The readers of untrusted JSON: whatever the bytes, they return data or throw wpar::Error with a
// one-line message, and what was read is written and read back as the same data.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "runtime/base/error.h"
#include "specs/oci/parse_config.h"
#include "specs/oci/write_config.h"

namespace {

using namespace wpar::oci;

[[noreturn]] void give_up(const char* promise, std::string_view text) {
  std::fprintf(stderr, "broken promise: %s\n%.*s\n", promise, static_cast<int>(text.size()),
               text.data());
  std::abort();
}

template <typename Parse, typename Write>
void check(std::string_view text, Parse&& parse, Write&& write) {
  decltype(parse(text)) value;
  try {
    value = parse(text);
  } catch (const wpar::Error& error) {
    const std::string_view message = error.what();
    if (message.empty() || message.size() > 2000 || message.find('\n') != message.npos) {
      give_up("an error is one short line", message);
    }
    return;
  }
  // From here nothing may throw: an exception that leaves the target is a finding.
  const std::string written = write(value);
  if (parse(written) != value) {
    give_up("what was written reads back as the same", written);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(text, parse_config, [](const Config& c) { return write_config(c, Indent::kNone); });
  check(text, parse_process, [](const Process& p) { return write_process(p, Indent::kTab); });
  check(text, parse_resources,
        [](const Resources& r) { return write_resources(r, Indent::kTwoSpaces); });
  check(text, parse_state, [](const State& s) { return write_state(s, Indent::kTwoSpaces); });
  return 0;
}
