// SPDX-License-Identifier: Apache-2.0
#pragma once
// For tests that compare refusals with their benign twins: what an action says when it refuses.

#include <gtest/gtest.h>

#include <string>

#include "runtime/base/error.h"

namespace wpar::oci::test {

// The message of the Error(kInvalidConfig) that `action` throws; "" when it does not throw.
template <typename Action>
std::string error_text(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidConfig) << error.what();
    return error.what();
  }
  return "";
}

}  // namespace wpar::oci::test
