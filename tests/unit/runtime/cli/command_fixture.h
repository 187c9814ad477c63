// SPDX-License-Identifier: Apache-2.0
#pragma once
// A command line as root would give it, run down to the fake lifecycle, with what it printed. For
// the tests of commands.

#include <gtest/gtest.h>

#include <string>

#include "runtime/cli/cli.h"
#include "tests/unit/runtime/cli/fake_lifecycle.h"

namespace wpar::cli {

inline Caller root_caller() {
  return {.is_root = true, .runtime_dir = "", .directory = "/"};
}

class Commands : public ::testing::Test {
 protected:
  void SetUp() override { wpar::testing::reset_fake_lifecycle(); }

  int run(const Words& words) {
    const Invocation invocation = interpret(words, root_caller);
    failure_code_ = invocation.failure_code;
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    try {
      const int code = execute(invocation, nullptr);
      collect();
      return code;
    } catch (const Error&) {
      collect();
      throw;
    }
  }

  std::string failure_of(const Words& words) {
    try {
      run(words);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  std::string out_;
  std::string err_;
  int failure_code_ = 0;

 private:
  void collect() {
    out_ = ::testing::internal::GetCapturedStdout();
    err_ = ::testing::internal::GetCapturedStderr();
  }
};

}  // namespace wpar::cli
