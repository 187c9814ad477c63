// SPDX-License-Identifier: Apache-2.0
// Device rules on the host's v2 hierarchy, as a host with v2 alone has them. Nodes with the numbers
// of the requests are made in a directory of the test; the kernel asks the device program before it
// looks for a driver, so that a device without one (ENXIO) tells "allowed" as well.
#include <linux/bpf.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include <atomic>
#include <cstring>

#include "runtime/cgroup/bpf.h"
#include "runtime/cgroup/device_program.h"
#include "tests/unit/runtime/cgroup/device_reference.h"
#include "tests/unit/runtime/cgroup/real_hierarchies.h"

namespace wpar::cgroup {
namespace {

using plan::DeviceRule;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

int bpf(bpf_cmd command, bpf_attr& attributes) {
  return static_cast<int>(::syscall(SYS_bpf, command, &attributes, sizeof(attributes)));
}

bpf_attr zeros() {
  bpf_attr attributes;
  std::memset(&attributes, 0, sizeof(attributes));
  return attributes;
}

std::vector<__u32> attached_to(const std::string& directory) {
  const UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  std::vector<__u32> ids(64);
  bpf_attr attributes = zeros();
  attributes.query.target_fd = static_cast<__u32>(fd.get());
  attributes.query.attach_type = BPF_CGROUP_DEVICE;
  attributes.query.prog_ids = reinterpret_cast<std::uintptr_t>(ids.data());
  attributes.query.prog_cnt = static_cast<__u32>(ids.size());
  EXPECT_EQ(bpf(BPF_PROG_QUERY, attributes), 0) << directory << ": " << std::strerror(errno);
  ids.resize(attributes.query.prog_cnt);
  return ids;
}

UniqueFd program_of_id(__u32 id) {
  bpf_attr attributes = zeros();
  attributes.prog_id = id;
  return UniqueFd(bpf(BPF_PROG_GET_FD_BY_ID, attributes));
}

// A program without our name, that allows all.
UniqueFd foreign_program() {
  bpf_insn program[2] = {};
  program[0].code = BPF_ALU64 | BPF_MOV | BPF_K;
  program[0].imm = 1;
  program[1].code = BPF_JMP | BPF_EXIT;
  bpf_attr attributes = zeros();
  attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  attributes.insns = reinterpret_cast<std::uintptr_t>(program);
  attributes.insn_cnt = 2;
  attributes.license = reinterpret_cast<std::uintptr_t>("Apache-2.0");
  return UniqueFd(bpf(BPF_PROG_LOAD, attributes));
}

const DeviceRule kDenyAll = device_rule(false, 'a', -1, -1, "rwm");

class RealDevicesV2 : public RealHierarchies {
 protected:
  void SetUp() override {
    RealHierarchies::SetUp();
    if (IsSkipped()) {
      return;
    }
    if (find_v2() == nullptr) {
      GTEST_SKIP() << "needs a v2 mount";
    }
    if (!foreign_program()) {
      GTEST_SKIP() << "bpf(2) does not load a device program here: " << std::strerror(errno);
    }
    v2_ = Host{.mode = Mode::kV2, .hierarchies = {*find_v2()}};
    char base[] = "/tmp/wpar-test-XXXXXX";
    ASSERT_NE(::mkdtemp(base), nullptr);
    nodes_ = base;
    const std::vector<int> outside = errors_of(UniqueFd(), {{'c', 1, 3, "rwm"}});
    if (outside.front() != 0) {
      GTEST_SKIP() << "outside of the cgroup too, a node in /tmp cannot be made and opened: "
                   << std::strerror(outside.front());
    }
  }

  void TearDown() override {
    if (!nodes_.empty()) {
      EXPECT_EQ(::rmdir(nodes_.c_str()), 0) << "a node is left: " << nodes_;
    }
    if (HasFailure() && !v2_.hierarchies.empty()) {  // an ASSERT_ may have left before the remove()
      Cgroup left = Cgroup::open(v2_, cgroup_directories(v2_, path()));
      left.kill_all();
      left.remove();
    }
    RealHierarchies::TearDown();
  }

  static plan::Limits limits_of(std::vector<DeviceRule> rules) {
    plan::Limits limits;
    limits.devices = std::move(rules);
    return limits;
  }

