// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/read_wpar.h"

#include <fmt/format.h>

#include <map>

#include "specs/wpar/check_wpar.h"
#include "specs/wpar/name.h"
#include "specs/wpar/schema.h"

namespace wpar::spec {
namespace {

class Reader {
 public:
  Reader(Wpar& wpar, Problems& problems) : wpar_(wpar), problems_(problems) {}

  void read(const Stanza& stanza) {
    const std::string& name = stanza.name;
    if (is_reserved_stanza(name)) {
      for (const Attribute& attribute : stanza.attributes) {
        idle(stanza, attribute, IdleLine::Why::kReservedStanza);
      }
      return;
    }
    if (name == "general") {
      return fill(stanza, wpar_.general);
    }
    if (name == "network") {
      return fill(stanza, wpar_.networks.emplace_back());
    }
    if (name == "mount") {
      return fill(stanza, wpar_.mounts.emplace_back());
    }
    if (name == "resources") {
      return fill(stanza, wpar_.resources);
    }
    if (name == "security") {
      return fill(stanza, wpar_.security);
    }
    if (name == "device") {
      return fill(stanza, wpar_.devices.emplace_back());
    }
    if (name == "route") {
      return fill(stanza, wpar_.routes.emplace_back());
    }
    if (name == "kext") {
      return fill(stanza, wpar_.kexts.emplace_back());
    }
    if (name == "copy_controls") {
      return fill(stanza, wpar_.copy_controls);
    }
    problems_.add(stanza.at, fmt::format("unknown stanza \"{}\", the nearest known one is \"{}\"",
                                         name, nearest_name(name, stanza_names())));
  }

 private:
  void idle(const Stanza& stanza, const Attribute& attribute, IdleLine::Why why,
            Position other = {}) {
    wpar_.idle_lines.push_back(
        {why, stanza.name, attribute.key, attribute.value, attribute.at, other});
  }

  void complain(const Stanza& stanza, const Attribute& attribute, const std::string& text) {
    problems_.add(attribute.value_at, fmt::format("{}: {}: {}", stanza.name, attribute.key, text));
  }

  template <typename S>
  void fill(const Stanza& stanza, S& out) {
    out.at = stanza.at;
    std::map<std::string_view, const Attribute*> last;
    for (const Attribute& attribute : stanza.attributes) {
      last[attribute.key] = &attribute;
    }
    for (const Attribute& attribute : stanza.attributes) {
      if (read_privs(stanza, attribute, out)) {
        continue;
      }
      const Row<S>* row = find_row<S>(stanza, attribute);
      if (row == nullptr) {
        continue;
      }
      if (attribute.assign != Assign::kSet) {
        complain(stanza, attribute, "only privs knows += and -=");
      } else if (const Attribute* again = last[attribute.key]; again != &attribute) {
        idle(stanza, attribute, IdleLine::Why::kSetAgain, again->at);
      } else if (attribute.value.empty()) {
        idle(stanza, attribute, IdleLine::Why::kEmpty);
      } else {
        std::visit([&](auto member) { set(stanza, attribute, row->check, out.*member); },
                   row->member);
      }
    }
  }

  template <typename S>
  const Row<S>* find_row(const Stanza& stanza, const Attribute& attribute) {
    for (const Row<S>& row : rows<S>()) {
      if (row.key == attribute.key) {
        return &row;
      }
    }
    std::vector<std::string_view> known;
    for (const Row<S>& row : rows<S>()) {
      known.push_back(row.key);
    }
    if constexpr (std::is_same_v<S, Security>) {
      known.push_back("privs");
    }
    problems_.add(attribute.at,
                  fmt::format("{}: unknown attribute \"{}\", the nearest known one is \"{}\"",
                              stanza.name, attribute.key, nearest_name(attribute.key, known)));
    return nullptr;
  }

