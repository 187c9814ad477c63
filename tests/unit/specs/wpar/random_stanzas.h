// SPDX-License-Identifier: Apache-2.0
#pragma once
// Specifications made by chance from what the schema knows, in canonical order: what the writers
// must write so that the readers read the same. Used by the property tests of both forms.

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "runtime/base/error.h"
#include "specs/wpar/schema.h"
#include "specs/wpar/stanza.h"

namespace wpar::spec {

// The candidates that each attribute of a stanza takes.
template <typename S>
std::vector<std::vector<std::string>> fitting_values() {
  const std::vector<std::string> candidates = {
      "yes",         "no",   "/a/b",      "1",          "64",
      "10%-20%,50%", "50%",  "512M",      "192.0.2.7",  "255.0.0.0",
      "2001::1",     "jfs2", "net",       "inet",       "disk",
      "word",        "a,b",  "unlimited", "x \"y\" \\", "11111111-2222-3333-4444-555555555555"};
  std::vector<std::vector<std::string>> all;
  for (const Row<S>& row : rows<S>()) {
    std::vector<std::string>& fitting = all.emplace_back();
    for (const std::string& candidate : candidates) {
      const bool fits = std::visit(
          [&](auto member) {
            auto value =
                typename std::remove_reference_t<decltype(std::declval<S>().*member)>::value_type{};
            return read_into(value.value, candidate).empty();
          },
          row.member);
      if (fits && (row.check == nullptr || row.check(candidate).empty())) {
        fitting.push_back(candidate);
      }
    }
    if (fitting.empty()) {
      throw_error(ErrorKind::kInternal, "no candidate fits {}", row.key);
    }
  }
  return all;
}

template <typename S>
void add_random_stanza(std::vector<Stanza>& stanzas, const char* name, std::mt19937& random) {
  static const std::vector<std::vector<std::string>> values = fitting_values<S>();
  Stanza stanza{.name = name, .at = {}, .attributes = {}};
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (random() % 2 == 0) {
      stanza.attributes.push_back({.key = std::string(rows<S>()[i].key),
                                   .value = values[i][random() % values[i].size()],
                                   .assign = Assign::kSet,
                                   .at = {},
                                   .value_at = {}});
    }
  }
  if (!stanza.attributes.empty()) {
    stanzas.push_back(std::move(stanza));
  }
}

// privs lines: the first may set, all others change.
inline void add_random_privileges(Stanza& stanza, std::mt19937& random) {
  constexpr std::array kLists = {"PV_AU_", "PV_DAC_R,PV_DAC_W", "PV_NET_PORT, PV_ROOT", "PV_MIC"};
  for (std::size_t i = 0, count = random() % 4; i < count; ++i) {
    const Assign assign = i == 0 ? static_cast<Assign>(random() % 3)
                                 : (random() % 2 == 0 ? Assign::kAdd : Assign::kRemove);
    stanza.attributes.push_back({.key = "privs",
                                 .value = kLists[random() % kLists.size()],
                                 .assign = assign,
                                 .at = {},
                                 .value_at = {}});
  }
}

inline std::vector<Stanza> random_stanzas(std::mt19937& random) {
  std::vector<Stanza> stanzas;
  add_random_stanza<General>(stanzas, "general", random);
  const auto some = [&](auto add) {
    for (std::size_t i = random() % 3; i > 0; --i) {
      add();
    }
  };
  some([&] { add_random_stanza<Network>(stanzas, "network", random); });
  some([&] { add_random_stanza<Mount>(stanzas, "mount", random); });
  add_random_stanza<Resources>(stanzas, "resources", random);
  Stanza security{.name = "security", .at = {}, .attributes = {}};
  if (random() % 2 == 0) {
    security.attributes.push_back({.key = "secfile",
                                   .value = "/etc/wpars/secattrs",
                                   .assign = Assign::kSet,
                                   .at = {},
                                   .value_at = {}});
  }
  add_random_privileges(security, random);
  if (!security.attributes.empty()) {
    stanzas.push_back(std::move(security));
  }
  some([&] { add_random_stanza<Device>(stanzas, "device", random); });
  some([&] { add_random_stanza<Route>(stanzas, "route", random); });
  some([&] { add_random_stanza<Kext>(stanzas, "kext", random); });
  add_random_stanza<CopyControls>(stanzas, "copy_controls", random);
  return stanzas;
}

}  // namespace wpar::spec
