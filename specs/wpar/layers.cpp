// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/layers.h"

#include <array>
#include <map>
#include <string>

#include "runtime/base/path.h"

namespace wpar::spec {
namespace {

struct Identity {
  std::string_view stanza;
  std::array<std::string_view, 2> keys;  // which attributes say what object it is
  bool together = false;                 // both, instead of either
};

constexpr std::array<Identity, 5> kIdentities = {{{"network", {"address", "address6"}},
                                                  {"mount", {"directory", ""}},
                                                  {"device", {"devname", "devid"}},
                                                  {"route", {"rtdest", "rtgateway"}, true},
                                                  {"kext", {"kext", ""}}}};

std::string_view value_of(const Stanza& stanza, std::string_view key) {
  std::string_view value;
  for (const Attribute& attribute : stanza.attributes) {
    if (attribute.key == key) {
      value = attribute.value;
    }
  }
  return value;
}

// Which object a stanza describes; empty when it does not say.
std::string identity_of(const Stanza& stanza) {
  for (const Identity& identity : kIdentities) {
    if (identity.stanza != stanza.name) {
      continue;
    }
    const std::string_view first = value_of(stanza, identity.keys[0]);
    const std::string_view second = value_of(stanza, identity.keys[1]);
    if (identity.together) {
      return first.empty() || second.empty() ? "" : std::string(first).append(" ").append(second);
    }
    if (!first.empty()) {
      return stanza.name == "mount" ? clean_path(first) : std::string(first);
    }
    return std::string(second);
  }
  return {};
}

class Merger {
 public:
  void add(const Layer& layer) {
    std::map<std::string_view, const Stanza*> last;
    for (const Stanza& stanza : layer) {
      last[stanza.name] = &stanza;
      merged_.attribute_lines += stanza.attributes.size();
    }
    // What this layer says itself is never taken for what it overrides.
    const std::size_t below = merged_.stanzas.size();
    for (const Stanza& stanza : layer) {
      if (!occurs_once(stanza.name)) {
        add_object(stanza, below);
      } else if (const Stanza* counts = last[stanza.name]; counts != &stanza) {
        displace(stanza, IdleLine::Why::kStanzaAgain, counts->at);
      } else {
        add_single(stanza, below);
      }
    }
  }

  Merged result() && { return std::move(merged_); }

 private:
  void displace(const Stanza& stanza, IdleLine::Why why, Position by) {
    for (const Attribute& attribute : stanza.attributes) {
      merged_.displaced.push_back(
          {why, stanza.name, attribute.key, attribute.value, attribute.at, by});
    }
  }

  // The attributes follow those of the lower layer: the last one counts, as within a stanza.
  void add_single(const Stanza& stanza, std::size_t below) {
    for (std::size_t i = 0; i < below; ++i) {
      Stanza& lower = merged_.stanzas[i];
      if (lower.name == stanza.name) {
        lower.attributes.insert(lower.attributes.end(), stanza.attributes.begin(),
                                stanza.attributes.end());
        return;
      }
    }
    merged_.stanzas.push_back(stanza);
  }

  void add_object(const Stanza& stanza, std::size_t below) {
    const std::string identity = below == 0 ? "" : identity_of(stanza);
    for (std::size_t i = 0; !identity.empty() && i < below; ++i) {
      Stanza& lower = merged_.stanzas[i];
      if (lower.name == stanza.name && identity_of(lower) == identity) {
        displace(lower, IdleLine::Why::kReplaced, stanza.at);
        lower = stanza;
        return;
      }
    }
    merged_.stanzas.push_back(stanza);
  }

  Merged merged_;
};

}  // namespace

bool occurs_once(std::string_view stanza) {
  return stanza == "general" || stanza == "resources" || stanza == "security" ||
         stanza == "copy_controls";
}

Merged merge_layers(const std::vector<Layer>& layers) {
  Merger merger;
  for (const Layer& layer : layers) {
    merger.add(layer);
  }
  return std::move(merger).result();
}

}  // namespace wpar::spec
