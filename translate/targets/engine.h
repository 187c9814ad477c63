// SPDX-License-Identifier: Apache-2.0
#pragma once
// A translation in the words of Podman, before they are written as a unit (quadlet.cpp) or as a
// command line (podman.cpp). What Podman cannot carry goes into the translation's report. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "translate/translate.h"

namespace wpar::translate {

// Of ASCII: what every engine takes everywhere in a name or a value.
constexpr bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

struct EngineOption {
  std::string key;     // Quadlet's, of the group [Container]; empty: it has none
  std::string option;  // podman run's, "--hostname"
  std::string value;
  std::string unit_value = {};  // for Quadlet, when it names a unit; empty: `value`
};

struct EngineSubnet {
  std::string subnet;   // "192.0.2.0/24"
  std::string gateway;  // of a default route; empty: none
};

// A network to make for one interface.
struct EngineNetwork {
  std::string name;
  std::string driver;  // "bridge" "macvlan"
  std::string parent;  // a bridge or a lower device of the host
  std::vector<EngineSubnet> subnets;
  std::vector<std::string> routes;  // "10.9.0.0/16,10.1.0.1"
};

// A file system that Podman mounts.
struct EngineVolume {
  std::string name;
  std::string type;     // "nfs" "ext4"
  std::string device;   // "10.1.0.9:/export", "/dev/sdb"
  std::string options;  // of mount(8); may be empty
};

struct EnginePlan {
  std::string name;  // engine_name() of the WPAR's
  std::string root;  // a directory of the host; empty: `image`
  std::string image;
  std::vector<EngineOption> options;
  std::vector<EngineNetwork> networks;
  std::vector<EngineVolume> volumes;
  std::vector<std::string> hook_directories;  // podman's --hooks-dir
  std::vector<std::string> command;
  unsigned stop_seconds = 0;

  void add(std::string key, std::string option, std::string value) {
    options.push_back({std::move(key), std::move(option), std::move(value)});
  }
};

EnginePlan plan_engine(Translation& translation);

// A WPAR's name may have @ # % $ and ? in it, and end in - or _. This is what Podman takes as the
// name of a container, containerd as an identifier and systemd as the name of a unit that is no
// template: letters and digits, with one - or _ between them.
std::string engine_name(std::string_view wpar);

// The part of plan_engine() that is in engine_network.cpp.
void plan_networks(Translation& translation, EnginePlan& plan);

// What no line of the specification says, in front of the lines.
void add_remark(Report& report, std::string_view stanza, Fidelity fidelity, std::string reason,
                std::string action = {});
// The target answers differently for an attribute than a bundle does; nothing if no line has it.
// Whether one has.
bool revise(Report& report, std::string_view stanza, std::string_view attribute, Fidelity fidelity,
            std::string reason, std::string action = {});
// The same for one of several stanzas.
void revise_at(Report& report, spec::Position place, Fidelity fidelity, std::string reason);

}  // namespace wpar::translate
