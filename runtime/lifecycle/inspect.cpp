// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/inspect.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/path.h"
#include "runtime/base/text.h"
#include "runtime/cgroup/cgroup.h"
#include "runtime/cgroup/route.h"
#include "runtime/cgroup/unit_properties.h"
#include "runtime/init/steps.h"
#include "runtime/lifecycle/explain_details.h"
#include "runtime/plan/build.h"
#include "runtime/plan/lint.h"
#include "specs/oci/parse_config.h"

namespace wpar::lifecycle {
namespace {

bool is_directory(const std::string& path) {
  struct stat info = {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

struct Document {
  std::string file;
  std::string bundle;  // absolute: what relative paths of the document are relative to
  std::string text;
};

std::string absolute(const std::string& path) {
  char* directory = ::realpath(path.empty() ? "." : path.c_str(), nullptr);
  if (directory == nullptr) {
    throw_errno("open {}", path);
  }
  std::string result = directory;
  ::free(directory);
  return result;
}

Document read_document(const std::string& path) {
  if (path == "-") {
    return {"stdin", absolute("."), read_fd(BorrowedFd(STDIN_FILENO), "stdin")};
  }
  if (path.empty() || is_directory(path)) {
    const std::string bundle = absolute(path);
    const std::string file = path.empty() ? "config.json" : join_path(path, "config.json");
    auto text = find_file(join_path(bundle, "config.json"));
    if (!text) {
      throw_error(ErrorKind::kNotFound, "JSON specification file config.json not found in {}",
                  bundle);
    }
    return {file, bundle, std::move(*text)};
  }
  return {path, absolute(parent_path(path)), read_file(path)};
}

// The document is judged, not the machine or the caller: everything is available.
plan::HostFacts any_host() {
  plan::HostFacts host;
  host.bounding_set = ~std::uint64_t{0};
  host.apparmor_enabled = true;
  host.selinux_enabled = true;
  return host;
}

// The one thing a document says of its surroundings that can be looked at by anybody.
void check_root(const Document& document, std::vector<plan::LintFinding>& findings) {
  oci::Config config;
  const bool readable = std::none_of(findings.begin(), findings.end(), [](const auto& finding) {
    return finding.severity == plan::Severity::kError;
  });
  if (!readable || document.file == "stdin") {
    return;
  }
  config = oci::parse_config(document.text);
  if (config.root && !is_directory(join_path(document.bundle, config.root->path))) {
    const std::string pointer = "/root/path";
    findings.insert(findings.begin(), {plan::Severity::kError, pointer,
                                       fmt::format("there is no directory {}",
                                                   join_path(document.bundle, config.root->path)),
                                       oci::citation_for(pointer)});
  }
}

std::vector<std::string> unit_details(const plan::CgroupPlan& plan) {
  std::vector<std::string> details = {
      fmt::format("{} asks systemd{} for the unit {}", "runwpar-systemd",
                  plan.unit.of_user ? " --user" : "", plan.unit.name),
      "directory " + plan.path + " below the manager's own"};
  std::vector<plan::UnitProperty> properties =
      cgroup::unit_properties(cgroup::look_at_hierarchies().hierarchies, plan.limits);
  std::ranges::move(cgroup::device_properties(plan.limits.devices, false),
                    std::back_inserter(properties));
  std::ranges::copy(plan.unit.properties, std::back_inserter(properties));
  for (const plan::UnitProperty& property : properties) {
    details.push_back(fmt::format("property {} {}", property.name, join(property.values, " ")));
  }
  details.emplace_back("then the files of its cgroup, as without systemd");
  return details;
}

std::vector<std::string> cgroup_details(const plan::Plan& plan) {
  if (plan.cgroup.manager == plan::CgroupManager::kDisabled) {
    return {"none: the container stays in the caller's"};
  }
  if (plan.cgroup.manager == plan::CgroupManager::kSystemd) {
    return unit_details(plan.cgroup);
  }
  const cgroup::Host host = cgroup::look_at_hierarchies();
  const std::vector<std::string> directories = cgroup::cgroup_directories(host, plan.cgroup.path);
  std::vector<std::string> details;
  for (const std::string& directory : directories) {
    details.push_back("directory " + directory);
  }
  const cgroup::Route route = cgroup::route(host.hierarchies, plan.cgroup.limits);
  for (const cgroup::RoutedWrite& routed : route.writes) {
    details.push_back(fmt::format("write \"{}\" to {}/{}", routed.write.text,
                                  directories.at(routed.hierarchy), routed.write.file));
  }
  if (!route.device_program.empty()) {
    details.push_back(
        fmt::format("attach a device program of {} instructions", route.device_program.size()));
  }
  return details;
}

}  // namespace

LintReport lint(const std::string& path) {
  const Document document = read_document(path);
  std::vector<plan::LintFinding> found = plan::lint(document.text, any_host());
  check_root(document, found);
  LintReport report;
  report.file = document.file;
  for (plan::LintFinding& finding : found) {
    report.findings.push_back({.is_error = finding.severity == plan::Severity::kError,
                               .pointer = std::move(finding.pointer),
                               .text = std::move(finding.text),
                               .section = std::string(finding.citation.section),
                               .sentence = std::string(finding.citation.sentence)});
  }
  return report;
}

Explanation explain(const Context& context, const std::string& path, const std::string& id) {
  const Document document = read_document(path);
  const oci::Config config =
      in_context(document.file, [&] { return oci::parse_config(document.text); });
  // Without a cache directory nothing is written.
  const plan::HostFacts host = plan::look_at_host("");
  const plan::Plan plan = in_context(document.file, [&] {
    return plan::build_plan(config, host,
                            {.id = id,
                             .bundle = document.bundle,
                             .cgroup_manager = context.cgroup_manager,
                             .any_systemd_property = context.any_systemd_property});
  });
  Explanation result;
  result.file = document.file;
  result.warnings = plan.warnings;
  result.steps.push_back({"runtime",
                          "reserve the id",
                          "whoever makes the directory owns the id; a journal names what is about "
                          "to be made",
                          {id + " below --root"}});
  result.steps.push_back({"runtime", "create the cgroup", "the limits hold before anybody is in it",
                          cgroup_details(plan)});
  add_runtime_steps(plan, result.steps);
  for (const init::StepEntry& step : init::init_steps()) {
    add_init_step(plan, step, result.steps);
  }
  add_final_steps(plan, result.steps);
  return result;
}

}  // namespace wpar::lifecycle
