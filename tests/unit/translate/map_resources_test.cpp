// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/translate/support.h"

namespace wpar::translate {
namespace {

using testing::Contains;

oci::Resources resources_of(std::string_view lines, std::string_view profile = "") {
  return translated(system_with(std::string("resources:\n").append(lines)), profile)
      .config.linux_.resources;
}

TEST(MapResources, TheHardMaximumOfCpuIsAQuotaOfAllCpus) {
  const oci::Resources r = resources_of(" CPU = 0%-60%,60%\n");
  EXPECT_EQ(r.cpu->quota, 240000);
  EXPECT_EQ(r.cpu->period, 100000u);
  EXPECT_EQ(r.cpu->shares, std::nullopt);
  EXPECT_FALSE(resources_of(" CPU = 0%-100%,100%\n").cpu.has_value());
  EXPECT_EQ(resources_of(" CPU = 0%-0.01%,0.01%\n").cpu->quota, 1000);  // the kernel's least
}

TEST(MapResources, PercentagesWinOverShares) {
  const Translation t =
      translated(system_with("resources:\n shares_CPU = 15\n CPU = 10%-40%,100%\n"));
  EXPECT_EQ(t.config.linux_.resources.cpu->shares, 1638u);  // 40 % of 4 CPUs of 1024
  EXPECT_EQ(entry_of(t, "resources.shares_CPU").fidelity, Fidelity::kIgnored);
  EXPECT_EQ(resources_of(" shares_CPU = 15\n CPU = 0%-50%,50%\n").cpu->shares, 1500u);
  EXPECT_EQ(resources_of(" CPU = 25%-100%,100%\n").cpu->shares, 1024u);
}

TEST(MapResources, SharesKeepTheirProportions) {
  // 15/10/5 is AIX's own example: 50, 33 and 17 percent.
  EXPECT_EQ(resources_of(" shares_CPU = 15\n").cpu->shares, 1500u);
  EXPECT_EQ(resources_of(" shares_CPU = 10\n").cpu->shares, 1000u);
  EXPECT_EQ(resources_of(" shares_CPU = 5\n").cpu->shares, 500u);
  EXPECT_EQ(resources_of(" shares_CPU = 65535\n").cpu->shares, 262144u);
  EXPECT_FALSE(resources_of(" shares_CPU = unlimited\n").cpu.has_value());
}

TEST(MapResources, MemoryLimitsArePartsOfTheMachine) {
  const oci::Resources r = resources_of(" memory = 10%-50%,75%\n");
  EXPECT_EQ(r.memory->limit, static_cast<std::int64_t>(12 * kGiB));
  EXPECT_EQ(r.memory->reservation, static_cast<std::int64_t>(8 * kGiB));
  EXPECT_FALSE(resources_of(" memory = 0%-100%,100%\n").memory.has_value());
  EXPECT_EQ(resources_of(" memory = 0%-50%,50%\n", "machine: {memory: 2G}").memory->limit,
            static_cast<std::int64_t>(kGiB));
}

TEST(MapResources, TotalVirtualMemoryIsMemoryAndSwap) {
  const oci::Resources alone = resources_of(" totalVirtMem = 8G\n");
  EXPECT_EQ(alone.memory->swap, static_cast<std::int64_t>(8 * kGiB));
  EXPECT_EQ(alone.memory->limit, static_cast<std::int64_t>(8 * kGiB));
  const oci::Resources both = resources_of(" totalVirtMem = 8G\n memory = 0%-75%,100%\n");
  EXPECT_EQ(both.memory->limit, static_cast<std::int64_t>(8 * kGiB));
  EXPECT_EQ(both.memory->reservation, static_cast<std::int64_t>(8 * kGiB));
  const oci::Resources less = resources_of(" totalVirtMem = 8G\n memory = 0%-25%,25%\n");
  EXPECT_EQ(less.memory->limit, static_cast<std::int64_t>(4 * kGiB));
}

TEST(MapResources, ProcessLimitsAreRlimits) {
  const Translation t =
      translated(system_with("resources:\n procVirtMem = 512M\n pct_pinMem = 12.5%\n"));
  EXPECT_THAT(t.config.process->rlimits,
              Contains(oci::Rlimit{.type = "RLIMIT_AS", .soft = kGiB / 2, .hard = kGiB / 2}));
  EXPECT_THAT(t.config.process->rlimits,
              Contains(oci::Rlimit{.type = "RLIMIT_MEMLOCK", .soft = 2 * kGiB, .hard = 2 * kGiB}));
  EXPECT_TRUE(translated(system_with("resources:\n procVirtMem = unlimited\n pct_pinMem = 100%\n"))
                  .config.process->rlimits.empty());
}

TEST(MapResources, ThreadsBeatProcessesForThePidsLimit) {
  EXPECT_EQ(resources_of(" totalProcesses = 64\n").pids_limit, 64);
  EXPECT_EQ(resources_of(" totalProcesses = 64\n totalThreads = 256\n").pids_limit, 256);
  EXPECT_EQ(resources_of(" totalProcesses = unlimited\n").pids_limit, std::nullopt);
}

TEST(MapResources, TerminalsLargePagesAndIpcObjects) {
  const Translation t = translated(
      system_with("resources:\n totalPTYs = 64\n totalLargePages = 32\n pct_msgIDs = 50%\n"
                  " pct_semIDs = 25%\n pct_shmIDs = 25%\n"));
  EXPECT_THAT(find_mount(t.config, "/dev/pts")->options, Contains("max=64"));
  EXPECT_EQ(t.config.linux_.resources.hugepage_limits.at(0).limit, kGiB / 2);
  EXPECT_EQ(t.config.linux_.sysctl.at("kernel.msgmni"), "16000");
  EXPECT_EQ(t.config.linux_.sysctl.at("kernel.sem"), "32000 1024000000 500 8000");
  EXPECT_EQ(t.config.linux_.sysctl.at("kernel.shmmni"), "1024");
  EXPECT_TRUE(
      translated(system_with("resources:\n pct_msgIDs = 100%\n")).config.linux_.sysctl.empty());
}

TEST(MapResources, SharedIpcObjectsCannotBeLimited) {
  const Translation t =
      translated(application_with(" xwparipc = yes\nresources:\n pct_msgIDs = 50%\n"));
  EXPECT_TRUE(t.config.linux_.sysctl.empty());
  EXPECT_EQ(entry_of(t, "resources.pct_msgIDs").fidelity, Fidelity::kIgnored);
}

TEST(MapResources, ResourceSetsComeFromTheProfile) {
  const oci::Resources r =
      resources_of(" rset = db/near\n", "rsets: {db/near: {cpus: 0-1, mems: '0'}}");
  EXPECT_EQ(r.cpu->cpus, "0-1");
  EXPECT_EQ(r.cpu->mems, "0");
  const Translation unknown = translated(system_with("resources:\n rset = db/far\n"));
  EXPECT_EQ(entry_of(unknown, "resources.rset").fidelity, Fidelity::kNeedsAction);
  EXPECT_FALSE(unknown.config.linux_.resources.cpu.has_value());
}

TEST(MapResources, InactiveControlsAreKeptAndNotApplied) {
  const Translation t = translated(system_with(
      "resources:\n active = no\n CPU = 0%-50%,50%\n totalThreads = 9\n procVirtMem = 1G\n"));
  EXPECT_FALSE(t.config.linux_.resources.cpu.has_value());
  EXPECT_EQ(t.config.linux_.resources.pids_limit, std::nullopt);
  EXPECT_TRUE(t.config.process->rlimits.empty());
  EXPECT_EQ(entry_of(t, "resources.CPU").fidelity, Fidelity::kExact);
}

TEST(MapResources, Version2HasAControlForEachMemoryLimit) {
  const Translation t =
      translated(system_with("resources:\n memory = 25%-50%,75%\n"), "machine: {cgroup: v2}");
  const oci::Resources& resources = t.config.linux_.resources;
  EXPECT_EQ(resources.memory->reservation, static_cast<std::int64_t>(4 * kGiB));
  EXPECT_EQ(resources.unified.at("memory.high"), std::to_string(8 * kGiB));
  EXPECT_EQ(resources.memory->limit, static_cast<std::int64_t>(12 * kGiB));
}

}  // namespace
}  // namespace wpar::translate
