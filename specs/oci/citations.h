// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which sentence of the OCI runtime specification a place of config.json must answer to. A table,
// so that a reader can check it against the documents. Called by plan/lint.

#include <span>
#include <string>
#include <string_view>

namespace wpar::oci {

struct Citation {
  std::string_view pattern;   // "/mounts/*/destination": a step may be any name or index
  std::string_view section;   // "config.md#configMounts"
  std::string_view sentence;  // the specification's own words
};

std::span<const Citation> citations();
// The row whose pattern covers the place with the most steps; the first row covers everything.
const Citation& citation_for(std::string_view pointer);

}  // namespace wpar::oci
