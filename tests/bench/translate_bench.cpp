// SPDX-License-Identifier: Apache-2.0
// How many specifications wpar2oci translates in a second of one processor: text → Wpar →
// translation → config.json and report, for each example and for all of them in turn. Processor
// time, so that a busy machine only makes it noisier. usage: translate_bench DIRECTORY [SECONDS]

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "specs/wpar/read_wpar.h"
#include "translate/report.h"
#include "translate/targets/oci.h"
#include "translate/translate.h"

namespace wpar::translate {
namespace {

struct Specification {
  std::string name;
  std::string text;
};

double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

std::vector<Specification> read_specifications(const std::string& directory) {
  std::vector<Specification> found;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::string path = entry.path().string();
    if (path.ends_with(".spec") && !path.ends_with("broken.spec")) {
      found.push_back({entry.path().filename().string(), read_file(path)});
    }
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return found;
}

// Returns the bytes written, so that no work is left out as unused.
std::size_t translate_once(const Specification& specification, const Profile& profile,
                           const Machine& machine) {
  const spec::Wpar wpar = spec::parse_wpar(specification.text, specification.name);
  Translation translation = translate(wpar, profile, machine, {});
  std::vector<Report> reports;
  reports.push_back(std::move(translation.report));
  return config_text(translation.config).size() + write_json(reports).size();
}

template <typename Work>
double rate_of(double seconds, std::size_t per_round, Work&& work) {
  std::size_t done = 0;
  std::size_t bytes = 0;
  const double start = processor_seconds();
  double now = start;
  while (now - start < seconds) {
    for (int i = 0; i < 16; ++i) {
      bytes += work();
      done += per_round;
    }
    now = processor_seconds();
  }
  return bytes == 0 ? 0 : static_cast<double>(done) / (now - start);
}

void run(const std::string& directory, double seconds) {
  const std::vector<Specification> all = read_specifications(directory);
  if (all.empty()) {
    throw_error(ErrorKind::kNotFound, "{} holds no *.spec", directory);
  }
  const std::string site = directory + "/site.yaml";
  const Profile profile = parse_profile(find_file(site).value_or(""), site);
  const Machine machine =
      machine_of(profile, {.cpus = 4, .memory = std::uint64_t{16} << 30, .source = "a benchmark"});
  for (const Specification& one : all) {
    const double rate = rate_of(seconds, 1, [&] { return translate_once(one, profile, machine); });
    fmt::print("{:<28} {:>8.0f} specifications/s\n", one.name, rate);
  }
  const double rate = rate_of(seconds, all.size(), [&] {
    std::size_t bytes = 0;
    for (const Specification& one : all) {
      bytes += translate_once(one, profile, machine);
    }
    return bytes;
  });
  fmt::print("{:<28} {:>8.0f} specifications/s on one processor\n", "all in turn", rate);
}

}  // namespace
}  // namespace wpar::translate

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: translate_bench DIRECTORY [SECONDS]\n");
    return 2;
  }
  wpar::translate::run(argv[1], argc > 2 ? std::atof(argv[2]) : 0.5);
  return 0;
}
