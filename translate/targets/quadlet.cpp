// SPDX-License-Identifier: Apache-2.0
#include "translate/targets/quadlet.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/base/error.h"
#include "translate/targets/engine.h"

namespace wpar::translate {
namespace {

// Means the same whether a key's value is taken as it is, split into words, or unescaped.
bool is_plain(std::string_view text) {
  constexpr std::string_view kMarks = "_@+=:,./-[]";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter_or_digit(c) || kMarks.find(c) != std::string_view::npos;
  });
}

std::string line_of(const EngineOption& option) {
  const std::string& value = option.unit_value.empty() ? option.value : option.unit_value;
  if (!option.key.empty() && is_plain(value)) {
    return fmt::format("{}={}\n", option.key, value);
  }
  return fmt::format("PodmanArgs={}\n", quadlet_word(option.option + "=" + option.value));
}

// Rootfs and Image are taken as they are, but for what systemd makes of % and $.
std::string plain_value(const std::string& name, const std::string& text) {
  std::string value;
  for (const char c : text) {
    if (c == '"' || c == '\'' || c == '\\' || static_cast<unsigned char>(c) < ' ') {
      throw_error(ErrorKind::kInvalidConfig,
                  "{}: \"{}\" cannot be the root of a Quadlet unit: it has a quote, a backslash or "
                  "a control character",
                  name, text);
    }
    value += c;
    if (c == '%' || c == '$') {
      value += c;
    }
  }
  return value;
}

// Of a description systemd expands only the specifiers (systemd.unit(5)).
std::string escape_percent(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    escaped.append(c == '%' ? 2 : 1, c);
  }
  return escaped;
}

TargetFile network_unit(const EngineNetwork& network) {
  std::string text = fmt::format("{}[Network]\nNetworkName={}\nDriver={}\nDisableDNS=true\n",
                                 kWrittenBy, network.name, network.driver);
  if (network.driver == "bridge") {
    text += "Options=mode=unmanaged\n";
    text += line_of({"", "--interface-name", network.parent});  // a key only since Podman 5.6
  } else {
    text += line_of({"Options", "--opt", "parent=" + network.parent});
  }
  bool routed = false;
  for (const EngineSubnet& subnet : network.subnets) {
    text += fmt::format("Subnet={}\n", subnet.subnet);
    if (!subnet.gateway.empty()) {
      text += fmt::format("Gateway={}\n", subnet.gateway);
      routed = true;
    }
    if (subnet.subnet.find(':') != std::string::npos &&
        text.find("IPv6=true\n") == std::string::npos) {
      text += "IPv6=true\n";
    }
  }
  if (!routed) {
    text += "Options=no_default_route=true\n";
  }
  for (const std::string& route : network.routes) {
    text += fmt::format("PodmanArgs=--route={}\n", route);
  }
  return {.name = network.name + ".network", .text = std::move(text)};
}

// The three that mount(8) gets: keys of their own, which podman volume create has not.
std::string volume_line(const char* key, const char* name, const std::string& value) {
  return line_of({is_plain(value) ? key : "", "--opt",
                  is_plain(value) ? value : fmt::format("{}={}", name, value)});
}

TargetFile volume_unit(const EngineVolume& volume) {
  std::string text =
      fmt::format("{}[Volume]\nVolumeName={}\nDriver=local\nCopy=false\n", kWrittenBy, volume.name);
  text += volume_line("Type", "type", volume.type);
  text += volume_line("Device", "device", volume.device);
  if (!volume.options.empty()) {
    text += volume_line("Options", "o", volume.options);
  }
  return {.name = volume.name + ".volume", .text = std::move(text)};
}

std::string service_group(Translation& translation, const EnginePlan& plan) {
  constexpr unsigned kSpare = 30;  // for Podman itself, after the WPAR has ended
  const Workload& workload = translation.workload;
  std::string text = "\n[Service]\n";
  // An application WPAR ends with its program; a system WPAR that fails is started again.
  text += fmt::format("Restart={}\n", workload.application ? "no" : "on-failure");
  text += fmt::format("TimeoutStopSec={}\n", plan.stop_seconds + kSpare);
  if (!workload.script.empty()) {
    const std::string script = quadlet_word(workload.script);
    const std::string wpar = quadlet_word(translation.name);
    text += fmt::format("ExecStartPre={} start {}\n", script, wpar);
    text += fmt::format("ExecStopPost={} stop {}\n", script, wpar);
    revise(translation.report, "general", "script", Fidelity::kEquivalent,
           "called by the unit before the start and after the end");
  }
  return text;
}

}  // namespace

std::string quadlet_word(std::string_view word) {
  if (is_plain(word)) {
    return std::string(word);
  }
  std::string text = "\"";
  for (const char c : word) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') {
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else if (c == '"' || c == '\\') {
      text += {'\\', c};
    } else if (c == '%' || c == '$') {
      text += {c, c};
    } else {
      text += c;
    }
  }
  return text + '"';
}

std::vector<TargetFile> quadlet_files(Translation& translation) {
  EnginePlan plan = plan_engine(translation);
  std::string text = fmt::format("{}[Unit]\nDescription=WPAR {}\n\n[Container]\nContainerName={}\n",
                                 kWrittenBy, escape_percent(translation.name), plan.name);
  text += plan.root.empty() ? "Image=" + plain_value(plan.name, plan.image) + "\n"
                            : "Rootfs=" + plain_value(plan.name, plan.root) + "\n";
  for (const std::string& directory : plan.hook_directories) {
    text += fmt::format("GlobalArgs={}\n", quadlet_word("--hooks-dir=" + directory));
  }
  for (const EngineOption& option : plan.options) {
    text += line_of(option);
  }
  std::string command;
  for (const std::string& word : plan.command) {
    if (word == ";") {
      add_remark(translation.report, "general", Fidelity::kNeedsAction,
                 "application: a word that is only \";\" ends the command for systemd",
                 "call a script that has the word");
    }
    command += (command.empty() ? "" : " ") + quadlet_word(word);
  }
  if (!command.empty()) {
    text += "Exec=" + command + "\n";
  }
  text += service_group(translation, plan);
  if (translation.workload.auto_start) {
    text += "\n[Install]\nWantedBy=multi-user.target default.target\n";
    revise(translation.report, "general", "auto", Fidelity::kEquivalent,
           "[Install] of the unit: started at boot");
  }
  std::vector<TargetFile> files = {{.name = plan.name + ".container", .text = std::move(text)}};
  for (const EngineNetwork& network : plan.networks) {
    files.push_back(network_unit(network));
  }
  for (const EngineVolume& volume : plan.volumes) {
    files.push_back(volume_unit(volume));
  }
  return files;
}

}  // namespace wpar::translate
