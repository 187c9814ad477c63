// SPDX-License-Identifier: Apache-2.0
// Who may use whom. With one include root the linker alone would not notice a header from above.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/policy/tree.h"

namespace wpar::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Layer {
  std::string_view folder;
  std::vector<std::string_view> may_use;  // folders or single headers, besides the folder itself
  std::vector<std::string_view> never;    // exceptions from may_use
  std::string_view reason;
};

// The longest folder that a file is below is its layer.
const std::vector<Layer> kLayers = {
    {"runtime/base", {}, {}, "base is layer 0: everybody uses it, so it uses nobody"},
    {"runtime/sys", {"runtime/base"}, {}, "one thin function per system call; no policy"},
    {"runtime/plan",
     {"runtime/base", "specs/oci"},
     {"runtime/base/log.h"},
     "the plan is pure: it decides and acts on nothing"},
    {"runtime/protocol",
     {"runtime/base", "runtime/sys", "runtime/plan/plan.h", "runtime/plan/limits.h"},
     {},
     "both sides of the clone use it"},
    {"runtime/cgroup",
     {"runtime/base", "runtime/sys", "runtime/plan/plan.h", "runtime/plan/limits.h"},
     {},
     "it carries out a plan and decides nothing"},
    {"runtime/state",
     {"runtime/base", "runtime/sys", "runtime/plan/plan.h", "runtime/plan/limits.h", "specs/oci"},
     {},
     "it keeps facts; what follows from them is derived"},
    {"runtime/init",
     {"runtime/base", "runtime/sys", "runtime/protocol", "runtime/plan/plan.h",
      "runtime/plan/limits.h"},
     {"runtime/base/log.h"},
     "after clone only the plan is known: no documents, no log (report through the protocol)"},
    {"runtime/systemd",
     {"runtime/base", "runtime/plan/plan.h", "runtime/plan/limits.h"},
     {},
     "a program of its own: of the runtime it knows what a message holds"},
    {"runtime/lifecycle",
     {"runtime/base", "runtime/sys", "runtime/plan", "runtime/protocol", "runtime/cgroup",
      "runtime/state", "runtime/init", "runtime/systemd/message.h", "specs/oci"},
     {},
     "it conducts: all below, nothing above"},
    {"runtime/cli", {"runtime/lifecycle", "specs", "runtime/base"}, {}, "words to requests"},
    {"runtime", {"runtime/cli", "runtime/base"}, {}, "main() prints the one error"},
    {"specs/oci", {"runtime/base"}, {}, "documents are plain data"},
    {"specs/wpar", {"runtime/base", "specs/oci"}, {}, "documents are plain data"},
    {"specs/yaml", {"runtime/base", "specs/wpar"}, {}, "documents are plain data"},
    {"translate", {"specs", "runtime/base"}, {}, "a pure function of its documents"},
    {"wpar",
     {"translate", "runtime/lifecycle", "specs", "runtime/base"},
     {},
     "the AIX commands sit on top of both halves"},
    {"hooks",
     {"specs", "runtime/sys", "runtime/base"},
     {},
     "separate programs with their own main"},
    {"tests",
     {"runtime", "specs", "translate", "wpar", "hooks"},
     {},
     "tests may look at everything of ours but conformance"},
    {"conformance",
     {},
     {},
     "it must be able to test crun and runc: it knows the binary by path only"},
};

// Headers of others that stay in one place, so that they can be replaced and cost start-up once.
struct Site {
  std::string_view header_prefix;
  std::vector<std::string_view> folders;  // or single files
  std::string_view reason;
};
const std::vector<Site> kSites = {
    {"nlohmann/",
     {"specs/", "runtime/state/record", "tests/"},
     "JSON ends in specs (JsonCursor reads it, write_* writes it) and in state/record"},
    {"yaml-cpp/",
     {"specs/yaml/", "translate/targets/", "tests/"},
     "YAML is read by specs/yaml; the runtime does not link it"},
    {"spdlog/", {"runtime/base/log.cpp"}, "log through runtime/base/log.h"},
    {"seccomp.h",
     {"runtime/plan/", "runtime/lifecycle/features.cpp", "tests/"},
     "libseccomp compiles filters in the parent; init loads finished BPF"},
    {"systemd/",
     {"runtime/systemd/"},
     "D-Bus is spoken by runwpar-systemd, which nobody else pays for"},
    {"sys/capability.h", {"runtime/sys/", "runtime/plan/", "tests/"}, "use runtime/sys"},
};

const Layer* layer_of(std::string_view path) {
  const Layer* best = nullptr;
  for (const Layer& layer : kLayers) {
    if (is_below(path, layer.folder) &&
        (best == nullptr || layer.folder.size() > best->folder.size())) {
      best = &layer;
    }
  }
  return best;
}

bool covers(const std::vector<std::string_view>& entries, std::string_view target) {
  return std::any_of(entries.begin(), entries.end(), [&](std::string_view entry) {
    return target == entry || is_below(target, entry);
  });
}

