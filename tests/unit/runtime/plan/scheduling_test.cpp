// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/scheduling.h"

#include <linux/ioprio.h>
#include <linux/sched.h>

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {
namespace {

oci::Scheduler policy(const std::string& word) {
  oci::Scheduler wanted;
  wanted.policy = word;
  return wanted;
}

oci::Scheduler deadline(std::uint64_t runtime, std::uint64_t deadline, std::uint64_t period) {
  oci::Scheduler wanted = policy("SCHED_DEADLINE");
  wanted.runtime = runtime;
  wanted.deadline = deadline;
  wanted.period = period;
  return wanted;
}

Texts findings_for(const oci::Scheduler& wanted) {
  oci::Config config = good_config();
  config.process->scheduler = wanted;
  return findings_of(config);
}

}  // namespace

TEST(PlanScheduler, TurnsWordsIntoNumbers) {
  Findings findings;
  oci::Scheduler wanted = policy("SCHED_RR");
  wanted.priority = 99;
  wanted.flags = {"SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_UTIL_CLAMP_MAX"};
  EXPECT_EQ(plan_scheduler(wanted, findings),
            (SchedulerPlan{.set = true, .policy = 2, .flags = 0x41, .priority = 99}));
  wanted = policy("SCHED_BATCH");
  wanted.nice = -20;
  EXPECT_EQ(plan_scheduler(wanted, findings),
            (SchedulerPlan{.set = true, .policy = 3, .nice = -20}));
  EXPECT_EQ(plan_scheduler(deadline(1024, 1024, 0), findings),
            (SchedulerPlan{.set = true, .policy = 6, .runtime = 1024, .deadline = 1024}));
  EXPECT_EQ(plan_scheduler(policy("SCHED_IDLE"), findings),
            (SchedulerPlan{.set = true, .policy = 5}));
  EXPECT_EQ(findings.errors(), Texts{});
}

TEST(PlanScheduler, AnAbsentOneLeavesTheCallers) {
  EXPECT_FALSE(build(good_config()).process.scheduler.set);
}

TEST(PlanScheduler, RealTimePoliciesNeedAPriorityAndOthersRefuseOne) {
  EXPECT_EQ(findings_for(policy("SCHED_FIFO")),
            Texts{"/process/scheduler/priority: expected an integer from 1 to 99 with SCHED_FIFO"});
  oci::Scheduler wanted = policy("SCHED_RR");
  wanted.priority = 100;
  EXPECT_EQ(findings_for(wanted),
            Texts{"/process/scheduler/priority: expected an integer from 1 to 99 with SCHED_RR"});
  wanted = policy("SCHED_OTHER");
  wanted.priority = 1;
  EXPECT_EQ(findings_for(wanted),
            Texts{"/process/scheduler/priority: is for SCHED_FIFO and SCHED_RR only"});
  wanted.priority = 0;  // as Go writes an absent one
  EXPECT_EQ(findings_for(wanted), Texts{});
}

TEST(PlanScheduler, NiceHasBounds) {
  oci::Scheduler wanted = policy("SCHED_OTHER");
  wanted.nice = 20;
  EXPECT_EQ(findings_for(wanted),
            Texts{"/process/scheduler/nice: expected an integer from -20 to 19"});
  wanted.nice = 19;
  EXPECT_EQ(findings_for(wanted), Texts{});
  wanted = policy("SCHED_IDLE");
  wanted.nice = 5;
  Findings findings;
  plan_scheduler(wanted, findings);
  EXPECT_EQ(findings.take_warnings(),
            Texts{"/process/scheduler/nice: has no effect with SCHED_IDLE"});
}

TEST(PlanScheduler, DeadlineNumbersAreInOrder) {
  EXPECT_EQ(findings_for(deadline(1000, 2000, 3000)),
            Texts{"/process/scheduler/runtime: expected 1024 nanoseconds or more"});
  EXPECT_EQ(findings_for(deadline(4000, 2000, 3000)),
            Texts{"/process/scheduler/deadline: expected 4000 (the runtime) or more"});
  EXPECT_EQ(findings_for(deadline(2000, 4000, 3000)),
            Texts{"/process/scheduler/period: expected 4000 (the deadline) or more"});
  EXPECT_EQ(findings_for(deadline(2000, 3000, 3000)), Texts{});
  oci::Scheduler wanted = deadline(0, 0, 0);
  wanted.policy = "SCHED_OTHER";
  EXPECT_EQ(findings_for(wanted), Texts{});
  wanted.period = 1;
  EXPECT_EQ(findings_for(wanted), Texts{"/process/scheduler/period: is for SCHED_DEADLINE only"});
}

TEST(PlanScheduler, WordsMustBeKnown) {
  EXPECT_EQ(findings_for(policy("SCHED_ISO")),
            Texts{"/process/scheduler/policy: Linux has no SCHED_ISO"});
  EXPECT_EQ(findings_for(policy("FIFO")),
            Texts{"/process/scheduler/policy: unknown scheduling policy"});
  oci::Scheduler wanted = policy("SCHED_OTHER");
  wanted.flags = {"SCHED_FLAG_RECLAIM", "RECLAIM"};
  EXPECT_EQ(findings_for(wanted), Texts{"/process/scheduler/flags/1: unknown scheduling flag"});
}

TEST(PlanScheduler, KeptParametersAreNotLookedAt) {
  oci::Scheduler wanted = policy("SCHED_FIFO");
  wanted.flags = {"SCHED_FLAG_KEEP_PARAMS"};
  EXPECT_EQ(findings_for(wanted), Texts{});
}

TEST(PlanScheduler, ADeadlineProcessThatMustForkSaysSo) {
  oci::Config config = good_config();
  config.process->scheduler = deadline(2000, 3000, 3000);
  config.hooks.start_container = {{.path = "/bin/true", .args = {}, .env = {}, .timeout = {}}};
  EXPECT_EQ(findings_of(config),
            Texts{"/process/scheduler/flags: SCHED_DEADLINE needs SCHED_FLAG_RESET_ON_FORK beside "
                  "startContainer hooks"});
  config.process->scheduler->flags = {"SCHED_FLAG_RESET_ON_FORK"};
  EXPECT_EQ(findings_of(config), Texts{});
}

TEST(PlanIoPriority, IsClassAndLevel) {
  Findings findings;
  EXPECT_EQ(plan_io_priority({.klass = "IOPRIO_CLASS_BE", .priority = 3}, findings), 2 << 13 | 3);
  EXPECT_EQ(plan_io_priority({.klass = "IOPRIO_CLASS_RT", .priority = 0}, findings), 1 << 13);
  EXPECT_EQ(findings.errors(), Texts{});
  plan_io_priority({.klass = "BE", .priority = 3}, findings);
  plan_io_priority({.klass = "IOPRIO_CLASS_IDLE", .priority = 8}, findings);
  EXPECT_EQ(findings.errors(),
            (Texts{"/process/ioPriority/class: unknown I/O scheduling class",
                   "/process/ioPriority/priority: expected an integer from 0 to 7"}));
}

TEST(PlanCpuAffinity, IsForExecOnly) {
  oci::Config config = good_config();
  config.process->exec_cpu_affinity = oci::ExecCpuAffinity{.initial = "0", .final_ = "0-3,7"};
  EXPECT_EQ(build(config).process.initial_cpus, BitMask{});
  EXPECT_EQ(build(config).process.final_cpus, BitMask{});
  const ExecPlan plan = build_exec_plan(config, *config.process, good_host(), 0);
  EXPECT_EQ(plan.process.initial_cpus, BitMask{1});
  EXPECT_EQ(plan.process.final_cpus, BitMask{0x8f});
}

TEST(PlanCpuAffinity, ListsAreChecked) {
  oci::Config config = good_config();
  config.process->exec_cpu_affinity = oci::ExecCpuAffinity{.initial = "", .final_ = {}};
  EXPECT_EQ(findings_of(config), Texts{});
  config.process->exec_cpu_affinity = oci::ExecCpuAffinity{.initial = "3-1", .final_ = ","};
  EXPECT_EQ(findings_of(config),
            (Texts{"/process/execCPUAffinity/initial: expected a list of CPUs like \"0-3,7\"",
                   "/process/execCPUAffinity/final: expected a list of CPUs like \"0-3,7\""}));
}

}  // namespace wpar::plan
