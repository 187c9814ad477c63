// SPDX-License-Identifier: Apache-2.0
#pragma once
// Small documents around the part that a test is about.

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "specs/oci/parse_config.h"
#include "tests/unit/specs/oci/error_text.h"

namespace wpar::oci::test {

// The least that parse_config takes.
inline Config minimal_config() {
  Config config;
  config.oci_version = "1.3.0";
  return config;
}
inline State minimal_state() {
  State state;
  state.oci_version = "1.3.0";
  state.id = "x";
  state.status = "stopped";
  state.bundle = "/b";
  return state;
}

// A config with more members: R"("hostname": "x")".
inline std::string config_with(std::string_view members) {
  return fmt::format(R"({{"ociVersion": "1.3.0", {}}})", members);
}
inline std::string config_with_linux(std::string_view members) {
  return config_with(fmt::format(R"("linux": {{{}}})", members));
}
inline std::string config_with_process(std::string_view members) {
  return config_with(fmt::format(R"("process": {{"args": ["sh"], "cwd": "/", {}}})", members));
}

// What parse_config says about it; "" when it takes it.
inline std::string refusal(const std::string& text) {
  return error_text([&] { parse_config(text); });
}
inline std::string linux_refusal(std::string_view members) {
  return refusal(config_with_linux(members));
}
inline std::string process_refusal(std::string_view members) {
  return refusal(config_with_process(members));
}

}  // namespace wpar::oci::test
