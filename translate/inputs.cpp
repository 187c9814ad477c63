// SPDX-License-Identifier: Apache-2.0
#include "translate/inputs.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/path.h"
#include "runtime/base/text.h"
#include "specs/wpar/read_wpar.h"
#include "specs/yaml/spec_form.h"

namespace wpar::translate {
namespace {

constexpr const char* kDefaultProfile = "/etc/wpars/site.yaml";

Machine look_at_machine() {
  Machine machine{.cpus = 1, .memory = 0, .source = "this host"};
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  if (::sched_getaffinity(0, sizeof cpus, &cpus) < 0) {
    throw_errno("count the CPUs");
  }
  machine.cpus = static_cast<std::uint64_t>(CPU_COUNT(&cpus));
  const std::string meminfo = read_file("/proc/meminfo");
  for (const std::string_view line : split(meminfo, '\n')) {
    const std::vector<std::string_view> words = split_words(line);
    if (words.size() >= 2 && words[0] == "MemTotal:") {
      machine.memory = parse_integer<std::uint64_t>(words[1]).value_or(0) * 1024;
    }
  }
  if (machine.memory == 0) {
    throw_error(ErrorKind::kSystem, "/proc/meminfo: no MemTotal");
  }
  return machine;
}

// The command line wins over the profile, the profile over the host.
Machine find_machine(const CommandLine& line, const Profile& profile) {
  if (line.machine_cpus && line.machine_memory) {
    return {
        .cpus = *line.machine_cpus, .memory = *line.machine_memory, .source = "the command line"};
  }
  Machine machine = machine_of(profile, look_at_machine());
  if (line.machine_cpus || line.machine_memory) {
    machine.source = fmt::format("the command line and {}", machine.source);
    machine.cpus = line.machine_cpus.value_or(machine.cpus);
    machine.memory = line.machine_memory.value_or(machine.memory);
  }
  return machine;
}

Profile read_profile(const CommandLine& line) {
  if (!line.profile.empty()) {
    return parse_profile(read_file(line.profile), line.profile);
  }
  const std::optional<std::string> text = find_file(kDefaultProfile);
  return text ? parse_profile(*text, kDefaultProfile) : Profile{};
}

bool has_yaml_name(const std::string& path) {
  return path.ends_with(".yaml") || path.ends_with(".yml");
}

bool is_specification(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  const bool is_profile = name == "site.yaml" || name == "site.yml";
  return !is_profile && (has_yaml_name(name) || name.ends_with(".spec") || name.ends_with(".cf"));
}

std::vector<std::string> files_of(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(directory, error), end; entry != end && !error;
       entry.increment(error)) {
    if (is_specification(entry->path())) {
      files.push_back(entry->path().string());
    }
  }
  if (error) {
    throw Error(error.value(), fmt::format("read the directory {}", directory));
  }
  if (files.empty()) {
    throw_error(ErrorKind::kNotFound, "{} holds no specification (*.spec, *.cf, *.yaml, *.yml)",
                directory);
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> expand(const std::vector<std::string>& words) {
  std::vector<std::string> paths;
  for (const std::string& word : words) {
    std::error_code error;
    if (word != "-" && std::filesystem::is_directory(word, error)) {
      const std::vector<std::string> files = files_of(word);
      paths.insert(paths.end(), files.begin(), files.end());
    } else {
      paths.push_back(word);
    }
  }
  return paths;
}

spec::Layer parse_layer(const std::string& text, bool yaml, spec::Problems& problems) {
  return yaml ? yaml::parse_yaml_stanzas(text, problems) : spec::parse_stanzas(text, problems);
}

// The flags were read before anybody knew which text they are.
spec::Layer with_source(spec::Layer layer, int source) {
  for (spec::Stanza& stanza : layer) {
    stanza.at.source = source;
    for (spec::Attribute& attribute : stanza.attributes) {
      attribute.at.source = source;
      attribute.value_at.source = source;
    }
  }
  return layer;
}

class SpecReader {
 public:
  explicit SpecReader(const CommandLine& line) : line_(line) {
    if (!line.base.empty()) {
      base_ = read_file(line.base);
    }
  }

  spec::Wpar read(const std::string& path) {
    const bool is_stdin = path == "-";
    const std::string text =
        is_stdin ? read_fd(BorrowedFd(STDIN_FILENO), "standard input") : read_file(path);
    spec::Problems problems(is_stdin ? "stdin" : path);
    const bool yaml = line_.from.empty() ? has_yaml_name(path) : line_.from == "yaml";
    std::vector<spec::Layer> layers;
    layers.push_back(parse_layer(text, yaml, problems));
    if (!line_.base.empty()) {
      problems.begin_source(line_.base);
      layers.insert(layers.begin(), parse_layer(base_, has_yaml_name(line_.base), problems));
    }
    if (!line_.overrides.empty()) {
      layers.push_back(with_source(line_.overrides, problems.begin_source("command line")));
    }
    spec::Wpar wpar = spec::read_layers(layers, problems);
    if (!problems.empty()) {
      complaints_.push_back(problems.message());
    }
    return wpar;
  }

  void throw_if_any() const {
    if (!complaints_.empty()) {
      throw Error(ErrorKind::kInvalidConfig, join(complaints_, "\n"));
    }
  }

 private:
  const CommandLine& line_;
  std::string base_;
  std::vector<std::string> complaints_;
};

Options read_options(const CommandLine& line) {
  Options options;
  options.engine_networks = line.to == "quadlet" || line.to == "podman" || line.to == "kube";
  if (!line.rootfs.empty()) {
    options.rootfs = join_path(std::filesystem::current_path().string(), line.rootfs);
  }
  if (!line.devexports.empty()) {
    spec::Problems problems(line.devexports);
    options.devexports = spec::read_devexports(read_file(line.devexports), problems);
    problems.throw_if_any();
  }
  if (!line.secattrs.empty()) {
    spec::Problems problems(line.secattrs);
    options.secattrs = spec::read_secattrs(read_file(line.secattrs), problems);
    problems.throw_if_any();
  }
  return options;
}

}  // namespace

Inputs read_inputs(const CommandLine& line) {
  Inputs inputs;
  inputs.profile = read_profile(line);
  inputs.machine = find_machine(line, inputs.profile);
  inputs.options = read_options(line);
  const std::vector<std::string> paths = expand(line.specs);
  inputs.several = paths.size() > 1 || paths != line.specs;
  // All specifications are read before anything is complained about: one run shows every error.
  SpecReader reader(line);
  for (const std::string& path : paths) {
    inputs.wpars.push_back(reader.read(path));
  }
  reader.throw_if_any();
  return inputs;
}

}  // namespace wpar::translate
