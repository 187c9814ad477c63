// SPDX-License-Identifier: Apache-2.0
#include "hooks/hook_main.h"

#include <gtest/gtest.h>

#include "runtime/base/error.h"

namespace wpar::hooks {
namespace {

TEST(HookWords, KnowStartAndStopOnly) {
  EXPECT_EQ(parse_phase("start"), Phase::kStart);
  EXPECT_EQ(parse_phase("stop"), Phase::kStop);
  EXPECT_THROW(parse_phase("Start"), Error);
  EXPECT_THROW(parse_phase(""), Error);
}

TEST(HookState, MustNameAProcessWhenOneIsNeeded) {
  oci::State state;
  EXPECT_THROW(container_pid(state), Error);
  state.pid = -1;
  EXPECT_THROW(container_pid(state), Error);
  state.pid = 77;
  EXPECT_EQ(container_pid(state), 77);
}

}  // namespace
}  // namespace wpar::hooks
