// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/annotations.h"

#include <csignal>

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

TEST(PlanAnnotations, NeedNames) {
  oci::Config config = good_config();
  config.annotations = {{"a/b", ""}};
  EXPECT_EQ(findings_of(config), Texts{});
  config.annotations = {{"", "x"}, {"a/b", with_nul()}};
  EXPECT_EQ(findings_of(config), (Texts{"/annotations/: an annotation needs a name",
                                        "/annotations/a~1b: contains a NUL character"}));
}

TEST(PlanAnnotations, TheStopSignalIsTheImages) {
  oci::Config config = good_config();
  EXPECT_EQ(build(config).stop_signal, SIGTERM);
  for (const auto& [text, signal] : std::map<std::string, int>{
           {"SIGQUIT", SIGQUIT}, {"3", SIGQUIT}, {"RTMIN+3", SIGRTMIN + 3}, {"", SIGTERM}}) {
    config.annotations["org.opencontainers.image.stopSignal"] = text;
    EXPECT_EQ(build(config).stop_signal, signal) << text;
    EXPECT_EQ(build(config).warnings, Texts{});
  }
}

TEST(PlanAnnotations, AnUnknownStopSignalIsAWarning) {
  oci::Config config = good_config();
  for (const char* text : {"NOSUCH", "0", "65", "-1"}) {
    config.annotations["org.opencontainers.image.stopSignal"] = text;
    EXPECT_EQ(build(config).stop_signal, SIGTERM) << text;
    EXPECT_EQ(build(config).warnings,
              Texts{"/annotations/org.opencontainers.image.stopSignal: unknown signal, SIGTERM is "
                    "used"});
  }
}

}  // namespace wpar::plan
