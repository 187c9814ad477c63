// SPDX-License-Identifier: Apache-2.0
// wpar2oci: AIX WPAR specification files → OCI bundles. inputs.cpp reads, translate() thinks, this
// writes. wpar2oci(1).

#include <unistd.h>

#include <cstdio>
#include <map>
#include <set>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/path.h"
#include "translate/command_line.h"
#include "translate/inputs.h"
#include "translate/report.h"
#include "translate/targets/containerd.h"
#include "translate/targets/files.h"
#include "translate/targets/kube.h"
#include "translate/targets/oci.h"
#include "translate/targets/podman.h"
#include "translate/targets/quadlet.h"
#include "translate/targets/specification.h"
#include "translate/translate.h"

namespace wpar::translate {
namespace {

enum ExitCode { kDone = 0, kFailed = 1, kUsage = 2, kNotFaithful = 3 };

std::vector<Translation> translate_all(const Inputs& inputs) {
  std::vector<Translation> translations;
  std::set<std::string> names;
  for (const spec::Wpar& wpar : inputs.wpars) {
    translations.push_back(translate(wpar, inputs.profile, inputs.machine, inputs.options));
    if (!names.insert(translations.back().name).second) {
      throw_error(ErrorKind::kInvalidConfig, "{}:{}: two specifications are called {}",
                  wpar.source_of(wpar.general.name->at), wpar.general.name->at.line,
                  translations.back().name);
    }
  }
  return translations;
}

void write_report(const CommandLine& line, const std::vector<Translation>& translations) {
  std::vector<Report> reports;
  for (const Translation& translation : translations) {
    reports.push_back(translation.report);
  }
  const std::string text = line.json_report ? write_json(reports) : write_text(reports);
  if (line.report_file.empty()) {
    write_all(BorrowedFd(STDERR_FILENO), text, "standard error");
  } else {
    replace_file(line.report_file, text, 0644);
  }
}

bool is_faithful(const std::vector<Translation>& translations) {
  for (const Translation& translation : translations) {
    if (!translation.report.is_faithful()) {
      return false;
    }
  }
  return true;
}

void write_bundles(const CommandLine& line, const Inputs& inputs,
                   const std::vector<Translation>& translations,
                   const std::vector<TargetFile>& scripts) {
  if (line.bundle.empty()) {
    for (const Translation& translation : translations) {
      write_all(BorrowedFd(STDOUT_FILENO), config_text(translation.config), "standard output");
    }
    return;
  }
  const auto directory_of = [&](const Translation& translation) {
    return inputs.several ? join_path(line.bundle, translation.name) : line.bundle;
  };
  // Of containerd, one for each bundle.
  const auto script_of = [&](std::size_t i) {
    return scripts.empty() ? std::vector<TargetFile>() : std::vector<TargetFile>{scripts[i]};
  };
  for (std::size_t i = 0; i < translations.size(); ++i) {
    check_bundle(directory_of(translations[i]));
    check_files(directory_of(translations[i]), script_of(i));
  }
  for (std::size_t i = 0; i < translations.size(); ++i) {
    write_bundle(directory_of(translations[i]), translations[i].config);
    write_files(directory_of(translations[i]), script_of(i));
  }
}

// --to spec, --to yaml: the specifications themselves, with everything laid over them.
void write_specifications(const CommandLine& line, const Inputs& inputs) {
  const bool yaml = line.to == "yaml";
  if (line.bundle.empty()) {
    if (inputs.wpars.size() > 1) {
      throw_error(ErrorKind::kInvalidArgument,
                  "several specifications cannot share standard output: give --bundle DIR");
    }
    write_all(BorrowedFd(STDOUT_FILENO), specification_text(inputs.wpars.front(), yaml),
              "standard output");
    return;
  }
  for (const spec::Wpar& wpar : inputs.wpars) {
    check_specification(line.bundle, wpar, yaml);
  }
  for (const spec::Wpar& wpar : inputs.wpars) {
    write_specification(line.bundle, wpar, yaml);
  }
}

// --to quadlet, podman, containerd; the report learns what the target cannot carry.
std::vector<TargetFile> files_of(const CommandLine& line, Translation& translation) {
  if (line.to == "quadlet") {
    return quadlet_files(translation);
  }
  if (line.to == "podman") {
    return {podman_script(translation, line.runtime)};
  }
  if (line.to == "kube") {
    return {kube_pod(translation, line.runtime)};
  }
  if (line.to == "containerd") {
    return {containerd_script(translation, line.runtime)};
  }
  return {};
}

std::vector<TargetFile> engine_files(const CommandLine& line,
                                     std::vector<Translation>& translations) {
  std::vector<TargetFile> files;
  std::map<std::string, std::string> owners;  // name of a file → the WPAR it belongs to
  for (Translation& translation : translations) {
    for (TargetFile& file : files_of(line, translation)) {
      // Engines know fewer names than AIX: a@b and a-b would be one container there.
      const auto [owner, is_new] = owners.emplace(file.name, translation.name);
      if (!is_new) {
        throw_error(ErrorKind::kInvalidConfig,
                    "{} and {} cannot both be translated with --to {}: {} would be of both",
                    owner->second, translation.name, line.to, file.name);
      }
      files.push_back(std::move(file));
    }
  }
  return files;
}

void write_engine_files(const CommandLine& line, const std::vector<TargetFile>& files) {
  if (!line.bundle.empty()) {
    check_files(line.bundle, files);
    write_files(line.bundle, files);
    return;
  }
  if (line.to == "podman" && files.size() > 1) {
    throw_error(ErrorKind::kInvalidArgument,
                "several scripts cannot share standard output: give --bundle DIR");
  }
  for (const TargetFile& file : files) {
    const std::string title =
        files.size() > 1 ? (line.to == "kube" ? "---\n" : fmt::format("# {}:\n", file.name)) : "";
    write_all(BorrowedFd(STDOUT_FILENO), title + file.text, "standard output");
  }
}

int run(const std::vector<std::string>& words) {
  const CommandLine line = parse_command_line(words);
  if (line.help) {
    write_all(BorrowedFd(STDOUT_FILENO), help_text(), "standard output");
    return kDone;
  }
  if (line.version) {
    write_all(BorrowedFd(STDOUT_FILENO), "wpar2oci " WPAR_VERSION "\n", "standard output");
    return kDone;
  }
  const Inputs inputs = read_inputs(line);
  std::vector<Translation> translations = translate_all(inputs);
  const std::vector<TargetFile> files = engine_files(line, translations);
  const bool refused = line.strict && !is_faithful(translations);
  if (!refused && !line.check) {
    if (line.to == "oci" || line.to == "containerd") {
      write_bundles(line, inputs, translations, files);
    } else if (!files.empty()) {
      write_engine_files(line, files);
    } else {
      write_specifications(line, inputs);
    }
  }
  write_report(line, translations);
  return refused ? kNotFaithful : kDone;
}

}  // namespace
}  // namespace wpar::translate

int main(int argc, char** argv) {
  using namespace wpar;
  try {
    return translate::run({argv + 1, argv + argc});
  } catch (const Error& error) {
    const bool usage = error.kind() == ErrorKind::kInvalidArgument;
    // An error in a document begins with its place, as compilers do it.
    const bool placed = error.kind() == ErrorKind::kInvalidConfig;
    fmt::print(stderr, "{}{}\n", placed ? "" : "wpar2oci: ", error.what());
    if (usage) {
      fmt::print(stderr, "wpar2oci --help lists the options\n");
    }
    return usage ? translate::kUsage : translate::kFailed;
  } catch (const std::exception& error) {
    fmt::print(stderr, "wpar2oci: {}\n", error.what());
    return translate::kFailed;
  }
}
