// SPDX-License-Identifier: Apache-2.0
#include "translate/targets/podman.h"

#include <fmt/format.h>

#include <algorithm>

#include "translate/targets/engine.h"

namespace wpar::translate {
namespace {

std::string option_word(std::string_view option, const std::string& value) {
  return fmt::format(" \\\n  {}", shell_word(fmt::format("{}={}", option, value)));
}

std::string network_command(const EngineNetwork& network) {
  const std::string name = shell_word(network.name);
  std::string text = fmt::format("podman network exists {} || podman network create", name);
  text += option_word("--driver", network.driver);
  text += " \\\n  --disable-dns";
  if (network.driver == "bridge") {
    text += option_word("--opt", "mode=unmanaged");
    text += option_word("--interface-name", network.parent);
  } else {
    text += option_word("--opt", "parent=" + network.parent);
  }
  bool routed = false;
  bool ipv6 = false;
  for (const EngineSubnet& subnet : network.subnets) {
    text += option_word("--subnet", subnet.subnet);
    if (!subnet.gateway.empty()) {
      text += option_word("--gateway", subnet.gateway);
      routed = true;
    }
    ipv6 = ipv6 || subnet.subnet.find(':') != std::string::npos;
  }
  if (ipv6) {
    text += " \\\n  --ipv6";
  }
  if (!routed) {
    text += option_word("--opt", "no_default_route=true");
  }
  for (const std::string& route : network.routes) {
    text += option_word("--route", route);
  }
  return text + fmt::format(" \\\n  {}\n", name);
}

std::string volume_command(const EngineVolume& volume) {
  const std::string name = shell_word(volume.name);
  std::string text = fmt::format("podman volume exists {} || podman volume create", name);
  text += option_word("--driver", "local");
  text += option_word("--opt", "type=" + volume.type);
  text += option_word("--opt", "device=" + volume.device);
  text += option_word("--opt", volume.options.empty() ? "nocopy" : "o=" + volume.options);
  if (!volume.options.empty()) {
    text += option_word("--opt", "nocopy");
  }
  return text + fmt::format(" \\\n  {}\n", name);
}

std::string run_command(const EnginePlan& plan, const std::string& runtime) {
  std::string text = "podman";
  for (const std::string& directory : plan.hook_directories) {
    text += option_word("--hooks-dir", directory);
  }
  if (!runtime.empty()) {
    text += option_word("--runtime", runtime);
  }
  text += " run --replace";
  text += option_word("--name", plan.name);
  for (const EngineOption& option : plan.options) {
    text += option_word(option.option, option.value);
  }
  // --rootfs is a flag: the directory stands where an image does.
  text += plan.root.empty() ? fmt::format(" \\\n  {}", shell_word(plan.image))
                            : fmt::format(" \\\n  --rootfs {}", shell_word(plan.root));
  for (const std::string& word : plan.command) {
    text += fmt::format(" \\\n  {}", shell_word(word));
  }
  return text;
}

}  // namespace

std::string shell_word(std::string_view word) {
  constexpr std::string_view kMarks = "_@%+=:,./-";
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [&](char c) {
    return is_letter_or_digit(c) || kMarks.find(c) != std::string_view::npos;
  });
  if (plain) {
    return std::string(word);
  }
  std::string text = "'";
  for (const char c : word) {
    text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return text + "'";
}

TargetFile podman_script(Translation& translation, const std::string& runtime) {
  const EnginePlan plan = plan_engine(translation);
  std::string text = fmt::format("#!/bin/sh\n{}set -e\n", kWrittenBy);
  for (const EngineNetwork& network : plan.networks) {
    text += network_command(network);
  }
  for (const EngineVolume& volume : plan.volumes) {
    text += volume_command(volume);
  }
  const std::string& script = translation.workload.script;
  const std::string wpar = shell_word(translation.name);
  if (script.empty()) {
    text += "exec " + run_command(plan, runtime) + "\n";
  } else {
    text += fmt::format("{} start {}\nstatus=0\n", shell_word(script), wpar);
    text += run_command(plan, runtime) + " || status=$?\n";
    text += fmt::format("{} stop {}\nexit $status\n", shell_word(script), wpar);
    revise(translation.report, "general", "script", Fidelity::kEquivalent,
           "called by the script before podman run and after it");
  }
  return {.name = plan.name + ".sh", .text = std::move(text), .mode = 0755};
}

}  // namespace wpar::translate
