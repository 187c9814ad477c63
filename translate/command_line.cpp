// SPDX-License-Identifier: Apache-2.0
#include "translate/command_line.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>

#include "runtime/base/error.h"
#include "specs/wpar/name.h"

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

constexpr std::array<OptionRow, 10> kOptions = {{
    {"--bundle", "DIR", "write DIR/config.json instead of stdout; several SPECs: DIR/NAME/",
     [](CommandLine& line, const std::string& value) { line.bundle = value; }},
    {"--rootfs", "PATH", "a complete root file system for the WPAR",
     [](CommandLine& line, const std::string& value) { line.rootfs = value; }},
    {"--profile", "FILE", "the site profile (default: /etc/wpars/site.yaml, if it exists)",
     [](CommandLine& line, const std::string& value) { line.profile = value; }},
    {"--report", "text|json", "format of the report (default: text)", set_report},
    {"--report-file", "FILE", "write the report to FILE instead of stderr",
     [](CommandLine& line, const std::string& value) { line.report_file = value; }},
    {"--strict", "", "fail, and write nothing, if a line is not at least equivalent",
     [](CommandLine& line, const std::string&) { line.strict = true; }},
    {"--check", "", "read, translate and report; write no document",
     [](CommandLine& line, const std::string&) { line.check = true; }},
    {"--name", "NAME", "name of the WPAR, instead of the specification's",
     [](CommandLine& line, const std::string& value) { line.name = value; }},
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

void check(const CommandLine& line) {
  if (line.help || line.version) {
    return;
  }
  if (line.specs.empty()) {
    throw_error(ErrorKind::kInvalidArgument, "no specification is given");
  }
  if (line.specs.size() > 1 && (!line.name.empty() || !line.rootfs.empty())) {
    throw_error(ErrorKind::kInvalidArgument, "--name and --rootfs are for one specification only");
  }
  if (line.check && !line.bundle.empty()) {
    throw_error(ErrorKind::kInvalidArgument, "--check writes no bundle: leave out --bundle");
  }
  if (std::count(line.specs.begin(), line.specs.end(), "-") > 1) {
    throw_error(ErrorKind::kInvalidArgument, "stdin (-) can be read only once");
  }
}

}  // namespace

CommandLine parse_command_line(const std::vector<std::string>& words) {
  CommandLine line;
  bool options_end = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--" && !options_end) {
      options_end = true;
    } else if (options_end || word == "-" || !word.starts_with('-')) {
      line.specs.push_back(word);
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
      option.set(line, value);
    }
  }
  check(line);
  return line;
}

std::string help_text() {
  std::string text =
      "usage: wpar2oci [OPTION]... SPEC...\n"
      "Translates AIX WPAR specification files to OCI runtime configurations.\n"
      "SPEC is a file of mkwpar -f or wparexec -f; - reads standard input.\n\n";
  for (const OptionRow& row : kOptions) {
    const std::string left = fmt::format("{} {}", row.name, row.value);
    text += fmt::format("  {:<20} {}\n", left, row.help);
  }
  text +=
      "\nExit status: 0 done, 1 an error in a specification, the profile or a file, 2 usage,\n"
      "3 --strict and a line below equivalent.\n";
  return text;
}

}  // namespace wpar::translate
