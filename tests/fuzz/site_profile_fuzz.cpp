// SPDX-License-Identifier: Apache-2.0
// The reader of the site profile: whatever the bytes, it gives a profile or throws wpar::Error with
// lines that begin with "fuzz:LINE: "; a profile translates a specification that uses every part of
// it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "specs/oci/parse_config.h"
#include "specs/oci/write_config.h"
#include "specs/wpar/read_wpar.h"
#include "tests/fuzz/promise.h"
#include "translate/translate.h"

namespace {

using namespace wpar;

constexpr std::string_view kSpec =
    "general:\n name = w\n vg = v\n architecture = pwr7\n script = /s\n"
    "network:\n interface = en0\n address = 192.0.2.7\nnetwork:\n address6 = 2001:db8::7\n"
    "route:\n rtdest = default\n rtgateway = 192.0.2.1\n"
    "mount:\n directory = /a\nmount:\n directory = /b\n dev = hdisk5\n"
    "resources:\n rset = r\n memory = 1%-2%,3%\ndevice:\n devname = hdisk*\n";

// Throws Error for what is wrong with the profile; nothing else may.
void check(std::string_view text) {
  translate::Profile profile;
  try {
    profile = translate::parse_profile(text, "fuzz");
  } catch (const Error& error) {
    for (const std::string_view line : split(error.what(), '\n')) {
      if (!line.starts_with("fuzz:") && !line.empty() &&
          error.kind() != ErrorKind::kInvalidConfig) {
        fuzz::give_up("an error names its place", error.what());
      }
    }
    return;
  }
  const translate::Machine machine =
      machine_of(profile, {.cpus = 4, .memory = std::uint64_t{1} << 34, .source = "fuzz"});
  const translate::Translation translation =
      translate::translate(spec::parse_wpar(kSpec, "spec"), profile, machine, {});
  const std::string written = oci::write_config(translation.config, oci::Indent::kNone);
  if (oci::parse_config(written) != translation.config) {
    fuzz::give_up("the document reads back as the same", written);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check({reinterpret_cast<const char*>(data), size});
  return 0;
}
