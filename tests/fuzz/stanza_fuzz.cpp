// SPDX-License-Identifier: Apache-2.0
// The readers of stanza files: whatever the bytes, they give data and complaints with places, and
// what was read without complaint is written and read back as the same. Covers specifications,
// devexports and secattrs.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "specs/wpar/attribute_files.h"
#include "specs/wpar/read_wpar.h"
#include "tests/fuzz/promise.h"

namespace {

using namespace wpar::spec;
using wpar::fuzz::check_problems;
using wpar::fuzz::give_up;

void check_specification(std::string_view text) {
  Problems problems("fuzz");
  const Wpar wpar = read_wpar(parse_stanzas(text, problems), problems);
  check_problems(problems, text);
  if (!problems.empty()) {
    return;
  }
  const std::string written = write_stanzas(stanzas_of(wpar));
  Problems again("again");
  const Wpar read = read_wpar(parse_stanzas(written, again), again);
  if (!again.empty()) {
    give_up("what was written is read without complaint", again.message());
  }
  if (write_stanzas(stanzas_of(read)) != written) {
    give_up("what was written reads back as the same", written);
  }
  if (read.attribute_lines + wpar.idle_lines.size() != wpar.attribute_lines) {
    give_up("every line counts or is idle", written);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_specification(text);
  Problems exports("devexports");
  read_devexports(text, exports);
  check_problems(exports, text);
  Problems attributes("secattrs");
  read_secattrs(text, attributes);
  check_problems(attributes, text);
  return 0;
}
