// SPDX-License-Identifier: Apache-2.0
// wpar2oci: AIX WPAR specification files → OCI bundles. The only file of translate/ that looks at
// this host: its size, the working directory, the files it is given. wpar2oci(1).

#include <sched.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <set>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/path.h"
#include "runtime/base/text.h"
#include "specs/wpar/read_wpar.h"
#include "translate/command_line.h"
#include "translate/profile.h"
#include "translate/report.h"
#include "translate/targets/oci.h"
#include "translate/translate.h"

namespace wpar::translate {
namespace {

enum ExitCode { kDone = 0, kFailed = 1, kUsage = 2, kNotFaithful = 3 };

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

Profile read_profile(const CommandLine& line) {
  if (!line.profile.empty()) {
    return parse_profile(read_file(line.profile), line.profile);
  }
  const std::optional<std::string> text = find_file(kDefaultProfile);
  return text ? parse_profile(*text, kDefaultProfile) : Profile{};
}

// All specifications are read before anything is complained about: one run shows every error.
std::vector<spec::Wpar> read_specs(const std::vector<std::string>& paths) {
  std::vector<spec::Wpar> wpars;
  std::vector<std::string> complaints;
  for (const std::string& path : paths) {
    const bool is_stdin = path == "-";
    const std::string text =
        is_stdin ? read_fd(BorrowedFd(STDIN_FILENO), "standard input") : read_file(path);
    spec::Problems problems(is_stdin ? "stdin" : path);
    wpars.push_back(spec::read_wpar(spec::parse_stanzas(text, problems), problems));
    if (!problems.empty()) {
      complaints.push_back(problems.message());
    }
  }
  if (!complaints.empty()) {
    throw Error(ErrorKind::kInvalidConfig, join(complaints, "\n"));
  }
  return wpars;
}

std::vector<Translation> translate_all(const CommandLine& line) {
  const Profile profile = read_profile(line);
  const Machine machine = machine_of(profile, look_at_machine());
  Options options{.name = line.name, .rootfs = {}};
  if (!line.rootfs.empty()) {
    options.rootfs = join_path(std::filesystem::current_path().string(), line.rootfs);
  }
  std::vector<Translation> translations;
  std::set<std::string> names;
  for (const spec::Wpar& wpar : read_specs(line.specs)) {
    translations.push_back(translate(wpar, profile, machine, options));
    if (!names.insert(translations.back().name).second) {
      throw_error(ErrorKind::kInvalidConfig, "{}:{}: two specifications are called {}",
                  wpar.filename, wpar.general.name->at.line, translations.back().name);
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

void write_documents(const CommandLine& line, const std::vector<Translation>& translations) {
  if (line.bundle.empty()) {
    for (const Translation& translation : translations) {
      write_all(BorrowedFd(STDOUT_FILENO), config_text(translation.config), "standard output");
    }
    return;
  }
  const auto directory_of = [&](const Translation& translation) {
    return translations.size() == 1 ? line.bundle : join_path(line.bundle, translation.name);
  };
  for (const Translation& translation : translations) {
    check_bundle(directory_of(translation));
  }
  for (const Translation& translation : translations) {
    write_bundle(directory_of(translation), translation.config);
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
  const std::vector<Translation> translations = translate_all(line);
  const bool refused = line.strict && !is_faithful(translations);
  if (!refused && !line.check) {
    write_documents(line, translations);
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