  // One process in the cgroup tries them all; for each 0 or errno. "m": mknod(2), else open(2).
  std::vector<int> errors_of(const UniqueFd& cgroup, const std::vector<DeviceRequest>& requests) {
    int ends[2] = {-1, -1};
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd reader(ends[0]);
    UniqueFd writer(ends[1]);
    for (std::size_t i = 0; i < requests.size(); ++i) {
      EXPECT_EQ(::mknod(node(i).c_str(), mode(requests[i]), number(requests[i])), 0);
    }
    sys::CloneRequest clone;
    clone.into_cgroup = cgroup.get();
    sys::Child child = sys::clone_process(clone, [&]() noexcept {
      for (std::size_t i = 0; i < requests.size(); ++i) {
        const int error = error_of(node(i), requests[i]);
        if (::write(writer.get(), &error, sizeof(error)) != sizeof(error)) {
          ::_exit(1);
        }
      }
      ::_exit(0);
    });
    writer.reset();
    std::vector<int> errors(requests.size(), -1);
    for (int& error : errors) {
      EXPECT_EQ(::read(reader.get(), &error, sizeof(error)), sizeof(error));
    }
    EXPECT_EQ(child.wait(), 0);
    for (std::size_t i = 0; i < requests.size(); ++i) {
      EXPECT_EQ(::unlink(node(i).c_str()), 0);
    }
    return errors;
  }

  std::vector<std::string> denied(const Cgroup& cgroup,
                                  const std::vector<DeviceRequest>& requests) {
    const std::vector<int> errors = errors_of(cgroup.entry().v2_directory, requests);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      const DeviceRequest& one = requests[i];
      if (errors[i] == EPERM) {
        texts.push_back(fmt::format("{} {}:{} {}", one.type, one.major, one.minor, one.access));
      } else {
        EXPECT_THAT(errors[i], ::testing::AnyOf(0, ENXIO, ENODEV))
            << fmt::format("{} {}:{} {}", one.type, one.major, one.minor, one.access);
      }
    }
    return texts;
  }

  Host v2_;
  std::string nodes_;

