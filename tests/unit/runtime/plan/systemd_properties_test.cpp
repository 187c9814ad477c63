// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/systemd_properties.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wpar::plan {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Outcome {
  std::vector<UnitProperty> properties;
  std::vector<std::string> errors;
};

Outcome plan(const std::map<std::string, std::string>& words, bool any) {
  std::map<std::string, std::string> annotations = {{"org.systemd", "x"}, {"zzz", "x"}};
  for (const auto& [name, value] : words) {
    annotations[std::string(kSystemdPropertyPrefix) + name] = value;
  }
  Findings findings;
  Outcome outcome;
  outcome.properties = plan_systemd_properties(annotations, any, findings);
  outcome.errors = findings.take_errors();
  return outcome;
}

UnitProperty property(const char* name, const char* signature, const char* value) {
  return {name, signature, {value}};
}

TEST(SystemdProperties, TakesWhatEnginesSetByThemselves) {
  // podman, CRI-O and containerd.
  const Outcome outcome = plan({{"KillSignal", "37"},
                                {"TimeoutStopUSec", "uint64 10000000"},
                                {"CollectMode", "'inactive-or-failed'"},
                                {"DefaultDependencies", "true"},
                                {"After", "['crio.service']"},
                                {"Delegate", "true"}},
                               false);
  EXPECT_THAT(outcome.errors, IsEmpty());
  EXPECT_THAT(outcome.properties, ElementsAre(property("After", "as", "crio.service"),
                                              property("CollectMode", "s", "inactive-or-failed"),
                                              property("DefaultDependencies", "b", "true"),
                                              property("KillSignal", "i", "37"),
                                              property("TimeoutStopUSec", "t", "10000000")));
}

TEST(SystemdProperties, RefusesOthersWithoutTheOperatorsWord) {
  EXPECT_THAT(plan({{"RuntimeMaxSec", "2"}}, false).errors,
              ElementsAre("/annotations/org.systemd.property.RuntimeMaxSec: refused without "
                          "--systemd-properties: an annotation may come with an image, and this "
                          "property may reach beyond the container"));
  EXPECT_THAT(plan({{"RuntimeMaxSec", "2"}}, true).errors, IsEmpty());
}

TEST(SystemdProperties, TurnsSecondsIntoMicroseconds) {
  const auto seconds = [](const char* value) { return plan({{"RuntimeMaxSec", value}}, true); };
  EXPECT_THAT(seconds("2").properties, ElementsAre(property("RuntimeMaxUSec", "t", "2000000")));
  EXPECT_THAT(seconds("byte 2").properties,
              ElementsAre(property("RuntimeMaxUSec", "t", "2000000")));
  EXPECT_THAT(seconds("0.5").properties, ElementsAre(property("RuntimeMaxUSec", "t", "500000")));
  for (const char* bad : {"-1", "'2'", "-0.5", "uint64 18446744073709551615", "true", "@at []"}) {
    EXPECT_THAT(seconds(bad).errors,
                ElementsAre("/annotations/org.systemd.property.RuntimeMaxSec: expected a number of "
                            "seconds"))
        << bad;
  }
  EXPECT_THAT(plan({{"TimeoutStopSec", "3"}}, false).properties,
              ElementsAre(property("TimeoutStopUSec", "t", "3000000")));
}

TEST(SystemdProperties, KeepsWhatMakesTheUnitTheContainers) {
  for (const auto& [name, value] : std::map<std::string, std::string>{
           {"PIDs", "[uint32 1]"}, {"Slice", "'system.slice'"}, {"Delegate", "false"}}) {
    EXPECT_THAT(plan({{name, value}}, true).errors,
                ElementsAre(fmt::format("/annotations/org.systemd.property.{}: the runtime decides "
                                        "this property itself",
                                        name)));
  }
}

TEST(SystemdProperties, RefusesNamesAndValuesThatAreNone) {
  for (const char* name : {"", "killSignal", "A B", "A/B"}) {
    EXPECT_EQ(plan({{name, "1"}}, true).errors.size(), 1U) << name;
  }
  EXPECT_THAT(plan({{"KillSignal", "TERM"}}, true).errors,
              ElementsAre("/annotations/org.systemd.property.KillSignal: \"TERM\" is not a "
                          "GVariant in its text form: expected a boolean, a number, a quoted text, "
                          "or an array of these"));
}

}  // namespace
}  // namespace wpar::plan
