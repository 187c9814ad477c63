// SPDX-License-Identifier: Apache-2.0
#pragma once
// A specification as text → its translation, for the mapper tests.

#include <algorithm>
#include <string>
#include <string_view>

#include "specs/wpar/read_wpar.h"
#include "translate/translate.h"

namespace wpar::translate {

inline constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;

inline Translation translated_with(std::string_view text, std::string_view profile,
                                   const Options& options) {
  const Machine machine{.cpus = 4, .memory = 16 * kGiB, .source = "a test"};
  const Profile site = parse_profile(profile, "site.yaml");
  return translate(spec::parse_wpar(text, "x.spec"), site, machine_of(site, machine), options);
}

inline Translation translated(std::string_view text, std::string_view profile = "",
                              const std::string& rootfs = "") {
  return translated_with(
      text, profile,
      {.rootfs = rootfs, .devexports = {}, .secattrs = {}, .engine_networks = false});
}

// The entry of an attribute; a made-up one when there is none.
inline Entry entry_of(const Translation& translation, std::string_view attribute) {
  for (const Entry& entry : translation.report.entries) {
    if (entry.stanza + "." + entry.attribute == attribute) {
      return entry;
    }
  }
  return {.fidelity = Fidelity::kIgnored,
          .line = -1,
          .column = 0,
          .source = 0,
          .stanza = "none",
          .attribute = {},
          .value = {},
          .reason = {},
          .action = {}};
}

inline const oci::Mount* find_mount(const oci::Config& config, std::string_view destination) {
  const auto found = std::find_if(config.mounts.begin(), config.mounts.end(),
                                  [&](const auto& m) { return m.destination == destination; });
  return found == config.mounts.end() ? nullptr : &*found;
}

inline bool has_namespace(const oci::Config& config, std::string_view type) {
  return std::any_of(config.linux_.namespaces.begin(), config.linux_.namespaces.end(),
                     [&](const auto& n) { return n.type == type; });
}

// A general stanza that needs no more.
inline constexpr std::string_view kSystem = "general:\n name = w\n";
inline constexpr std::string_view kApplication =
    "general:\n name = w\n application = \"/bin/true a\"\n";

inline std::string system_with(std::string_view rest) {
  return std::string(kSystem).append(rest);
}
inline std::string application_with(std::string_view rest) {
  return std::string(kApplication).append(rest);
}

}  // namespace wpar::translate
