// SPDX-License-Identifier: Apache-2.0
#pragma once
// config.json /hooks.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wpar::oci {

struct Hook {
  std::string path;                     // absolute
  std::vector<std::string> args;        // the whole argv; empty: {path}
  std::vector<std::string> env;         // empty: that of the place where it runs
  std::optional<std::int64_t> timeout;  // seconds, > 0
  bool operator==(const Hook&) const = default;
};

struct Hooks {
  std::vector<Hook> prestart;
  std::vector<Hook> create_runtime;
  std::vector<Hook> create_container;
  std::vector<Hook> start_container;
  std::vector<Hook> poststart;
  std::vector<Hook> poststop;
  bool operator==(const Hooks&) const = default;
};

}  // namespace wpar::oci
