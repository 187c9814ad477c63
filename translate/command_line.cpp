// SPDX-License-Identifier: Apache-2.0
#include "translate/command_line.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "specs/wpar/flag_words.h"
#include "specs/wpar/name.h"
#include "specs/wpar/value.h"
#include "translate/machine.h"

namespace wpar::translate {
namespace {

struct OptionRow {
  std::string_view name;
  std::string_view value;  // its name in the help; empty: a flag
  std::string_view help;
  void (*set)(CommandLine& line, const std::string& value);
};

void set_report(CommandLine& line, const std::string& value) {
  if (value != "text" && value != "json") {
    throw_error(ErrorKind::kInvalidArgument, "--report: expected text or json, not \"{}\"", value);
  }
  line.json_report = value == "json";
}

constexpr std::array<std::string_view, 7> kTargets = {"oci",  "quadlet", "podman", "containerd",
                                                      "kube", "spec",    "yaml"};

void set_from(CommandLine& line, const std::string& value) {
  if (value != "spec" && value != "yaml") {
    throw_error(ErrorKind::kInvalidArgument, "--from: expected spec or yaml, not \"{}\"", value);
  }
  line.from = value;
}

void set_to(CommandLine& line, const std::string& value) {
  if (std::find(kTargets.begin(), kTargets.end(), value) == kTargets.end()) {
    throw_error(ErrorKind::kInvalidArgument,
                "--to: \"{}\" is not known, the nearest known one is {}", value,
                spec::nearest_name(value, kTargets));
  }
  line.to = value;
}

// "cpus=4,memory=16G", either alone too.
void set_machine(CommandLine& line, const std::string& value) {
  for (const std::string_view part : split(value, ',')) {
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string_view key = part.substr(0, equals);
    const std::string_view size = part.substr(std::min(equals + 1, part.size()));
    spec::MemorySize memory;
    const std::uint64_t cpus = parse_integer<std::uint64_t>(size).value_or(0);
    if (key == "cpus" && cpus > 0 && cpus <= kMaxCpus) {
      line.machine_cpus = cpus;
    } else if (key == "memory" && spec::read_into(memory, size).empty() && memory.bytes) {
      line.machine_memory = memory.bytes;
    } else {
      throw_error(ErrorKind::kInvalidArgument, "--machine: expected cpus=4,memory=16G, not \"{}\"",
                  value);
    }
  }
}

constexpr std::array<OptionRow, 17> kOptions = {{
    {"--bundle", "DIR", "write DIR/config.json instead of stdout; several SPECs: DIR/NAME/",
     [](CommandLine& line, const std::string& value) { line.bundle = value; }},
    {"--rootfs", "PATH", "a complete root file system for the WPAR",
     [](CommandLine& line, const std::string& value) { line.rootfs = value; }},
    {"--profile", "FILE", "the site profile (default: /etc/wpars/site.yaml, if it exists)",
     [](CommandLine& line, const std::string& value) { line.profile = value; }},
    {"--base", "FILE", "a specification that each SPEC is laid over",
     [](CommandLine& line, const std::string& value) { line.base = value; }},
    {"--devexports", "FILE", "the devices that may be exported (AIX: /etc/wpars/devexports)",
     [](CommandLine& line, const std::string& value) { line.devexports = value; }},
    {"--secattrs", "FILE", "the default privileges (AIX: /etc/wpars/secattrs)",
     [](CommandLine& line, const std::string& value) { line.secattrs = value; }},
    {"--machine", "cpus=N,memory=SIZE", "what percentages are taken of (default: this host)",
     set_machine},
    {"--from", "spec|yaml", "form of the SPECs (default: yaml for .yaml and .yml)", set_from},
    {"--to", "TARGET",
     "oci (default), quadlet, podman, containerd, kube; spec, yaml: the normal form", set_to},
    {"--runtime", "PATH", "with --to podman, containerd: the runtime; kube: the RuntimeClass",
     [](CommandLine& line, const std::string& value) { line.runtime = value; }},
    {"--report", "text|json", "format of the report (default: text)", set_report},
    {"--report-file", "FILE", "write the report to FILE instead of stderr",
     [](CommandLine& line, const std::string& value) { line.report_file = value; }},
    {"--strict", "", "fail, and write nothing, if a line is not at least equivalent",
     [](CommandLine& line, const std::string&) { line.strict = true; }},
    {"--check", "", "read, translate and report; write no document",
     [](CommandLine& line, const std::string&) { line.check = true; }},
    {"--name", "NAME", "name of the WPAR, instead of the specification's (-n)",
     [](CommandLine&, const std::string&) {}},
    {"--help", "", "print this text",
     [](CommandLine& line, const std::string&) { line.help = true; }},
    {"--version", "", "print the version",
     [](CommandLine& line, const std::string&) { line.version = true; }},
}};

const OptionRow& find_option(const std::string& name) {
  std::vector<std::string_view> known;
  for (const OptionRow& row : kOptions) {
    if (row.name == name) {
      return row;
    }
    known.push_back(row.name);
  }
  throw_error(ErrorKind::kInvalidArgument, "unknown option {}, the nearest known one is {}", name,
              spec::nearest_name(name, known));
}

// "-check" would be -c and a host name "eck": nobody means that.
void refuse_half_an_option(const std::string& word) {
  const std::string option = "-" + word.substr(0, word.find('='));
  const bool known = std::any_of(kOptions.begin(), kOptions.end(),
                                 [&](const OptionRow& row) { return row.name == option; });
  if (known) {
    throw_error(ErrorKind::kInvalidArgument, "unknown option {}, the nearest known one is {}", word,
                option);
  }
}

bool has_name(const spec::Stanza& stanza) {
  return stanza.name == "general" &&
         std::any_of(stanza.attributes.begin(), stanza.attributes.end(),
                     [](const spec::Attribute& attribute) { return attribute.key == "name"; });
}

void check(const CommandLine& line) {
  if (line.specs.empty()) {
    throw_error(ErrorKind::kInvalidArgument, "no specification is given");
  }
  const bool named = std::any_of(line.overrides.begin(), line.overrides.end(), has_name);
  if (line.specs.size() > 1 && (named || !line.rootfs.empty())) {
    throw_error(ErrorKind::kInvalidArgument,
                "--name, -n and --rootfs are for one specification only");
  }
  if (!line.runtime.empty() && line.to != "podman" && line.to != "containerd" &&
      line.to != "kube") {
    throw_error(ErrorKind::kInvalidArgument,
                "--runtime is for --to podman, containerd and kube only");
  }
  if (line.to == "containerd" && line.bundle.empty() && !line.check) {
    throw_error(ErrorKind::kInvalidArgument,
                "--to containerd writes a bundle and a script: give --bundle DIR");
  }
  if (line.check && !line.bundle.empty()) {
    throw_error(ErrorKind::kInvalidArgument, "--check writes no bundle: leave out --bundle");
  }
  if ((line.to == "spec" || line.to == "yaml") && !line.rootfs.empty()) {
    throw_error(ErrorKind::kInvalidArgument, "--rootfs has no place in a specification (--to {})",
                line.to);
  }
  if (!is_utf8(line.rootfs)) {
    throw_error(ErrorKind::kInvalidArgument,
                "--rootfs: the path is not UTF-8 text, and no document can hold it");
  }
  if (std::count(line.specs.begin(), line.specs.end(), "-") > 1) {
    throw_error(ErrorKind::kInvalidArgument, "stdin (-) can be read only once");
  }
}

}  // namespace

std::span<const std::string_view> targets() {
  return kTargets;
}

CommandLine parse_command_line(const std::vector<std::string>& words) {
  CommandLine line;
  spec::FlagReader flags;
  bool options_end = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--" && !options_end) {
      options_end = true;
    } else if (options_end || word == "-" || !word.starts_with('-')) {
      line.specs.push_back(word);
    } else if (spec::is_flag_word(word)) {
      refuse_half_an_option(word);
      i = flags.read(words, i) - 1;
    } else {
      const std::size_t equals = word.find('=');
      const OptionRow& option = find_option(word.substr(0, equals));
      std::string value;
      if (option.value.empty() != (equals == std::string::npos) && option.value.empty()) {
        throw_error(ErrorKind::kInvalidArgument, "{} takes no value", option.name);
      }
      if (!option.value.empty()) {
        if (equals == std::string::npos && i + 1 == words.size()) {
          throw_error(ErrorKind::kInvalidArgument, "{} needs a value", option.name);
        }
        value = equals == std::string::npos ? words[++i] : word.substr(equals + 1);
        if (value.empty()) {
          throw_error(ErrorKind::kInvalidArgument, "{} needs a value", option.name);
        }
      }
      if (option.name == "--name") {
        flags.read_name(value, {.line = static_cast<int>(i) + 1});
      }
      option.set(line, value);
    }
  }
  line.overrides = flags.stanzas();
  if (line.help || line.version) {
    return line;
  }
  check(line);
  return line;
}

std::string help_text() {
  std::string text =
      "usage: wpar2oci [OPTION]... SPEC...\n"
      "Translates AIX WPAR specification files to OCI runtime configurations.\n"
      "SPEC is a file of mkwpar -f or wparexec -f, its YAML form, or a directory of such\n"
      "files; - reads standard input.\n\n";
  for (const OptionRow& row : kOptions) {
    const std::string left = fmt::format("{} {}", row.name, row.value);
    text += fmt::format("  {:<30} {}\n", left, row.help);
  }
  text +=
      "\nFlags of mkwpar and wparexec override every SPEC: -n NAME -h HOST -d DIRECTORY -g VG\n"
      "-H ARCHITECTURE -u SCRIPT -b DEVEXPORTS -U UUID -A -c -l -i -x -r -t -C -p (or -lA), and "
      "with\n"
      "attribute=value words -N -M -D -I -X -R -S -T, for example: -R CPU=10%-20%,50%\n"
      "\nExit status: 0 done, 1 an error in a specification, the profile or a file, 2 usage,\n"
      "3 --strict and a line below equivalent.\n";
  return text;
}

}  // namespace wpar::translate
