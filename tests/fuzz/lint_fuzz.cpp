// SPDX-License-Identifier: Apache-2.0
// The planner through `lint`: whatever the bytes, it answers; it has an error exactly when create
// would refuse; every finding has a place in the document and a citation.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/plan/build.h"
#include "runtime/plan/lint.h"
#include "specs/oci/parse_config.h"
#include "tests/fuzz/fuzz_support.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wpar;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  plan::HostFacts host;
  host.bounding_set = ~std::uint64_t{0};
  host.apparmor_enabled = true;
  host.selinux_enabled = true;
  bool has_error = false;
  for (const plan::LintFinding& finding : plan::lint(text, host)) {
    has_error = has_error || finding.severity == plan::Severity::kError;
    if (finding.text.empty() || finding.citation.section.empty() ||
        (!finding.pointer.empty() && finding.pointer.front() != '/')) {
      fuzz::give_up("a finding has a place, a text and a citation", finding.pointer);
    }
  }
  const bool is_good = fuzz::accepts([&] {
    const std::vector<std::string> errors = plan::validate(oci::parse_config(text), host);
    if (!errors.empty()) {
      throw Error(ErrorKind::kInvalidConfig, errors.front().substr(0, 1000));
    }
  });
  if (is_good == has_error) {
    fuzz::give_up("lint has an error exactly when create would refuse", text);
  }
  return 0;
}
