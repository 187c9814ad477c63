// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the mappers share: the specification they read, the configuration and the report they fill.
// Private to translate/.

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "specs/oci/config.h"
#include "specs/wpar/network_document.h"
#include "specs/wpar/problems.h"
#include "specs/wpar/wpar.h"
#include "translate/profile.h"
#include "translate/report.h"
#include "translate/translate.h"
#include "translate/workload.h"

namespace wpar::translate {

struct Context {
  const spec::Wpar& wpar;
  const Profile& profile;
  const Machine& machine;
  const Options& options;
  std::string name;  // of the WPAR
  bool application = false;
  bool own_network = true;  // a network namespace of its own
  oci::Config config;
  Workload workload;
  Report report;
  spec::Problems problems;

  // "line 7" of the specification itself, "base.spec:7" of another text.
  std::string place(spec::Position at) const {
    return at.source == 0 ? fmt::format("line {}", at.line)
                          : fmt::format("{}:{}", wpar.source_of(at), at.line);
  }

  // Of a host that the site profile knows (names.hosts); other texts stay as they are.
  const std::string& address_of(const std::string& host) const {
    const auto known = profile.names.hosts.find(host);
    return known == profile.names.hosts.end() ? host : known->second;
  }

  // The interface behind a symbolic name (AIX's devmap); other names stay as they are.
  const std::string& interface_behind(const std::string& symbol) const {
    const auto known = profile.interface_names.find(symbol);
    return known == profile.interface_names.end() ? symbol : known->second;
  }

  // Reports an attribute line; one that is absent has nothing to report.
  template <typename T>
  void note(std::string_view stanza, std::string_view attribute, const spec::Field<T>& field,
            Fidelity fidelity, std::string_view reason, std::string_view action = {}) {
    if (field) {
      add(stanza, attribute, *field, fidelity, std::string(reason), std::string(action));
    }
  }
  template <typename T>
  void add(std::string_view stanza, std::string_view attribute, const spec::Value<T>& value,
           Fidelity fidelity, std::string reason, std::string action = {}) {
    report.entries.push_back({.fidelity = fidelity,
                              .line = value.at.line,
                              .column = value.at.column,
                              .source = static_cast<std::size_t>(value.at.source),
                              .stanza = std::string(stanza),
                              .attribute = std::string(attribute),
                              .value = value.text,
                              .reason = std::move(reason),
                              .action = std::move(action)});
  }
  // Reports what the specification leaves open.
  void remark(std::string_view stanza, Fidelity fidelity, std::string reason,
              std::string action = {}) {
    report.entries.push_back({.fidelity = fidelity,
                              .stanza = std::string(stanza),
                              .attribute = {},
                              .value = {},
                              .reason = std::move(reason),
                              .action = std::move(action)});
  }
};

// One per stanza, in the order of translate(): each relies on what stands before it.
void map_general(Context& c);    // root, process, namespaces, identity
void map_mounts(Context& c);     // needs the root
void map_resources(Context& c);  // needs namespaces, mounts
void map_devices(Context& c);
void map_network(Context& c);   // fills c.workload.interfaces
void map_routes(Context& c);    // needs the interfaces
void map_security(Context& c);  // needs own_network
void map_kext(Context& c);
void map_hooks(Context& c);  // needs the interfaces and routes

}  // namespace wpar::translate
