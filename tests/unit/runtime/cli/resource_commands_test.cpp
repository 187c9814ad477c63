// SPDX-License-Identifier: Apache-2.0
// update, events and ps from their words to the call of lifecycle.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/runtime/cli/command_fixture.h"

namespace wpar::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using wpar::testing::fake_lifecycle;

TEST_F(Commands, UpdateTakesEachLimit) {
  EXPECT_EQ(run({"update",
                 "--blkio-weight",
                 "500",
                 "--cpu-period",
                 "50000",
                 "--cpu-quota",
                 "-1",
                 "--cpu-burst=10",
                 "--cpu-share",
                 "512",
                 "--cpu-rt-period",
                 "7",
                 "--cpu-rt-runtime",
                 "6",
                 "--cpuset-cpus",
                 "0-1",
                 "--cpuset-mems",
                 "0",
                 "--cpu-idle",
                 "1",
                 "--memory",
                 "64m",
                 "--memory-reservation",
                 "1g",
                 "--memory-swap",
                 "-1",
                 "--pids-limit",
                 "0",
                 "--kernel-memory",
                 "5",
                 "web1"}),
            0);
  const lifecycle::UpdateOptions& options = fake_lifecycle().update;
  EXPECT_EQ(options.id, "web1");
  EXPECT_EQ(options.resources_file, "");
  ASSERT_TRUE(options.resources.cpu && options.resources.memory && options.resources.block_io);
  const oci::CpuResources& cpu = *options.resources.cpu;
  EXPECT_EQ(cpu.period, 50000U);
  EXPECT_EQ(cpu.quota, -1);
  EXPECT_EQ(cpu.burst, 10U);
  EXPECT_EQ(cpu.shares, 512U);
  EXPECT_EQ(cpu.realtime_period, 7U);
  EXPECT_EQ(cpu.realtime_runtime, 6);
  EXPECT_EQ(cpu.cpus, "0-1");
  EXPECT_EQ(cpu.mems, "0");
  EXPECT_EQ(cpu.idle, 1);
  EXPECT_EQ(options.resources.memory->limit, 64 << 20);
  EXPECT_EQ(options.resources.memory->reservation, 1 << 30);
  EXPECT_EQ(options.resources.memory->swap, -1);
  EXPECT_EQ(options.resources.block_io->weight, 500);
  EXPECT_EQ(options.resources.pids_limit, 0);
}

TEST_F(Commands, UpdateAsksForNothingThatWasNotGiven) {
  EXPECT_EQ(run({"update", "web1", "--cpu-quota", "1000"}), 0);
  oci::Resources expected;
  expected.cpu = oci::CpuResources{};
  expected.cpu->quota = 1000;
  EXPECT_EQ(fake_lifecycle().update.resources, expected);
}

TEST_F(Commands, UpdateTakesADocumentAndThenNothingElse) {
  EXPECT_EQ(run({"update", "--resources", "-", "--memory", "1g", "web1"}), 0);
  EXPECT_EQ(fake_lifecycle().update.resources_file, "-");
  EXPECT_EQ(fake_lifecycle().update.resources, oci::Resources{});
  EXPECT_EQ(failure_of({"update", "--resources=", "web1"}), "--resources needs a file");
}

TEST_F(Commands, UpdateRefusesWhatIsNoNumber) {
  EXPECT_EQ(failure_of({"update", "--cpu-share", "many", "web1"}),
            "invalid value \"many\" for --cpu-share: expected an integer");
  EXPECT_THAT(failure_of({"update", "--memory", "1x", "web1"}), HasSubstr("expected a size"));
  EXPECT_EQ(fake_lifecycle().called, "");
}

TEST_F(Commands, EventsPrintOneDocumentALine) {
  fake_lifecycle().documents = {"{}", "{}"};
  EXPECT_EQ(run({"events", "--interval", "1m", "web1"}), 0);
  EXPECT_EQ(out_, "{}\n{}\n");
  EXPECT_EQ(fake_lifecycle().events.interval_ms, 60000);
  EXPECT_FALSE(fake_lifecycle().events.once);
  wpar::testing::reset_fake_lifecycle();
  EXPECT_EQ(run({"events", "--stats", "web1"}), 0);
  EXPECT_TRUE(fake_lifecycle().events.once);
  EXPECT_EQ(fake_lifecycle().events.interval_ms, 5000);
  EXPECT_THAT(failure_of({"events", "--interval", "0s", "web1"}), HasSubstr("greater than 0"));
}

TEST_F(Commands, PsPrintsIdsOrTheLinesOfTheTable) {
  fake_lifecycle().processes = {12, 34};
  EXPECT_EQ(run({"ps", "--format", "json", "web1"}), 0);
  EXPECT_EQ(out_, "[12,34]\n");
  wpar::testing::reset_fake_lifecycle();
  fake_lifecycle().processes = {12, 34};
  fake_lifecycle().process_table = "USER  PID CMD\nroot   12 init\nroot  120 sh 12\nbob   34 ls\n";
  EXPECT_EQ(run({"ps", "web1"}), 0);
  EXPECT_EQ(out_, "USER  PID CMD\nroot   12 init\nbob   34 ls\n");
  EXPECT_THAT(fake_lifecycle().ps_options, ElementsAre("-ef"));
  wpar::testing::reset_fake_lifecycle();
  fake_lifecycle().process_table = "COMMAND\nsh\n";
  EXPECT_THAT(failure_of({"ps", "web1", "-o", "comm"}), HasSubstr("no column PID"));
  EXPECT_THAT(fake_lifecycle().ps_options, ElementsAre("-o", "comm"));
  EXPECT_THAT(failure_of({"ps", "--format", "xml", "web1"}), HasSubstr("table or json"));
}

}  // namespace
}  // namespace wpar::cli
