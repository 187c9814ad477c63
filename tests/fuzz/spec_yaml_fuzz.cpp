// SPDX-License-Identifier: Apache-2.0
// The reader of the YAML form: whatever the bytes, it gives data and complaints with places, and
// what was read without complaint is written in both forms and read back as the same.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "specs/wpar/read_wpar.h"
#include "specs/yaml/spec_form.h"
#include "tests/fuzz/promise.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wpar;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  spec::Problems problems("fuzz");
  const spec::Wpar wpar = read_wpar(yaml::parse_yaml_stanzas(text, problems), problems);
  fuzz::check_problems(problems, text);
  if (!problems.empty()) {
    return 0;
  }
  const std::string stanzas = write_stanzas(stanzas_of(wpar));
  const std::string written = yaml::write_yaml(wpar);
  spec::Problems again("again");
  const spec::Wpar by_yaml = read_wpar(yaml::parse_yaml_stanzas(written, again), again);
  const spec::Wpar by_stanzas = read_wpar(spec::parse_stanzas(stanzas, again), again);
  if (!again.empty()) {
    fuzz::give_up("what was written is read without complaint", again.message());
  }
  if (write_stanzas(stanzas_of(by_yaml)) != stanzas ||
      write_stanzas(stanzas_of(by_stanzas)) != stanzas) {
    fuzz::give_up("what was written reads back as the same", written);
  }
  return 0;
}
