// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/hooks.h"

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

TEST(PlanHooks, KeepTheirListsAndFillInArgv) {
  oci::Config config = good_config();
  config.hooks.prestart = {{.path = "/a", .args = {}, .env = {}, .timeout = {}}};
  config.hooks.create_runtime = {{.path = "/b", .args = {"b", "x"}, .env = {"A=1"}, .timeout = 5}};
  config.hooks.create_container = {{.path = "/c", .args = {}, .env = {}, .timeout = {}}};
  config.hooks.start_container = {{.path = "/d", .args = {}, .env = {}, .timeout = {}}};
  config.hooks.poststart = {{.path = "/e", .args = {}, .env = {}, .timeout = {}}};
  config.hooks.poststop = {{.path = "/f", .args = {}, .env = {}, .timeout = {}}};
  const HooksPlan plan = build(config).hooks;
  EXPECT_EQ(plan.prestart.at(0).args, Texts{"/a"});
  EXPECT_EQ(plan.prestart.at(0).timeout_seconds, 0);
  EXPECT_EQ(plan.create_runtime.at(0).args, (Texts{"b", "x"}));
  EXPECT_EQ(plan.create_runtime.at(0).env, Texts{"A=1"});
  EXPECT_EQ(plan.create_runtime.at(0).timeout_seconds, 5);
  EXPECT_EQ(plan.create_container.at(0).path, "/c");
  EXPECT_EQ(plan.start_container.at(0).path, "/d");
  EXPECT_EQ(plan.poststart.at(0).path, "/e");
  EXPECT_EQ(plan.poststop.at(0).path, "/f");
}

TEST(PlanHooks, WithoutAnEnvironmentGetThatOfTheirPlace) {
  oci::Config config = good_config();
  const oci::Hook bare = {.path = "/a", .args = {}, .env = {}, .timeout = {}};
  const oci::Hook full = {.path = "/a", .args = {}, .env = {"A=1"}, .timeout = {}};
  config.hooks = {.prestart = {bare, full},
                  .create_runtime = {bare},
                  .create_container = {bare, full},
                  .start_container = {bare},
                  .poststart = {bare},
                  .poststop = {bare}};
  const HooksPlan plan = build(config).hooks;
  for (const auto& hook :
       {plan.prestart[0], plan.create_runtime[0], plan.poststart[0], plan.poststop[0]}) {
    EXPECT_TRUE(hook.inherit_env);
  }
  EXPECT_FALSE(plan.prestart[1].inherit_env);
  EXPECT_EQ(plan.prestart[1].env, Texts{"A=1"});
  const Texts container = {"PATH=/bin", "HOME=/home/me"};
  for (const auto& hook : {plan.create_container[0], plan.start_container[0]}) {
    EXPECT_FALSE(hook.inherit_env);
    EXPECT_EQ(hook.env, container);
  }
  EXPECT_EQ(plan.create_container[1].env, Texts{"A=1"});
}

TEST(PlanHooks, RefuseWhatCannotRun) {
  oci::Config config = good_config();
  config.hooks.prestart = {{.path = "a", .args = {with_nul()}, .env = {"A"}, .timeout = 0}};
  config.hooks.poststop = {{.path = "/a", .args = {}, .env = {}, .timeout = 3000000}};
  EXPECT_EQ(findings_of(config),
            (Texts{"/hooks/prestart/0/path: expected an absolute path, not \"a\"",
                   "/hooks/prestart/0/args/0: contains a NUL character",
                   "/hooks/prestart/0/env/0: expected NAME=VALUE",
                   "/hooks/prestart/0/timeout: expected an integer from 1 to 2147483",
                   "/hooks/poststop/0/timeout: expected an integer from 1 to 2147483"}));
}

}  // namespace wpar::plan
