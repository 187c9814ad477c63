// SPDX-License-Identifier: Apache-2.0
// The generator of random_config.h, and a test that it leaves nothing out.
#include "tests/unit/specs/oci/random_config.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <random>
#include <set>

#include "specs/oci/json_cursor.h"
#include "specs/oci/write_config.h"

namespace wpar::oci::test {
namespace {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  bool maybe() { return engine_() % 2 == 0; }
  std::size_t below(std::size_t bound) { return engine_() % bound; }

  // Edges half of the time: that is where readers and writers differ.
  template <typename Int>
  Int number(Int min = std::numeric_limits<Int>::min(), Int max = std::numeric_limits<Int>::max()) {
    switch (below(4)) {
      case 0:
        return min;
      case 1:
        return max;
      default: {
        const auto span = static_cast<std::uint64_t>(max) - static_cast<std::uint64_t>(min);
        const std::uint64_t offset = span == UINT64_MAX ? engine_() : engine_() % (span + 1);
        return static_cast<Int>(static_cast<std::uint64_t>(min) + offset);
      }
    }
  }
  std::uint32_t id() { return number<std::uint32_t>(0, UINT32_MAX - 1); }

  std::string text() {
    static const char* const kPieces[] = {"a",  "Z",    "0",  " ",  "/",    "~",       "\"",
                                          "\\", "\n",   "\t", "\r", "\x01", "ü",       "東",
                                          "🐧",  "\x7F", "{",  "]",  ",",    "\xC2\x80"};
    std::string built;
    for (std::size_t pieces = below(12); pieces > 0; --pieces) {
      built += kPieces[below(std::size(kPieces))];
    }
    return built;
  }
  std::string name() { return fmt::format("n{}", text()); }
  std::string path() { return fmt::format("/{}", text()); }
  std::string one_of(std::initializer_list<const char*> words) {
    return *(words.begin() + static_cast<std::ptrdiff_t>(below(words.size())));
  }

  template <typename Make>
  auto optional(Make&& make) {
    return maybe() ? std::optional(make()) : std::nullopt;
  }
  template <typename Make>
  auto list(Make&& make) {
    std::vector<decltype(make())> values;
    for (std::size_t count = below(4); count > 0; --count) {
      values.push_back(make());
    }
    return values;
  }
  template <typename Make>
  auto map(Make&& make) {
    std::map<std::string, decltype(make())> values;
    for (std::size_t count = below(4); count > 0; --count) {
      values.emplace(name(), make());
    }
    return values;
  }
  template <typename Int>
  std::optional<Int> some(Int min = std::numeric_limits<Int>::min(),
                          Int max = std::numeric_limits<Int>::max()) {
    return optional([&] { return number<Int>(min, max); });
  }
  std::optional<bool> flag() {
    return optional([&] { return maybe(); });
  }
  std::optional<std::string> word() {
    return optional([&] { return text(); });
  }
  std::vector<std::string> words() {
    return list([&] { return text(); });
  }
  std::vector<std::string> paths() {
    return list([&] { return path(); });
  }

