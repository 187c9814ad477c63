// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "runtime/base/path.h"
#include "translate/command_words.h"
#include "translate/context.h"

namespace wpar::translate {
namespace {

constexpr const char* kStanza = "general";
// The oldest release that has all that is written here: older runtimes refuse newer documents.
constexpr const char* kOciVersion = "1.0.2";
constexpr const char* kPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

bool is_yes(const spec::Field<bool>& field) {
  return field && field->value;
}

void annotate(Context& c, const std::string& key, std::string value) {
  c.config.annotations[kAnnotationPrefix + key] = std::move(value);
}

void map_identity(Context& c) {
  const spec::General& general = c.wpar.general;
  annotate(c, "name", c.name);
  annotate(c, "type", c.report.type);
  annotate(c, "spec.version", "1");
  annotate(c, "machine.cpus", fmt::format("{}", c.machine.cpus));
  annotate(c, "machine.memory", fmt::format("{}", c.machine.memory));
  c.note(kStanza, "version", general.version, Fidelity::kExact, "the format of this file");
  c.note(kStanza, "name", general.name, Fidelity::kExact, "annotation org.openwpar.name");
  c.config.hostname = general.hostname ? general.hostname->value : c.name;
  c.note(kStanza, "hostname", general.hostname, Fidelity::kExact, "host name of the uts namespace");
  if (general.uuid) {
    annotate(c, "uuid", general.uuid->value);
  }
  c.note(kStanza, "uuid", general.uuid, Fidelity::kExact, "annotation org.openwpar.uuid");
  c.note(kStanza, "owner", general.owner, Fidelity::kIgnored,
         "set by the AIX tools and ignored when they read it, as here");
}

WparKind kind_of(const Context& c) {
  const spec::General& general = c.wpar.general;
  if (c.application) {
    return WparKind::kApplication;
  }
  if (is_yes(general.versioned) || (general.ostype && general.ostype->value != 0)) {
    return WparKind::kVersioned;
  }
  if (is_yes(general.rootvgwpar) ||
      std::any_of(c.wpar.devices.begin(), c.wpar.devices.end(),
                  [](const spec::Device& device) { return is_yes(device.rootvg); })) {
    return WparKind::kRootvg;
  }
  if (is_yes(general.system_copy)) {
    return WparKind::kSystemCopy;
  }
  return is_yes(general.privateusr) ? WparKind::kPrivate : WparKind::kShared;
}

// Says where the root file system is, and by whose word.
std::string find_root(Context& c) {
  Workload& workload = c.workload;
  workload.kind = kind_of(c);
  c.report.kind = name_of(workload.kind);
  if (!c.options.rootfs.empty()) {
    workload.root_kind = RootKind::kGiven;
    return c.options.rootfs;
  }
  const std::string of_profile = root_of(c.profile, name_of(workload.kind), c.name);
  if (!of_profile.empty()) {
    workload.root_kind = RootKind::kProfile;
    return clean_path(of_profile);
  }
  if (c.application) {
    workload.root_kind = RootKind::kHost;
    return std::string(1, '/');
  }
  workload.root_kind = RootKind::kSpec;
  const spec::Field<std::string>& directory = c.wpar.general.directory;
  return clean_path(directory ? directory->value : "/wpars/" + c.name);
}

// The image that an engine makes the root of: by the kind of the WPAR, else by its release.
std::string find_image(const Context& c) {
  const auto& images = c.profile.images;
  if (const auto kind = images.find(name_of(c.workload.kind)); kind != images.end()) {
    return kind->second;
  }
  const spec::Field<std::int64_t>& ostype = c.wpar.general.ostype;
  const auto release = images.find(ostype ? fmt::format("{}", ostype->value) : "0");
  return c.application || release == images.end() ? "" : release->second;
}

void map_root(Context& c) {
  const spec::Field<std::string>& directory = c.wpar.general.directory;
  c.config.root = oci::Root{.path = find_root(c), .readonly = false};
  c.workload.image = find_image(c);
  if (!c.workload.image.empty()) {
    annotate(c, "image", c.workload.image);
    c.remark(kStanza, Fidelity::kEquivalent,
             fmt::format("image {} of the site profile, for engines; a bundle wants it unpacked at "
                         "its root",
                         c.workload.image));
  }
  if (c.workload.root_kind == RootKind::kProfile) {
    const std::string reason = fmt::format("root file system {} of the site profile for {} WPARs",
                                           c.config.root->path, name_of(c.workload.kind));
    c.note(kStanza, "directory", directory, Fidelity::kIgnored, reason);
    if (!directory) {
      c.remark(kStanza, c.application ? Fidelity::kApproximate : Fidelity::kEquivalent, reason);
    }
  } else if (!c.options.rootfs.empty()) {
    c.note(kStanza, "directory", directory, Fidelity::kIgnored,
           fmt::format("the command line gives the root file system {}", c.options.rootfs));
    if (c.application) {
      c.remark(kStanza, Fidelity::kApproximate,
               "an application WPAR sees the host's files; this one sees the root file system of "
               "--rootfs");
    }
  } else if (c.application) {
    const bool root = directory && directory->value == "/";
    c.note(kStanza, "directory", directory, root ? Fidelity::kExact : Fidelity::kIgnored,
           "an application WPAR has the host's files and no base directory");
  } else {
    c.note(kStanza, "directory", directory, Fidelity::kEquivalent,
           "root file system; must hold a Linux root before the start");
  }
}

void map_process(Context& c) {
  const spec::Field<std::string>& application = c.wpar.general.application;
  oci::Process process;
  process.cwd = "/";
  process.env = {kPath, "HOME=/root", "TERM=linux", "LANG=C.UTF-8", "container=oci"};
  process.no_new_privileges = false;
  process.args = {"/sbin/init"};
  if (application) {
    const auto words = find_command_words(application->value);
    if (!words) {
      c.problems.add(application->at, "general: application: a quote is not closed");
      return;
    }
    Command command = split_command(*words);
    if (command.args.empty() || !is_absolute(command.args.front())) {
      c.problems.add(application->at,
                     "general: application: the command must begin with an absolute path");
      return;
    }
    process.args = std::move(command.args);
    process.env.insert(process.env.end(), command.environment.begin(), command.environment.end());
    c.note(kStanza, "application", application, Fidelity::kEquivalent,
           "process arguments; split like a shell does, without expansions");
  }
  c.config.process = std::move(process);
}

void map_namespaces(Context& c) {
  const bool shared_ipc = is_yes(c.wpar.general.xwparipc);
  for (const char* type : {"pid", "mount", "uts", "ipc", "cgroup", "network"}) {
    const std::string_view name = type;
    if ((name == "ipc" && shared_ipc) || (name == "network" && !c.own_network)) {
      continue;
    }
    c.config.linux_.namespaces.push_back({.type = type, .path = {}});
  }
  c.workload.shared_ipc = shared_ipc;
  c.note(kStanza, "xwparipc", c.wpar.general.xwparipc,
         shared_ipc ? Fidelity::kApproximate : Fidelity::kExact,
         shared_ipc ? "the host's IPC objects: shared with the host too, not only with WPARs"
                    : "an ipc namespace of its own");
}

void map_life(Context& c) {
  const spec::General& general = c.wpar.general;
  c.workload.auto_start = is_yes(general.auto_start);
  c.workload.checkpointable = is_yes(general.checkpointable);
  c.workload.script = general.script ? general.script->value : "";
  annotate(c, "auto", is_yes(general.auto_start) ? "yes" : "no");
  annotate(c, "checkpointable", is_yes(general.checkpointable) ? "yes" : "no");
  if (is_yes(general.auto_start)) {
    c.note(kStanza, "auto", general.auto_start, Fidelity::kNeedsAction,
           "annotation org.openwpar.auto; a bundle does not start itself",
           "start it at boot, for example by a systemd unit");
  } else {
    c.note(kStanza, "auto", general.auto_start, Fidelity::kExact, "not started at boot");
  }
  if (is_yes(general.checkpointable)) {
    c.note(kStanza, "checkpointable", general.checkpointable, Fidelity::kApproximate,
           "annotation org.openwpar.checkpointable; checkpoints need CRIU on the host");
  } else {
    c.note(kStanza, "checkpointable", general.checkpointable, Fidelity::kExact,
           "annotation org.openwpar.checkpointable");
  }
  c.note(kStanza, "script", general.script, Fidelity::kEquivalent,
         "hooks: called as SCRIPT start NAME and SCRIPT stop NAME on the host");
  c.note(kStanza, "preserve", general.preserve, Fidelity::kIgnored,
         "no file system is created, so none is taken over");
}

struct Verdict {
  Fidelity fidelity;
  std::string reason;
  std::string action;
};

template <typename T>
void note(Context& c, std::string_view attribute, const spec::Field<T>& field,
          const Verdict& verdict) {
  c.note(kStanza, attribute, field, verdict.fidelity, verdict.reason, verdict.action);
}

// A root that AIX fills or finds by itself, and that somebody has to provide here.
Verdict judge_root(const Context& c, const std::string& reason, const std::string& action) {
  if (c.workload.root_kind == RootKind::kSpec && c.workload.image.empty()) {
    return {Fidelity::kNeedsAction, reason, action};
  }
  return {Fidelity::kApproximate,
          fmt::format("{}; the root is {}", reason,
                      c.workload.root_kind == RootKind::kSpec ? "made from " + c.workload.image
                                                              : c.config.root->path),
          ""};
}

// privateusr, vg and what else says where the files come from.
void map_files(Context& c) {
  const spec::General& general = c.wpar.general;
  const bool own_root = c.workload.root_kind == RootKind::kGiven;
  const bool versioned = c.workload.kind == WparKind::kVersioned;
  c.workload.shared_usr = !c.application && !own_root && !versioned && !is_yes(general.privateusr);
  if (general.privateusr && general.privateusr->value) {
    c.note(kStanza, "privateusr", general.privateusr, Fidelity::kEquivalent,
           "/usr and /opt are part of the root file system");
  } else if (own_root && !c.application) {
    const std::string reason =
        "the root file system of --rootfs is complete: /usr and /opt are its own, not the host's";
    if (general.privateusr) {
      c.note(kStanza, "privateusr", general.privateusr, Fidelity::kApproximate, reason);
    } else {
      c.remark(kStanza, Fidelity::kApproximate, reason);
    }
  } else if (versioned) {
    c.note(kStanza, "privateusr", general.privateusr, Fidelity::kIgnored,
           "a versioned WPAR has its own /usr and /opt, as on AIX");
  } else {
    c.note(kStanza, "privateusr", general.privateusr,
           c.application ? Fidelity::kExact : Fidelity::kEquivalent,
           c.application ? "an application WPAR has the host's /usr and /opt"
                         : "/usr and /opt of the host, bind-mounted read-only");
  }
  const bool known_vg = general.vg && c.profile.volume_groups.contains(general.vg->value);
  c.note(kStanza, "vg", general.vg, known_vg ? Fidelity::kEquivalent : Fidelity::kIgnored,
         known_vg
             ? "file systems are directories of the profile's volume group"
             : "file systems are directories of the root; the site profile knows no such group");
  if (is_yes(general.rootvgwpar)) {
    note(c, "rootvgwpar", general.rootvgwpar,
         judge_root(c, "the root is a disk of its own on AIX",
                    fmt::format("mount the disk's file system at {} or give --rootfs",
                                c.config.root->path)));
  } else {
    c.note(kStanza, "rootvgwpar", general.rootvgwpar, Fidelity::kExact, "no disk of its own");
  }
  if (is_yes(general.copynameres)) {
    c.note(kStanza, "copynameres", general.copynameres,
           c.application ? Fidelity::kExact : Fidelity::kApproximate,
           c.application ? "an application WPAR has the host's files"
                         : "/etc/resolv.conf and /etc/hosts of the host, bind-mounted read-only "
                           "instead of copied");
  } else {
    c.note(kStanza, "copynameres", general.copynameres, Fidelity::kExact, "nothing is copied");
  }
}

Verdict judge_older_release(const Context& c) {
  return judge_root(c, "AIX programs do not run on Linux: the older release is one of Linux",
                    "give the user space of an older Linux release by --rootfs or in the site "
                    "profile (roots: {versioned: ...}), and Linux programs for it");
}

void map_architecture(Context& c) {
  const spec::Field<std::string>& architecture = c.wpar.general.architecture;
  const auto known =
      c.profile.architectures.find(architecture ? architecture->value : std::string());
  if (known == c.profile.architectures.end()) {
    return c.note(kStanza, "architecture", architecture, Fidelity::kIgnored,
                  "POWER processor levels for live mobility have no counterpart");
  }
  c.workload.architecture = known->second;
  annotate(c, "architecture", known->second);
  c.note(kStanza, "architecture", architecture, Fidelity::kApproximate,
         fmt::format("programs for {}, says the site profile; levels of a processor have no "
                     "counterpart",
                     known->second));
}

void map_release(Context& c) {
  const spec::General& general = c.wpar.general;
  const Verdict older = judge_older_release(c);
  const Verdict plain{Fidelity::kExact, "the release of the host's kernel", ""};
  note(c, "ostype", general.ostype, general.ostype && general.ostype->value != 0 ? older : plain);
  note(c, "versioned", general.versioned, is_yes(general.versioned) ? older : plain);
  if (is_yes(general.system_copy)) {
    note(c, "system_copy", general.system_copy,
         judge_root(c, "nothing is copied by a translator",
                    "copy the host's root and give it by --rootfs or in the site profile "
                    "(roots: {system_copy: ...})"));
  } else {
    c.note(kStanza, "system_copy", general.system_copy, Fidelity::kExact, "not a copy");
  }
  map_architecture(c);
  if (c.options.devexports) {
    c.note(kStanza, "devexports", general.devexports, Fidelity::kEquivalent,
           fmt::format("read from {}", c.options.devexports->filename));
    return;
  }
  const bool default_exports =
      general.devexports && general.devexports->value == "/etc/wpars/devexports";
  c.note(kStanza, "devexports", general.devexports,
         default_exports ? Fidelity::kEquivalent : Fidelity::kNeedsAction,
         default_exports ? "AIX's default list of devices is built in" : "the file is not read",
         default_exports ? "" : "give it by --devexports");
}

void map_routing(Context& c) {
  const spec::General& general = c.wpar.general;
  const bool routing = is_yes(general.routing);
  if (!c.own_network) {
    c.note(kStanza, "routing", general.routing, routing ? Fidelity::kApproximate : Fidelity::kExact,
           "without a network stanza an application WPAR uses the host's routes");
  } else {
    c.note(kStanza, "routing", general.routing, routing ? Fidelity::kExact : Fidelity::kApproximate,
           routing ? "a network namespace has its own routing table"
                   : "a network namespace cannot share the host's routing table; only the route "
                     "stanzas lead out of its subnets");
  }
  c.note(
      kStanza, "vipwpar", general.vipwpar,
      is_yes(general.vipwpar) ? Fidelity::kIgnored : Fidelity::kExact,
      is_yes(general.vipwpar) ? "virtual IP WPARs have no counterpart" : "not a virtual IP WPAR");
}

}  // namespace

void map_general(Context& c) {
  c.config.oci_version = kOciVersion;
  c.workload.application = c.application;
  c.workload.own_network = c.own_network;
  map_identity(c);
  map_root(c);
  map_process(c);
  map_namespaces(c);
  map_life(c);
  map_files(c);
  map_release(c);
  map_routing(c);
}

}  // namespace wpar::translate