  template <typename S>
  bool read_privs(const Stanza& stanza, const Attribute& attribute, S& out) {
    if constexpr (std::is_same_v<S, Security>) {
      if (attribute.key != "privs") {
        return false;
      }
      if (attribute.value.empty()) {
        idle(stanza, attribute, IdleLine::Why::kEmpty);
        return true;
      }
      if (attribute.assign == Assign::kSet) {
        for (const Value<NameList>& earlier : out.privs) {  // it replaces all that stands before it
          wpar_.idle_lines.push_back({IdleLine::Why::kSetAgain, stanza.name, attribute.key,
                                      earlier.text, earlier.at, attribute.at});
        }
        out.privs.clear();
      }
      Field<NameList> privs;
      set(stanza, attribute, nullptr, privs);
      if (privs) {
        privs->value.assign = attribute.assign;
        out.privs.push_back(*std::move(privs));
      }
      return true;
    }
    return false;
  }

  template <typename T>
  void set(const Stanza& stanza, const Attribute& attribute, Check check, Field<T>& out) {
    Value<T> value{.text = attribute.value, .at = attribute.at};
    std::string complaint = read_into(value.value, attribute.value);
    if (complaint.empty() && check != nullptr) {
      complaint = check(attribute.value);
    }
    if (!complaint.empty()) {
      complain(stanza, attribute, complaint);
    }
    out = std::move(value);  // a wrong value is not a missing one: check_wpar shall not say so
  }

  Wpar& wpar_;
  Problems& problems_;
};

template <typename S>
Stanza stanza_of(std::string name, const S& fields) {
  Stanza stanza{.name = std::move(name), .at = fields.at, .attributes = {}};
  for (const Row<S>& row : rows<S>()) {
    std::visit(
        [&](auto member) {
          if (const auto& field = fields.*member) {
            stanza.attributes.push_back({.key = std::string(row.key),
                                         .value = field->text,
                                         .at = field->at,
                                         .value_at = {}});
          }
        },
        row.member);
  }
  if constexpr (std::is_same_v<S, Security>) {
    for (const Value<NameList>& privs : fields.privs) {
      stanza.attributes.push_back({.key = "privs",
                                   .value = privs.text,
                                   .assign = privs.value.assign,
                                   .at = privs.at,
                                   .value_at = {}});
    }
  }
  return stanza;
}

}  // namespace

Wpar read_layers(const std::vector<Layer>& layers, Problems& problems) {
  Wpar wpar;
  wpar.sources = problems.sources();
  wpar.filename = wpar.sources.front();
  Merged merged = merge_layers(layers);
  wpar.attribute_lines = merged.attribute_lines;
  wpar.idle_lines = std::move(merged.displaced);
  Reader reader(wpar, problems);
  for (const Stanza& stanza : merged.stanzas) {
    reader.read(stanza);
  }
  check_wpar(wpar, problems);
  return wpar;
}

Wpar read_wpar(const std::vector<Stanza>& stanzas, Problems& problems) {
  return read_layers({stanzas}, problems);
}

Wpar parse_wpar(std::string_view text, std::string_view filename) {
  Problems problems{std::string(filename)};
  Wpar wpar = read_wpar(parse_stanzas(text, problems), problems);
  problems.throw_if_any();
  return wpar;
}

std::vector<Stanza> stanzas_of(const Wpar& wpar) {
  std::vector<Stanza> stanzas;
  const auto add = [&](std::string name, const auto& fields) {
    Stanza stanza = stanza_of(std::move(name), fields);
    if (!stanza.attributes.empty()) {
      stanzas.push_back(std::move(stanza));
    }
  };
  const auto add_all = [&](const std::string& name, const auto& list) {
    for (const auto& fields : list) {
      add(name, fields);
    }
  };
  add("general", wpar.general);
  add_all("network", wpar.networks);
  add_all("mount", wpar.mounts);
  add("resources", wpar.resources);
  add("security", wpar.security);
  add_all("device", wpar.devices);
  add_all("route", wpar.routes);
  add_all("kext", wpar.kexts);
  add("copy_controls", wpar.copy_controls);
  return stanzas;
}

}  // namespace wpar::spec