 private:
  std::string node(std::size_t index) const { return fmt::format("{}/{}", nodes_, index); }
  static mode_t mode(const DeviceRequest& request) {
    return (request.type == 'b' ? S_IFBLK : S_IFCHR) | 0600;
  }
  static dev_t number(const DeviceRequest& request) {
    return ::makedev(request.major, request.minor);
  }
  static int error_of(const std::string& path, const DeviceRequest& request) {
    const bool read = request.access.find('r') != std::string::npos;
    const bool write = request.access.find('w') != std::string::npos;
    if (request.access.find('m') != std::string::npos) {
      const std::string other = path + "m";
      if (::mknod(other.c_str(), mode(request), number(request)) < 0) {
        return errno;
      }
      ::unlink(other.c_str());
    }
    if (!read && !write) {
      return 0;
    }
    const int how = read && write ? O_RDWR : write ? O_WRONLY : O_RDONLY;
    const UniqueFd fd(::open(path.c_str(), how | O_NONBLOCK | O_CLOEXEC));
    return fd ? 0 : errno;
  }
};

TEST_F(RealDevicesV2, AllowWhatTheRulesAllowAndNothingElse) {
  Cgroup cgroup = Cgroup::create(
      v2_, path(),
      limits_of({kDenyAll, device_rule(true, 'c', -1, -1, "m"), device_rule(true, 'c', 1, 3, "rwm"),
                 device_rule(true, 'c', 1, 5, "r"), device_rule(true, 'c', 240, -1, "rw")}));
  EXPECT_THAT(denied(cgroup, {{'c', 1, 3, "r"},
                              {'c', 1, 3, "rwm"},
                              {'c', 1, 5, "r"},
                              {'c', 1, 5, "w"},  // zero is for reading only
                              {'c', 1, 5, "rw"},
                              {'c', 1, 11, "r"},  // kmsg
                              {'c', 1, 11, "m"},  // a node opens nothing
                              {'c', 240, 0, "rw"},
                              {'c', 240, 77, "rw"},
                              {'c', 241, 77, "r"},
                              {'b', 240, 77, "r"},
                              {'b', 7, 0, "r"},
                              {'b', 7, 0, "m"}}),
              ElementsAre("c 1:5 w", "c 1:5 rw", "c 1:11 r", "c 241:77 r", "b 240:77 r", "b 7:0 r",
                          "b 7:0 m"));
  cgroup.remove();
}

TEST_F(RealDevicesV2, ObeyTheLastRuleThatMatches) {
  const DeviceRule allow = device_rule(true, 'c', 1, 11, "r");
  const DeviceRule deny = device_rule(false, 'c', 1, -1, "r");
  Cgroup cgroup = Cgroup::create(v2_, path(), limits_of({kDenyAll, allow, deny}));
  EXPECT_THAT(denied(cgroup, {{'c', 1, 11, "r"}}), SizeIs(1));
  cgroup.apply(limits_of({kDenyAll, deny, allow}));
  EXPECT_THAT(denied(cgroup, {{'c', 1, 11, "r"}}), IsEmpty());
  cgroup.apply(limits_of({kDenyAll, device_rule(true, 'a', -1, -1, "rw"), deny}));
  EXPECT_THAT(denied(cgroup, {{'c', 1, 11, "r"}, {'c', 5, 0, "m"}, {'c', 240, 1, "rw"}}),
              ElementsAre("c 1:11 r", "c 5:0 m"));
  cgroup.remove();
}

TEST_F(RealDevicesV2, ReachCgroupsBelowAndAProcessThatIsInside) {
  Cgroup cgroup = Cgroup::create(v2_, path(), limits_of({kDenyAll}));
  const std::string below = cgroup.directories().front() + "/below";
  ASSERT_EQ(::mkdir(below.c_str(), 0755), 0);
  const UniqueFd inner(::open(below.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  EXPECT_THAT(errors_of(inner, {{'c', 1, 3, "r"}}), ElementsAre(EPERM));
  cgroup.apply(limits_of({kDenyAll, device_rule(true, 'c', 1, 3, "r")}));
  EXPECT_THAT(errors_of(inner, {{'c', 1, 3, "r"}}), ElementsAre(0));
  cgroup.remove();
}

TEST_F(RealDevicesV2, KeepOneProgramThroughUpdatesAndNoneAfterRemove) {
  Cgroup cgroup = Cgroup::create(v2_, path(), limits_of({kDenyAll}));
  const std::string directory = cgroup.directories().front();
  const std::vector<__u32> first = attached_to(directory);
  ASSERT_THAT(first, SizeIs(1));
  cgroup.apply(limits_of({kDenyAll, device_rule(true, 'c', 1, 3, "r")}));
  const std::vector<__u32> second = attached_to(directory);
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_NE(first, second);
  cgroup.apply({});
  EXPECT_EQ(attached_to(directory), second) << "without device rules those in force stay";
  Cgroup again = Cgroup::create(v2_, path(), limits_of({kDenyAll}));
  ASSERT_THAT(attached_to(directory), SizeIs(1)) << "an existing directory keeps no old program";
  const __u32 last = attached_to(directory).front();
  cgroup.remove();
  // The kernel lets go of a removed cgroup's programs a little later.
  for (int i = 0; i < 500 && (program_of_id(last) || program_of_id(first.front())); ++i) {
    ::usleep(10'000);
  }
  for (const __u32 id : {first.front(), second.front(), last}) {
    EXPECT_FALSE(program_of_id(id)) << "the program " << id << " is left";
  }
}

TEST_F(RealDevicesV2, LeaveTheProgramsOfOthersAttached) {
  Cgroup cgroup = Cgroup::create(v2_, path(), limits_of({kDenyAll}));
  const std::string directory = cgroup.directories().front();
  const UniqueFd handle(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const __u32 own = attached_to(directory).front();
  const UniqueFd foreign = foreign_program();
  bpf_attr attributes = zeros();
  attributes.target_fd = static_cast<__u32>(handle.get());
  attributes.attach_bpf_fd = static_cast<__u32>(foreign.get());
  attributes.attach_type = BPF_CGROUP_DEVICE;
  attributes.attach_flags = BPF_F_ALLOW_MULTI;
  ASSERT_EQ(bpf(BPF_PROG_ATTACH, attributes), 0);
  const __u32 other = attached_to(directory).back();
  cgroup.apply(limits_of({kDenyAll, device_rule(true, 'c', 1, 3, "r")}));
  EXPECT_THAT(attached_to(directory), SizeIs(2));
  EXPECT_THAT(attached_to(directory), Contains(other));
  EXPECT_THAT(attached_to(directory), Not(Contains(own)));
  EXPECT_THAT(denied(cgroup, {{'c', 1, 3, "r"}, {'c', 1, 5, "r"}}), ElementsAre("c 1:5 r"));
  cgroup.remove();
}

TEST_F(RealDevicesV2, NeverOpenAGapDuringAnUpdate) {
  struct Counts {
    std::atomic<long> tries{0};
    std::atomic<long> gaps{0};        // a device that no list allows was opened
    std::atomic<long> hindrances{0};  // one that all lists allow was not
  };
  void* memory =
      ::mmap(nullptr, sizeof(Counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  auto* counts = new (memory) Counts;
  const DeviceRule null = device_rule(true, 'c', 1, 3, "rw");
  Cgroup cgroup = Cgroup::create(v2_, path(), limits_of({kDenyAll, null}));
  const Entry entry = cgroup.entry();
  sys::CloneRequest clone;
  clone.into_cgroup = entry.v2_directory.get();
  sys::Child child = sys::clone_process(clone, [&]() noexcept {
    for (;;) {
      const UniqueFd zero(::open("/dev/zero", O_RDONLY | O_CLOEXEC));
      const UniqueFd always(::open("/dev/null", O_RDWR | O_CLOEXEC));
      counts->gaps += zero ? 1 : 0;
      counts->hindrances += always ? 0 : 1;
      ++counts->tries;
    }
  });
  for (int i = 0; i < 300 || (counts->tries < 1000 && i < 30'000); ++i) {
    cgroup.apply(limits_of({kDenyAll, device_rule(true, 'c', 240, i % 9, "r"), null}));
  }
  child.kill_and_wait();
  EXPECT_GE(counts->tries, 1000);
  EXPECT_EQ(counts->gaps, 0);
  EXPECT_EQ(counts->hindrances, 0);
  ::munmap(memory, sizeof(Counts));
  cgroup.remove();
}

TEST_F(RealDevicesV2, DecideLikeTheReferenceOnRandomLists) {
  RandomDevices random(7, {240, 241, 242});  // numbers for local use: no driver
  Cgroup cgroup = Cgroup::create(v2_, path(), {});
  for (int list = 0; list < 100; ++list) {
    const std::vector<DeviceRule> rules = random.rules();
    cgroup.apply(limits_of(rules));
    std::vector<DeviceRequest> requests;
    std::vector<std::string> expected;
    for (int i = 0; i < 20; ++i) {
      const DeviceRequest one = requests.emplace_back(random.request());
      if (!is_allowed(rules, one)) {
        expected.push_back(fmt::format("{} {}:{} {}", one.type, one.major, one.minor, one.access));
      }
    }
    ASSERT_EQ(denied(cgroup, requests), expected) << "list " << list;
  }
  EXPECT_THAT(attached_to(cgroup.directories().front()), SizeIs(1));
  cgroup.remove();
}

TEST_F(RealDevicesV2, AcceptAThousandRulesAndTellWhyAProgramIsRefused) {
  std::vector<DeviceRule> rules = {kDenyAll};
  for (std::int64_t i = 0; i < 1000; ++i) {
    rules.push_back(
        device_rule(i % 3 != 0, "abc"[i % 3], 240 + i % 15, i, i % 2 == 0 ? "rw" : "m"));
  }
  rules.push_back(device_rule(true, 'c', 1, 3, "rw"));
  Cgroup cgroup = Cgroup::create(v2_, path(), limits_of(rules));
  EXPECT_THAT(denied(cgroup, {{'c', 1, 3, "rw"}, {'c', 1, 5, "r"}, {'c', 242, 2, "r"}}),
              ElementsAre("c 1:5 r"));
  cgroup.remove();
  const auto endless = message_of([] {
    bpf_insn nothing = {};
    nothing.code = BPF_ALU64 | BPF_MOV | BPF_K;
    load_device_program({nothing});
  });
  EXPECT_THAT(endless,
              HasSubstr("load a device program of 1 instructions, of which the kernel says: "
                        "last insn is not an exit"));
}

TEST_F(RealDevicesV2, LeaveNothingBehindWhenARuleIsRefused) {
  EXPECT_THAT(message_of([&] {
                Cgroup::create(
                    v2_, path() + "/below",
                    limits_of({kDenyAll, device_rule(true, 'c', std::int64_t{1} << 40, 0, "r")}));
              }),
              HasSubstr("/linux/resources/devices/0: 1099511627776 cannot be"));
  EXPECT_FALSE(exists(v2_.hierarchies.front().mount_point + path()));
}

}  // namespace
}  // namespace wpar::cgroup
