// SPDX-License-Identifier: Apache-2.0
// The option words of one mount, a line each: what is accepted asks the kernel for nothing that
// contradicts itself, and no word disappears.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/text.h"
#include "runtime/plan/mount_options.h"
#include "tests/fuzz/fuzz_support.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wpar;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> words;
  for (const std::string_view word : split(text, '\n')) {
    words.emplace_back(word);
  }
  plan::Findings findings;
  const plan::MountOptions options = plan::plan_mount_options(
      words, plan::find_bind_request(words), plan::Pointer{"/mounts", 0}, findings);
  if (options.parameters.size() != options.parameter_places.size()) {
    fuzz::give_up("each parameter has its place", text);
  }
  for (const std::size_t place : options.parameter_places) {
    if (place >= words.size()) {
      fuzz::give_up("a place is one of a word", text);
    }
  }
  // A word may hold several, divided by commas, as mount(8) takes them.
  const auto commas = static_cast<std::size_t>(std::count(text.begin(), text.end(), ','));
  if (options.parameters.size() > words.size() + commas) {
    fuzz::give_up("no parameter comes from nowhere", text);
  }
  return 0;
}
