// SPDX-License-Identifier: Apache-2.0
// Each kind of limit, set and read back on the host's own hierarchies.
#include "tests/unit/runtime/cgroup/real_hierarchies.h"

namespace wpar::cgroup {
namespace {

using ::testing::HasSubstr;

TEST_F(RealHierarchies, EnforceEachLimitAndReadItBack) {
  if (host_.mode == Mode::kV2) {
    GTEST_SKIP() << "needs v1 controllers";
  }
  plan::Limits limits;
  limits.memory = 64 << 20;
  limits.memory_swap = 128 << 20;
  limits.memory_reservation = 32 << 20;
  limits.disable_oom_killer = true;
  limits.cpu_shares = 512;
  limits.cpu_period = 50000;
  limits.cpu_quota = 25000;
  limits.cpu_burst = 1000;
  limits.cpuset_cpus = "0";
  limits.cpuset_mems = "0";
  limits.pids = 17;
  limits.devices = {{.allow = false, .type = 'a'},
                    {.allow = true, .type = 'c', .major = 1, .minor = 3},
                    {.allow = true, .type = 'b', .mknod = false}};
  Cgroup cgroup = Cgroup::create(host_, path(), limits);
  const auto value = [&](const char* controller, const char* file) {
    return text_of(find_directory(cgroup, controller) + "/" + file);
  };
  EXPECT_EQ(value("memory", "memory.limit_in_bytes"), "67108864");
  EXPECT_EQ(value("memory", "memory.memsw.limit_in_bytes"), "134217728");
  EXPECT_EQ(value("memory", "memory.soft_limit_in_bytes"), "33554432");
  EXPECT_THAT(value("memory", "memory.oom_control"), HasSubstr("oom_kill_disable 1"));
  EXPECT_EQ(value("cpu", "cpu.shares"), "512");
  EXPECT_EQ(value("cpu", "cpu.cfs_period_us"), "50000");
  EXPECT_EQ(value("cpu", "cpu.cfs_quota_us"), "25000");
  EXPECT_EQ(value("cpu", "cpu.cfs_burst_us"), "1000");
  EXPECT_EQ(value("cpuset", "cpuset.cpus"), "0");
  EXPECT_EQ(value("pids", "pids.max"), "17");
  EXPECT_EQ(value("devices", "devices.list"), "c 1:3 rwm\nb *:* rw");

  // Up, where swap must go first, and down again, where memory must; the burst likewise.
  for (const std::int64_t factor : {4, 1, -1, 2}) {
    plan::Limits next;
    next.memory = factor < 0 ? plan::kUnlimited : *limits.memory * factor;
    next.memory_swap = factor < 0 ? plan::kUnlimited : *limits.memory_swap * factor;
    next.cpu_quota = factor < 0 ? 9000 : 10000 * factor;
    next.cpu_burst = static_cast<std::uint64_t>(*next.cpu_quota);
    next.pids = -1;
    cgroup.apply(next);
    if (factor > 0) {
      EXPECT_EQ(value("memory", "memory.memsw.limit_in_bytes"), fmt::to_string(*next.memory_swap));
    }
    EXPECT_EQ(value("cpu", "cpu.cfs_quota_us"), fmt::to_string(*next.cpu_quota));
    EXPECT_EQ(value("cpu", "cpu.cfs_burst_us"), fmt::to_string(*next.cpu_burst));
  }
  EXPECT_EQ(value("pids", "pids.max"), "max");
  EXPECT_EQ(value("cpu", "cpu.shares"), "512") << "an absent limit is left alone";
  plan::Limits lifted;
  lifted.memory = plan::kUnlimited;  // alone: the swap limit goes too
  EXPECT_NO_THROW(cgroup.apply(lifted));
  cgroup.remove();
}

TEST_F(RealHierarchies, ThrottleBlockDevicesAndLimitHugePages) {
  if (host_.mode != Mode::kHybrid || !exists("/sys/kernel/mm/hugepages/hugepages-2048kB")) {
    GTEST_SKIP() << "needs a hybrid host with 2 MB pages";
  }
  const auto& names = find_v2()->controllers;
  if (std::find(names.begin(), names.end(), "hugetlb") == names.end()) {
    GTEST_SKIP() << "needs hugetlb in the v2 hierarchy";
  }
  struct stat info = {};
  if (::stat("/sys/block/loop0", &info) < 0) {
    GTEST_SKIP() << "needs a block device loop0";
  }
  plan::Limits limits;
  limits.hugetlb = {{"2MB", 4 << 20}};
  limits.block_read_bps = {{7, 0, 1 << 20}};
  limits.block_weight = 500;
  Cgroup cgroup = Cgroup::create(host_, path(), limits);
  EXPECT_EQ(text_of(find_directory(cgroup, "") + "/hugetlb.2MB.max"), "4194304");
  EXPECT_EQ(text_of(find_directory(cgroup, "") + "/hugetlb.2MB.rsvd.max"), "4194304");
  const std::string blkio = find_directory(cgroup, "blkio");
  EXPECT_EQ(text_of(blkio + "/blkio.throttle.read_bps_device"), "7:0 1048576");
  const std::string weight = blkio + "/blkio.weight";
  EXPECT_EQ(text_of(exists(weight) ? weight : blkio + "/blkio.bfq.weight"), "500");
  sys::Child child = run_inside(cgroup);
  cgroup.kill_all();
  child.wait();
  cgroup.remove();
}

TEST_F(RealHierarchies, LeaveNothingBehindWhenALimitIsRefused) {
  plan::Limits limits;
  limits.hugetlb = {{"3MB", 1}};
  const std::string message = message_of([&] { Cgroup::create(host_, path() + "/below", limits); });
  EXPECT_THAT(message, HasSubstr("/linux/resources/hugepageLimits/0: "));
  if (host_.mode != Mode::kV2) {
    limits = {};
    limits.cpuset_cpus = "4000";
    EXPECT_THAT(message_of([&] { Cgroup::create(host_, path() + "/below", limits); }),
                HasSubstr("/linux/resources/cpu/cpus: write 4000 to "));
    limits = {};
    limits.block_leaf_weight = 100;
    EXPECT_THAT(message_of([&] { Cgroup::create(host_, path() + "/below", limits); }),
                HasSubstr("blkio.leaf_weight"));
  }
}

TEST_F(RealHierarchies, RefuseAMemoryLimitBelowWhatIsInUseWhenAsked) {
  if (host_.mode == Mode::kV2) {
    GTEST_SKIP() << "needs the v1 memory controller";
  }
  Cgroup cgroup = Cgroup::create(host_, path(), {});
  const std::string memory = find_directory(cgroup, "memory");
  if (memory.empty()) {
    cgroup.remove();
    GTEST_SKIP() << "needs the v1 memory controller";
  }
  const UniqueFd tasks(::open((memory + "/tasks").c_str(), O_WRONLY | O_CLOEXEC));
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  sys::Child child = sys::clone_process({}, [&]() noexcept {
    static char pages[4 << 20];
    if (::write(tasks.get(), "0", 1) == 1) {
      std::fill(std::begin(pages), std::end(pages), 'x');
      [[maybe_unused]] const ssize_t put = ::write(writer.get(), pages, 1);
    }
    for (;;) {
      ::pause();
    }
  });
  char byte = 0;
  ASSERT_EQ(::read(reader.get(), &byte, 1), 1);
  plan::Limits limits;
  limits.memory = 4096;
  limits.check_before_update = true;
  EXPECT_THAT(message_of([&] { cgroup.apply(limits); }),
              HasSubstr("/linux/resources/memory/limit: 4096 bytes are less than the "));
  limits.memory = 64 << 20;
  EXPECT_NO_THROW(cgroup.apply(limits));
  cgroup.kill_all();
  child.wait();
  cgroup.remove();
}

TEST_F(RealHierarchies, TakeBackWhatAnUpdateWroteBeforeItFailed) {
  plan::Limits limits;
  limits.pids = 17;
  Cgroup cgroup = Cgroup::create(host_, path(), limits);
  const std::string file =
      find_directory(cgroup, host_.mode == Mode::kV2 ? "" : "pids") + "/pids.max";
  plan::Limits next;
  next.pids = 20;
  next.hugetlb = {{"3MB", 1}};  // no such page
  EXPECT_THROW(cgroup.apply(next), Error);
  EXPECT_EQ(text_of(file), "17");
  next.hugetlb.clear();
  EXPECT_THROW(cgroup.apply(next, [] { throw Error(ErrorKind::kSystem, "no"); }), Error);
  EXPECT_EQ(text_of(file), "17");
  cgroup.apply(next);
  EXPECT_EQ(text_of(file), "20");
  cgroup.remove();
}

TEST_F(RealHierarchies, TakeBackMemoryAndSwapAndDevices) {
  if (host_.mode == Mode::kV2) {
    GTEST_SKIP() << "needs v1 controllers";
  }
  plan::Limits limits;
  limits.memory = 64 << 20;
  limits.memory_swap = 128 << 20;
  limits.devices = {{.allow = false, .type = 'a'},
                    {.allow = true, .type = 'c', .major = 1, .minor = 3}};
  Cgroup cgroup = Cgroup::create(host_, path(), limits);
  const auto value = [&](const char* controller, const char* file) {
    return text_of(find_directory(cgroup, controller) + "/" + file);
  };
  plan::Limits next;
  next.memory = 256 << 20;
  next.memory_swap = 512 << 20;
  next.devices = {{.allow = false, .type = 'a'},
                  {.allow = true, .type = 'c', .major = 1, .minor = 5, .mknod = false}};
  const auto fail = [] { throw Error(ErrorKind::kSystem, "no"); };
  EXPECT_THROW(cgroup.apply(next, fail), Error);
  EXPECT_EQ(value("memory", "memory.limit_in_bytes"), "67108864");
  EXPECT_EQ(value("memory", "memory.memsw.limit_in_bytes"), "134217728");
  EXPECT_EQ(value("devices", "devices.list"), "c 1:3 rwm");
  cgroup.apply(next);
  EXPECT_EQ(value("memory", "memory.memsw.limit_in_bytes"), "536870912");
  EXPECT_EQ(value("devices", "devices.list"), "c 1:5 rw");
  cgroup.remove();
}

TEST_F(RealHierarchies, WriteUnifiedValuesIntoTheV2Directory) {
  if (find_v2() == nullptr) {
    GTEST_SKIP() << "needs a v2 mount";
  }
  plan::Limits limits;
  limits.unified = {{"cgroup.max.depth", "3"}};
  Cgroup cgroup = Cgroup::create(host_, path(), limits);
  EXPECT_EQ(text_of(find_directory(cgroup, "") + "/cgroup.max.depth"), "3");
  limits.unified = {{"cgroup.nonsense", "3"}};
  EXPECT_THAT(message_of([&] { cgroup.apply(limits); }),
              HasSubstr("/linux/resources/unified/cgroup.nonsense"));
  cgroup.remove();
}

}  // namespace
}  // namespace wpar::cgroup
