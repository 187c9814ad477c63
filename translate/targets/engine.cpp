// SPDX-License-Identifier: Apache-2.0
#include "translate/targets/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "specs/wpar/annotation_text.h"
#include "specs/wpar/network_document.h"

namespace wpar::translate {
namespace {

constexpr unsigned kSystemStopSeconds = 600;  // AIX: stopwpar waits as long
constexpr unsigned kApplicationStopSeconds = 60;

void plan_root(Translation& translation, EnginePlan& plan) {
  const Workload& workload = translation.workload;
  if (workload.root_kind == RootKind::kSpec && !workload.image.empty()) {
    plan.image = workload.image;
    if (!workload.architecture.empty()) {
      plan.add("", "--arch", workload.architecture);
    }
    return;
  }
  plan.root = translation.config.root->path;
  if (plan.root.find(':') != std::string::npos) {
    throw_error(ErrorKind::kInvalidConfig,
                "{}: \"{}\" cannot be the root of Podman's container: after a colon it expects "
                "options",
                translation.name, plan.root);
  }
  if (workload.root_kind == RootKind::kHost) {
    add_remark(translation.report, "general", Fidelity::kApproximate,
               "Podman runs the application over the host's root, but with its own /proc, /dev, "
               "/sys and /run/.containerenv");
  }
}

void plan_process(Translation& translation, EnginePlan& plan) {
  const oci::Process& process = *translation.config.process;
  const bool application = translation.workload.application;
  plan.command = process.args;
  if (!plan.image.empty()) {
    // The image's own entry point would come before the words. JSON, since it may have blanks.
    std::string word;
    for (const char c : plan.command.front()) {
      word += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    }
    plan.add("Entrypoint", "--entrypoint", "[\"" + word + "\"]");
    plan.command.erase(plan.command.begin());
  }
  for (const std::string& variable : process.env) {
    plan.add("Environment", "--env", variable);
  }
  plan.add("", "--http-proxy", "false");  // Quadlet has a key since Podman 5.7
  plan.add("WorkingDir", "--workdir", process.cwd);
  plan.add("", "--systemd", application ? "false" : "always");
  if (!application) {
    add_remark(translation.report, "general", Fidelity::kApproximate,
               "Podman gives an init a tmpfs at /run, /run/lock, /tmp and /var/log/journal");
  }
  plan.stop_seconds = application ? kApplicationStopSeconds : kSystemStopSeconds;
  plan.add("StopSignal", "--stop-signal", application ? "SIGTERM" : "SIGRTMIN+3");
  plan.add("StopTimeout", "--stop-timeout", fmt::format("{}", plan.stop_seconds));
}

void plan_security(Translation& translation, EnginePlan& plan) {
  plan.add("DropCapability", "--cap-drop", "all");
  if (const auto& capabilities = translation.config.process->capabilities) {
    for (const std::string& name : capabilities->bounding) {
      plan.add("AddCapability", "--cap-add", name);
    }
  }
  add_remark(translation.report, "security", Fidelity::kApproximate,
             "Podman adds its default seccomp filter and the host's SELinux or AppArmor label");
}

void plan_rlimits(Translation& translation, EnginePlan& plan) {
  for (const oci::Rlimit& limit : translation.config.process->rlimits) {
    if (limit.type == "RLIMIT_AS") {
      revise(translation.report, "resources", "procVirtMem", Fidelity::kNeedsAction,
             "Podman sets no RLIMIT_AS", "set it inside, for example by ulimit -v");
      continue;
    }
    const std::string name = to_lower(std::string_view(limit.type).substr(sizeof("RLIMIT_") - 1));
    plan.add("Ulimit", "--ulimit", fmt::format("{}={}:{}", name, limit.soft, limit.hard));
  }
}

template <typename T>
void add_number(EnginePlan& plan, const char* option, const std::optional<T>& value) {
  if (value) {
    plan.add("", option, fmt::format("{}", *value));
  }
}

void plan_limits(Translation& translation, EnginePlan& plan) {
  const oci::Resources& resources = translation.config.linux_.resources;
  if (resources.cpu) {
    add_number(plan, "--cpu-shares", resources.cpu->shares);
    add_number(plan, "--cpu-period", resources.cpu->period);
    add_number(plan, "--cpu-quota", resources.cpu->quota);
    add_number(plan, "--cpuset-cpus", resources.cpu->cpus);
    add_number(plan, "--cpuset-mems", resources.cpu->mems);
  }
  if (resources.memory) {
    add_number(plan, "--memory", resources.memory->limit);
    add_number(plan, "--memory-reservation", resources.memory->reservation);
    add_number(plan, "--memory-swap", resources.memory->swap);
  }
  if (resources.pids_limit) {
    plan.add("PidsLimit", "--pids-limit", fmt::format("{}", *resources.pids_limit));
  } else {
    plan.add("PidsLimit", "--pids-limit", "-1");  // else Podman sets one of its own
  }
  // Podman refuses the option on a host with cgroup v1.
  if (translation.workload.cgroup_v2) {
    for (const oci::HugepageLimit& limit : resources.hugepage_limits) {
      plan.add("", "--cgroup-conf", fmt::format("hugetlb.{}.max={}", limit.page_size, limit.limit));
    }
    for (const auto& [key, value] : resources.unified) {
      plan.add("", "--cgroup-conf", key + "=" + value);
    }
  } else if (!resources.hugepage_limits.empty()) {
    revise(translation.report, "resources", "totalLargePages", Fidelity::kNeedsAction,
           "Podman limits huge pages only with cgroup v2; the limit is left out",
           "if the host has it, say so in the site profile (machine: {cgroup: v2})");
  }
  for (const auto& [key, value] : translation.config.linux_.sysctl) {
    plan.add("Sysctl", "--sysctl", key + "=" + value);
  }
  plan_rlimits(translation, plan);
}

constexpr std::array<std::string_view, 10> kBindOptions = {
    "ro", "rw", "bind", "rbind", "nosuid", "suid", "nodev", "dev", "noexec", "exec"};

// The options that a bind of Podman has too; the others are reported.
std::string bind_options(Translation& translation, const oci::Mount& mount, bool as_mount) {
  std::string known;
  for (const std::string& option : mount.options) {
    if (option == "bind" || option == "rbind") {
      if (as_mount && option == "bind") {
        known += ",bind-nonrecursive";
      } else if (!as_mount) {
        known += "," + option;
      }
    } else if (std::find(kBindOptions.begin(), kBindOptions.end(), option) != kBindOptions.end()) {
      known += "," + option;
    } else {
      add_remark(translation.report, "mount", Fidelity::kIgnored,
                 fmt::format("{}: Podman's binds have no option {}", mount.destination, option));
    }
  }
  return known;
}

// One field of a comma-separated line.
std::string csv(const std::string& field) {
  if (field.find_first_of(",\"") == std::string::npos) {
    return field;
  }
  std::string text = "\"";
  for (const char c : field) {
    text += c == '"' ? std::string("\"\"") : std::string(1, c);
  }
  return text + '"';
}

void plan_bind(Translation& translation, EnginePlan& plan, const oci::Mount& mount) {
  const std::string& source = *mount.source;
  if (source.find(':') == std::string::npos && mount.destination.find(':') == std::string::npos) {
    const std::string options = bind_options(translation, mount, false);
    plan.add("Volume", "--volume",
             fmt::format("{}:{}{}{}", source, mount.destination, options.empty() ? "" : ":",
                         options.empty() ? options : options.substr(1)));
    return;
  }
  plan.add(
      "Mount", "--mount",
      fmt::format("type=bind,{},{}{}", csv("source=" + source),
                  csv("destination=" + mount.destination), bind_options(translation, mount, true)));
}

void plan_volume(Translation& translation, EnginePlan& plan, const oci::Mount& mount) {
  if (mount.destination.find(':') != std::string::npos) {
    add_remark(translation.report, "mount", Fidelity::kNeedsAction,
               fmt::format("{}: Podman mounts no volume at a path with a colon; it is left out",
                           mount.destination),
               "choose another directory");
    return;
  }
  EngineVolume volume{.name = fmt::format("{}-fs{}", plan.name, plan.volumes.size()),
                      .type = mount.type.value_or("none"),
                      .device = mount.source.value_or(""),
                      .options = join(mount.options, ",")};
  const std::string tail = ":" + mount.destination;
  plan.options.push_back(
      {"Volume", "--volume", volume.name + tail, volume.name + ".volume" + tail});
  plan.volumes.push_back(std::move(volume));
}

void plan_mounts(Translation& translation, EnginePlan& plan) {
  for (const oci::Mount& mount : translation.config.mounts) {
    if (mount.destination == "/run") {
      plan.add("Tmpfs", "--tmpfs", "/run:" + join(mount.options, ","));
    }
    for (const std::string& option : mount.options) {
      if (mount.type == "devpts" && option.starts_with("max=")) {
        plan.add("Mount", "--mount",
                 "type=devpts,destination=" + mount.destination + ",mode=0620,gid=5," + option);
      }
    }
  }
  for (const WorkloadMount& mount : translation.workload.mounts) {
    const bool bind =
        mount.kind != WorkloadMount::Kind::kNfs && mount.kind != WorkloadMount::Kind::kDisk;
    if (bind) {
      plan_bind(translation, plan, mount.mount);
    } else {
      plan_volume(translation, plan, mount.mount);
    }
  }
}

void plan_devices(Translation& translation, EnginePlan& plan) {
  std::vector<WorkloadDevice> given;
  for (const WorkloadDevice& device : translation.workload.devices) {
    if ((device.host_path + device.path).find_first_of(":,\"") != std::string::npos) {
      add_remark(translation.report, "device", Fidelity::kNeedsAction,
                 fmt::format("{}: Podman gives no device with a colon, comma or quote in its path; "
                             "it is left out",
                             device.path),
                 "name the device by another path in the site profile");
      continue;
    }
    plan.add("AddDevice", "--device",
             fmt::format("{}:{}:{}", device.host_path, device.path, device.access));
    given.push_back(device);
  }
  const spec::DeviceDocument document = device_document(given);
  if (!document.devices.empty()) {
    plan.add("Annotation", "--annotation",
             fmt::format("{}={}", spec::kDevicesAnnotation,
                         spec::encode_annotation(spec::write_device_document(document))));
    plan.hook_directories.push_back(translation.workload.podman_hooks + "/devices");
    add_remark(translation.report, "device", Fidelity::kEquivalent,
               "openwpar-hook-devices keeps them for one WPAR at a time; Podman calls it only with "
               "this --hooks-dir, or with hooks_dir in containers.conf");
  }
}

void plan_names(Translation& translation, EnginePlan& plan) {
  if (translation.config.hostname) {
    plan.add("HostName", "--hostname", *translation.config.hostname);
  }
  plan.add("", "--no-hosts", "true");  // the root's file, or what copynameres binds, stays
  if (translation.workload.shared_ipc) {
    plan.add("", "--ipc", "host");
  }
  for (const auto& [key, value] : translation.config.annotations) {
    if (key != spec::kNetworkAnnotation &&
        key != spec::kDevicesAnnotation) {  // for a bundle's hooks
      plan.add("Annotation", "--annotation", key + "=" + value);
    }
  }
}

}  // namespace

std::string engine_name(std::string_view wpar) {
  std::string name;
  char mark = '\0';  // of those since the last letter or digit
  for (const char c : wpar) {
    if (!is_letter_or_digit(c)) {
      mark = c == '_' && mark != '-' ? '_' : '-';
      continue;
    }
    if (mark != '\0' && !name.empty()) {
      name += mark;
    }
    name += c;
    mark = '\0';
  }
  return name.empty() ? "wpar" : name;
}

EnginePlan plan_engine(Translation& translation) {
  EnginePlan plan;
  plan.name = engine_name(translation.name);
  if (plan.name != translation.name) {
    add_remark(translation.report, "general", Fidelity::kApproximate,
               fmt::format("Podman's container is called {}", plan.name));
  }
  plan_root(translation, plan);
  plan_names(translation, plan);
  plan_networks(translation, plan);
  plan_process(translation, plan);
  plan_security(translation, plan);
  plan_limits(translation, plan);
  plan_mounts(translation, plan);
  plan_devices(translation, plan);
  return plan;
}

void add_remark(Report& report, std::string_view stanza, Fidelity fidelity, std::string reason,
                std::string action) {
  const auto first_line = std::find_if(report.entries.begin(), report.entries.end(),
                                       [](const Entry& entry) { return entry.line > 0; });
  report.entries.insert(first_line, {.fidelity = fidelity,
                                     .stanza = std::string(stanza),
                                     .attribute = {},
                                     .value = {},
                                     .reason = std::move(reason),
                                     .action = std::move(action)});
}

bool revise(Report& report, std::string_view stanza, std::string_view attribute, Fidelity fidelity,
            std::string reason, std::string action) {
  // Of an attribute that is given again, the last line counts.
  const auto found =
      std::find_if(report.entries.rbegin(), report.entries.rend(), [&](const Entry& entry) {
        return entry.stanza == stanza && entry.attribute == attribute &&
               !entry.reason.starts_with("overridden") && !entry.reason.starts_with("set again");
      });
  if (found == report.entries.rend()) {
    return false;
  }
  found->fidelity = fidelity;
  found->reason = std::move(reason);
  found->action = std::move(action);
  return true;
}

void revise_at(Report& report, spec::Position place, Fidelity fidelity, std::string reason) {
  for (Entry& entry : report.entries) {
    if (entry.line == place.line && entry.column == place.column &&
        entry.source == static_cast<std::size_t>(place.source) && place.line > 0) {
      entry.fidelity = fidelity;
      entry.reason = std::move(reason);
      entry.action.clear();
      return;
    }
  }
}

}  // namespace wpar::translate