 private:
  std::mt19937_64 engine_;
};

IdMapping mapping(Random& r) {
  const std::uint32_t inside = r.id();
  const std::uint32_t outside = r.id();
  return {inside, outside, r.number<std::uint32_t>(1, UINT32_MAX - std::max(inside, outside))};
}

std::vector<IdMapping> mappings(Random& r) {
  return r.list([&] { return mapping(r); });
}

Mount mount(Random& r) {
  Mount made{.destination = r.name(),
             .type = r.word(),
             .source = r.word(),
             .options = r.words(),
             .uid_mappings = {},
             .gid_mappings = {}};
  if (r.maybe()) {
    made.uid_mappings = {mapping(r)};
    made.gid_mappings = {mapping(r), mapping(r)};
  }
  return made;
}

Hook hook(Random& r) {
  return {
      .path = r.path(), .args = r.words(), .env = r.words(), .timeout = r.some<std::int64_t>(1)};
}

Hooks hooks(Random& r) {
  const auto some = [&] { return r.list([&] { return hook(r); }); };
  return {some(), some(), some(), some(), some(), some()};
}

std::vector<Rlimit> rlimits(Random& r) {
  std::vector<Rlimit> made;
  for (const char* type : {"RLIMIT_NOFILE", "RLIMIT_CORE", "RLIMIT_AS"}) {
    if (r.maybe()) {
      made.push_back({type, r.number<std::uint64_t>(), r.number<std::uint64_t>()});
    }
  }
  return made;
}

Scheduler scheduler(Random& r) {
  Scheduler made;
  made.policy = r.one_of({"SCHED_OTHER", "SCHED_FIFO", "SCHED_DEADLINE"});
  made.nice = r.some<std::int32_t>(-20, 19);
  made.priority = r.some<std::int32_t>();
  made.flags = r.list([&] { return r.one_of({"SCHED_FLAG_RECLAIM", "SCHED_FLAG_KEEP_POLICY"}); });
  made.runtime = r.some<std::uint64_t>();
  made.deadline = r.some<std::uint64_t>();
  made.period = r.some<std::uint64_t>();
  return made;
}

Process process(Random& r) {
  Process made;
  made.terminal = r.flag();
  made.console_size = r.optional([&] {
    return ConsoleSize{r.number<std::uint16_t>(), r.number<std::uint16_t>()};
  });
  made.user = {.uid = r.id(),
               .gid = r.id(),
               .umask = r.some<std::uint32_t>(0, 0777),
               .additional_gids = r.list([&] { return r.id(); })};
  made.args = r.words();
  made.args.push_back(r.text());
  made.env = r.words();
  made.cwd = r.path();
  made.capabilities = r.optional([&] {
    return Capabilities{r.words(), r.words(), r.words(), r.words(), r.words()};
  });
  made.rlimits = rlimits(r);
  made.no_new_privileges = r.flag();
  made.apparmor_profile = r.word();
  made.selinux_label = r.word();
  made.oom_score_adj = r.some<std::int32_t>(-1000, 1000);
  made.scheduler = r.optional([&] { return scheduler(r); });
  made.io_priority = r.optional([&] {
    return IoPriority{r.one_of({"IOPRIO_CLASS_RT", "IOPRIO_CLASS_IDLE"}),
                      r.number<std::int32_t>(0, 7)};
  });
  made.exec_cpu_affinity = r.optional([&] { return ExecCpuAffinity{r.word(), r.word()}; });
  return made;
}

BlockIoResources block_io(Random& r) {
  const auto number = [&] { return r.number<std::int64_t>(0, UINT32_MAX); };
  const auto throttle = [&] {
    return r.list([&] { return ThrottleDevice{number(), number(), r.number<std::uint64_t>()}; });
  };
  BlockIoResources made;
  made.weight = r.some<std::uint16_t>();
  made.leaf_weight = r.some<std::uint16_t>();
  made.weight_device = r.list([&] {
    const auto weight = r.some<std::uint16_t>();
    const auto leaf = weight ? r.some<std::uint16_t>() : r.number<std::uint16_t>();
    return WeightDevice{number(), number(), weight, leaf};
  });
  made.throttle_read_bps_device = throttle();
  made.throttle_write_bps_device = throttle();
  made.throttle_read_iops_device = throttle();
  made.throttle_write_iops_device = throttle();
  return made;
}

MemoryResources memory(Random& r) {
  const auto bytes = [&] { return r.some<std::int64_t>(-1); };
  return {bytes(),  bytes(),  bytes(), bytes(), bytes(), r.some<std::uint64_t>(),
          r.flag(), r.flag(), r.flag()};
}

CpuResources cpu(Random& r) {
  return {r.some<std::uint64_t>(),
          r.some<std::int64_t>(),
          r.some<std::uint64_t>(),
          r.some<std::uint64_t>(),
          r.some<std::int64_t>(),
          r.some<std::uint64_t>(),
          r.word(),
          r.word(),
          r.some<std::int64_t>()};
}

DeviceRule device_rule(Random& r) {
  return {.allow = r.maybe(),
          .type = r.optional([&] {
            return r.one_of({"a", "b", "c"});
          }),
          .major = r.some<std::int64_t>(-1, UINT32_MAX),
          .minor = r.some<std::int64_t>(-1, UINT32_MAX),
          .access = r.optional([&] {
            return r.one_of({"", "r", "rwm", "m"});
          })};
}

Resources resources(Random& r) {
  Resources made;
  made.devices = r.list([&] { return device_rule(r); });
  made.memory = r.optional([&] { return memory(r); });
  made.cpu = r.optional([&] { return cpu(r); });
  made.block_io = r.optional([&] { return block_io(r); });
  made.hugepage_limits = r.list([&] {
    return HugepageLimit{r.one_of({"2MB", "1GB", "64KB"}), r.number<std::uint64_t>()};
  });
  made.network = r.optional([&] {
    return NetworkResources{r.some<std::uint32_t>(), r.list([&] {
                              return InterfacePriority{r.name(), r.number<std::uint32_t>()};
                            })};
  });
  made.pids_limit = r.some<std::int64_t>();
  made.rdma = r.map([&] { return RdmaLimit{r.some<std::uint32_t>(), r.some<std::uint32_t>()}; });
  for (const char* file : {"memory.high", "io.max"}) {
    if (r.maybe()) {
      made.unified[file] = r.text();
    }
  }
  return made;
}

SyscallRule rule(Random& r) {
  SyscallRule made;
  made.names = r.words();
  made.names.emplace_back("read");
  made.action = r.one_of({"SCMP_ACT_ALLOW", "SCMP_ACT_TRACE", "SCMP_ACT_NOTIFY"});
  made.errno_ret = r.some<std::uint32_t>();
  made.args = r.list([&] {
    return SeccompArg{r.number<std::uint32_t>(0, 5), r.number<std::uint64_t>(),
                      r.some<std::uint64_t>(), r.one_of({"SCMP_CMP_NE", "SCMP_CMP_MASKED_EQ"})};
  });
  return made;
}

Seccomp seccomp(Random& r) {
  Seccomp made;
  made.default_action = r.one_of({"SCMP_ACT_ERRNO", "SCMP_ACT_KILL_PROCESS"});
  made.default_errno_ret = r.some<std::uint32_t>();
  made.architectures = r.list([&] { return r.one_of({"SCMP_ARCH_X86_64", "SCMP_ARCH_SHEB"}); });
  made.flags = r.list([&] {
    return r.one_of({"SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_TSYNC"});
  });
  made.listener_path = r.word();
  made.listener_metadata = made.listener_path ? r.word() : std::nullopt;
  made.syscalls = r.list([&] { return rule(r); });
  return made;
}

Device device(Random& r) {
  Device made;
  made.type = r.one_of({"c", "b", "u", "p"});
  made.path = r.path();
  if (made.type != "p" || r.maybe()) {
    made.major = r.number<std::int64_t>(0, 4095);
    made.minor = r.number<std::int64_t>(0, 1048575);
  }
  made.file_mode = r.some<std::uint32_t>(0, 07777);
  made.uid = r.some<std::uint32_t>(0, UINT32_MAX - 1);
  made.gid = r.some<std::uint32_t>(0, UINT32_MAX - 1);
  return made;
}

Linux linux_part(Random& r) {
  Linux made;
  for (const char* type : {"pid", "network", "mount", "ipc", "uts", "user", "cgroup", "time"}) {
    if (r.maybe()) {
      made.namespaces.push_back({type, r.optional([&] { return r.path(); })});
    }
  }
  made.uid_mappings = mappings(r);
  made.gid_mappings = mappings(r);
  for (const char* clock : {"monotonic", "boottime"}) {
    if (r.maybe()) {
      made.time_offsets[clock] = {r.number<std::int64_t>(),
                                  r.number<std::uint32_t>(0, 999'999'999)};
    }
  }
  made.devices = r.list([&] { return device(r); });
  made.net_devices = r.map([&] { return NetDevice{r.word()}; });
  made.cgroups_path = r.word();
  made.resources = resources(r);
  made.intel_rdt = r.optional([&] {
    return IntelRdt{r.word(), r.word(), r.word(), r.words(), r.flag()};
  });
  made.memory_policy = r.optional([&] {
    return MemoryPolicy{r.one_of({"MPOL_BIND", "MPOL_LOCAL"}), r.text(),
                        r.list([&] { return r.one_of({"MPOL_F_STATIC_NODES"}); })};
  });
  made.personality = r.optional([&] {
    return Personality{r.one_of({"LINUX", "LINUX32"}), r.words()};
  });
  made.rootfs_propagation = r.optional([&] {
    return r.one_of({"private", "rslave", "unbindable"});
  });
  made.seccomp = r.optional([&] { return seccomp(r); });
  made.sysctl = r.map([&] { return r.text(); });
  made.masked_paths = r.paths();
  made.readonly_paths = r.paths();
  made.mount_label = r.word();
  return made;
}

void collect_members(const JsonCursor& at, const std::string& prefix,
                     std::set<std::string>& names) {
  for (const auto& [name, member] : at.members()) {
    names.insert(prefix + name);
  }
}

}  // namespace