Findings check_layers(const SourceFile& file) {
  Findings findings;
  const Layer* layer = is_cpp(file) ? layer_of(file.path) : nullptr;
  if (layer == nullptr) {
    return findings;
  }
  for (const Include& include : includes_of(file)) {
    const std::string_view target = include.target;
    const Layer* other = layer_of(target);
    if (other == nullptr || other == layer) {
      continue;
    }
    if (covers(layer->never, target) || !covers(layer->may_use, target)) {
      findings.push_back(fmt::format("{}:{}: {} may not include {} ({})", file.path, include.line,
                                     layer->folder, target, layer->reason));
    }
  }
  return findings;
}

Findings check_include_paths(const SourceFile& file) {
  Findings findings;
  if (!is_cpp(file) || layer_of(file.path) == nullptr) {
    return findings;
  }
  for (const Include& include : includes_of(file)) {
    if (include.quoted && layer_of(include.target) == nullptr) {
      findings.push_back(fmt::format(
          "{}:{}: \"{}\": our headers are included by their path from the repository root, others "
          "with <>",
          file.path, include.line, include.target));
    }
  }
  return findings;
}

Findings check_sites(const SourceFile& file) {
  Findings findings;
  for (const Include& include : is_cpp(file) ? includes_of(file) : std::vector<Include>{}) {
    for (const Site& site : kSites) {
      const bool allowed =
          std::any_of(site.folders.begin(), site.folders.end(),
                      [&](std::string_view folder) { return file.path.starts_with(folder); });
      if (include.target.starts_with(site.header_prefix) && !allowed) {
        findings.push_back(fmt::format("{}:{}: <{}> may not be included here: {}", file.path,
                                       include.line, include.target, site.reason));
      }
    }
  }
  return findings;
}

TEST(Layering, IncludesFollowTheDirectionOfTheLayers) {
  const Findings findings = for_each_file(repository(), check_layers);
  EXPECT_TRUE(findings.empty())
      << as_text(findings)
      << "The table of layers is in tests/policy/layering_test.cpp. Usually the piece belongs one "
         "layer lower, or should be handed in as data.";
}

TEST(Layering, OurHeadersAreNamedFromTheRoot) {
  const Findings findings = for_each_file(repository(), check_include_paths);
  EXPECT_TRUE(findings.empty()) << as_text(findings);
}

TEST(Layering, LibrariesStayWhereTheyBelong) {
  const Findings findings = for_each_file(repository(), check_sites);
  EXPECT_TRUE(findings.empty()) << as_text(findings);
}

Findings layers_of(std::string path, std::string_view target) {
  return check_layers(make_file(std::move(path), fmt::format("#include \"{}\"\n", target)));
}

TEST(Layering, RefusesAnIncludeFromAbove) {
  EXPECT_THAT(layers_of("runtime/base/a.cpp", "runtime/sys/b.h"),
              ElementsAre(HasSubstr("a.cpp:1: runtime/base may not include runtime/sys/b.h")));
  EXPECT_THAT(layers_of("runtime/init/a.cpp", "specs/oci/config.h"),
              ElementsAre(HasSubstr("init")));
  EXPECT_THAT(layers_of("runtime/init/a.cpp", "runtime/base/log.h"), ElementsAre(HasSubstr("log")));
  EXPECT_THAT(layers_of("runtime/cgroup/a.cpp", "runtime/plan/build.h"),
              ElementsAre(HasSubstr("build.h")));
  EXPECT_THAT(layers_of("runtime/lifecycle/a.cpp", "tests/support/b.h"),
              ElementsAre(HasSubstr("tests/support/b.h")));
  EXPECT_THAT(layers_of("translate/targets/a.cpp", "runtime/lifecycle/lifecycle.h"),
              ElementsAre(HasSubstr("translate")));
}

TEST(Layering, AcceptsAnIncludeFromBelow) {
  EXPECT_THAT(layers_of("runtime/sys/a.cpp", "runtime/base/fd.h"), IsEmpty());
  EXPECT_THAT(layers_of("runtime/init/a.cpp", "runtime/plan/plan.h"), IsEmpty());
  EXPECT_THAT(layers_of("runtime/init/a.cpp", "runtime/init/steps.h"), IsEmpty());
  EXPECT_THAT(layers_of("translate/targets/a.cpp", "translate/report.h"), IsEmpty());
  EXPECT_THAT(layers_of("runtime/main.cpp", "runtime/cli/run.h"), IsEmpty());
}

TEST(Layering, RefusesALibraryOutsideItsPlace) {
  EXPECT_THAT(check_sites(make_file("runtime/init/a.cpp", "#include <nlohmann/json.hpp>\n")),
              ElementsAre(HasSubstr("JsonCursor")));
  EXPECT_THAT(check_sites(make_file("specs/oci/a.cpp", "#include <nlohmann/json.hpp>\n")),
              IsEmpty());
}

}  // namespace
}  // namespace wpar::policy
