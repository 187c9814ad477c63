// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "runtime/cli/command.h"
#include "runtime/cli/output.h"
#include "runtime/cli/requests.h"
#include "specs/oci/config.h"

namespace wpar::cli {
namespace {

const Words& hook_names() {
  static const Words names = {"prestart",       "createRuntime", "createContainer",
                              "startContainer", "poststart",     "poststop"};
  return names;
}

const Words& namespace_names() {
  static const Words names = {"cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"};
  return names;
}

// They reach further than the container: CRIU reads the file that one names; the others are
// properties of its systemd unit.
const Words& unsafe_annotations() {
  static const Words names = {"org.criu.config", "org.systemd.property."};
  return names;
}

int features(const Globals& globals, const Parsed& parsed) {
  static_cast<void>(globals);
  static_cast<void>(parsed);
  print(features_document(lifecycle::feature_facts(), WPAR_VERSION));
  return 0;
}

void write_cgroup(JsonText& json) {
  json.open("cgroup");
  json.boolean("v1", true);
  json.boolean("v2", true);
  json.boolean("systemd", true);
  json.boolean("systemdUser", true);
  json.boolean("rdma", false);
  json.close();
}

void write_seccomp(JsonText& json, const lifecycle::FeatureFacts& facts) {
  json.open("seccomp");
  json.boolean("enabled", !facts.seccomp_actions.empty());
  json.strings("actions", facts.seccomp_actions);
  json.strings("operators", facts.seccomp_operators);
  json.strings("archs", facts.seccomp_archs);
  json.strings("knownFlags", facts.seccomp_flags);
  json.strings("supportedFlags", facts.seccomp_flags);
  json.close();
}

void write_switch(JsonText& json, std::string_view name, bool enabled) {
  json.open(name);
  json.boolean("enabled", enabled);
  json.close();
}

void write_linux(JsonText& json, const lifecycle::FeatureFacts& facts) {
  const bool has_idmap = std::find(facts.mount_options.begin(), facts.mount_options.end(),
                                   "idmap") != facts.mount_options.end();
  json.open("linux");
  json.strings("namespaces", namespace_names());
  json.strings("capabilities", facts.capabilities);
  write_cgroup(json);
  write_seccomp(json, facts);
  write_switch(json, "apparmor", facts.apparmor);
  write_switch(json, "selinux", facts.selinux);
  json.open("intelRdt");
  json.boolean("enabled", true);
  json.boolean("schemata", true);
  json.boolean("monitoring", true);
  json.close();
  json.open("memoryPolicy");
  json.strings("modes", facts.memory_policy_modes);
  json.strings("flags", facts.memory_policy_flags);
  json.close();
  json.open("mountExtensions");
  write_switch(json, "idmap", has_idmap);
  json.close();
  write_switch(json, "netDevices", true);
  json.close();
}

}  // namespace

std::string features_document(const lifecycle::FeatureFacts& facts, std::string_view version) {
  lifecycle::FeatureFacts sorted = facts;
  std::sort(sorted.mount_options.begin(), sorted.mount_options.end());
  JsonText json;
  json.open("");
  json.string("ociVersionMin", "1.0.0");
  json.string("ociVersionMax", oci::kSpecVersion);
  json.strings("hooks", hook_names());
  json.strings("mountOptions", sorted.mount_options);
  write_linux(json, sorted);
  json.open("annotations");
  json.string("org.opencontainers.runc.checkpoint.enabled", "true");
  json.string("org.openwpar.runwpar.version", version);
  json.close();
  json.strings("potentiallyUnsafeConfigAnnotations", unsafe_annotations());
  json.close();
  return json.text();
}

constinit const Command kFeatures = {.name = "features",
                                     .arguments = "",
                                     .summary = "print what this program can do as JSON",
                                     .options = {},
                                     .arity = {},
                                     .run = features,
                                     .uses_state = false};

}  // namespace wpar::cli