Config random_config(std::uint64_t seed) {
  Random r(seed);
  Config config;
  config.oci_version = r.one_of({"1.0.0", "1.3.0", "1.3.0+dev", "1.2.0-rc.1"});
  config.root = r.optional([&] { return Root{r.name(), r.flag()}; });
  config.mounts = r.list([&] { return mount(r); });
  config.process = r.optional([&] { return process(r); });
  config.hostname = r.word();
  config.domainname = r.word();
  if (r.maybe()) {
    config.hooks = hooks(r);
  }
  config.annotations = r.map([&] { return r.text(); });
  if (r.below(8) != 0) {
    config.linux_ = linux_part(r);
  }
  return config;
}

TEST(RandomConfig, UsesEveryMemberSoonerOrLater) {
  std::set<std::string> names;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const JsonValue document = parse_json(write_config(random_config(seed), Indent::kNone));
    const JsonCursor root(document);
    collect_members(root, "", names);
    for (const char* part : {"process", "linux"}) {
      if (const auto member = root.find(part)) {
        collect_members(*member, fmt::format("{}/", part), names);
      }
    }
  }
  const auto below = [&](std::string_view prefix) {
    return std::ranges::count_if(names,
                                 [&](const std::string& name) { return name.starts_with(prefix); });
  };
  EXPECT_EQ(below("process/"), 15);
  EXPECT_EQ(below("linux/"), 17);
  EXPECT_EQ(names.size(), 15U + 17U + 9U);
}

}  // namespace wpar::oci::test
