// SPDX-License-Identifier: Apache-2.0
// Text that becomes a unit: the first line as linux.cgroupsPath, the rest as the value of an
// annotation org.systemd.property.NAME, and all of it as a packet for the helper. What is accepted
// has a name that systemd takes, a type and values of it, and comes back from the packet as it was.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/text.h"
#include "runtime/plan/systemd_unit.h"
#include "runtime/plan/variant_text.h"
#include "runtime/systemd/message.h"
#include "tests/fuzz/fuzz_support.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wpar;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(text.find('\n'), text.size());

  plan::Findings findings;
  systemd::Request request;
  request.unit = plan::plan_systemd_unit(text.substr(0, line), "web1", false, findings);
  if (findings.errors().empty()) {
    const std::string& name = request.unit.name;
    if (name.empty() || name.size() > 255 || name.find('/') != name.npos || has_nul(name)) {
      fuzz::give_up("an accepted name is one of a unit", text);
    }
    if (!plan::unit_cgroup(request.unit).ends_with("/" + name)) {
      fuzz::give_up("a unit is in its cgroup", text);
    }
  }

  std::string problem;
  const auto variant = plan::parse_variant(text.substr(std::min(line + 1, size)), problem);
  if (variant.has_value() != problem.empty()) {
    fuzz::give_up("what is refused has a reason", text);
  }
  if (variant) {
    const bool is_array = variant->signature.starts_with('a');
    if (variant->signature.size() != (is_array ? 2U : 1U) ||
        (!is_array && variant->values.size() != 1)) {
      fuzz::give_up("a value has its type", text);
    }
    request.unit.properties.push_back({"Name", variant->signature, variant->values});
  }
  if (findings.errors().empty() && systemd::decode_request(systemd::encode(request)) != request) {
    fuzz::give_up("a request comes back as it was", text);
  }
  fuzz::accepts([&] { systemd::decode_request(text); });
  fuzz::accepts([&] { systemd::decode_answer(text); });
  return 0;
}
