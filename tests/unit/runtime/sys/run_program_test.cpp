// SPDX-License-Identifier: Apache-2.0
#include "runtime/sys/run_program.h"

#include <gtest/gtest.h>

#include "runtime/base/error.h"

namespace wpar::sys {
namespace {

ProgramResult sh(const std::string& script, std::string_view input = "", int timeout = 0) {
  return run_program({.path = "/bin/sh",
                      .args = {"sh", "-c", script},
                      .env = {"PATH=/usr/bin:/bin", "GIVEN=yes"},
                      .input = input,
                      .timeout_seconds = timeout});
}

TEST(RunProgram, GivesInputAndTakesOutputAndStatus) {
  const ProgramResult result = sh("cat; echo err >&2; exit 3", "hello ");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.output, "hello err\n");
}

TEST(RunProgram, GivesExactlyTheEnvironmentItWasGiven) {
  ::setenv("SECRET", "of the caller", 1);
  EXPECT_EQ(sh("echo \"$GIVEN:$SECRET\"").output, "yes:\n");
}

TEST(RunProgram, SurvivesAProgramThatDoesNotReadItsInput) {
  const std::string much(1'000'000, 'x');
  EXPECT_EQ(sh("exit 0", much).exit_code, 0);
}

TEST(RunProgram, KeepsTheLastPartOfMuchOutput) {
  const ProgramResult result = sh("i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done");
  EXPECT_LE(result.output.size(), 4096U);
  EXPECT_NE(result.output.find("line 2999"), std::string::npos);
}

TEST(RunProgram, EndsTheWholeGroupWhenTimeIsOver) {
  const ProgramResult result = sh("sleep 100 & sleep 100", "", 1);
  EXPECT_TRUE(result.timed_out);
  EXPECT_LT(result.elapsed_seconds, 10);
}

TEST(RunProgram, TellsWhyAProgramCannotBeStarted) {
  try {
    run_program({.path = "/nonexistent", .args = {"x"}});
    FAIL() << "it ran";
  } catch (const Error& error) {
    EXPECT_EQ(error.errno_value(), ENOENT);
  }
}

TEST(RunProgram, ReportsASignalAs128AndItsNumber) {
  EXPECT_EQ(sh("kill -9 $$").exit_code, 137);
}

}  // namespace
}  // namespace wpar::sys
