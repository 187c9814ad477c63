// SPDX-License-Identifier: Apache-2.0
// Propagation by what it does: which mounts that are made later are seen on the other side.
#include <fmt/format.h>
#include <sys/mount.h>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

// source is a shared mount of the host, source/sub a place to mount something on.
class Propagation : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (temp_ == nullptr)
      return;
    source_ = *temp_ / "source";
    make_directories(source_);
    ASSERT_EQ(::mount("tmpfs", source_.c_str(), "tmpfs", 0, nullptr), 0);
    ASSERT_EQ(::mount(nullptr, source_.c_str(), nullptr, MS_SHARED, nullptr), 0);
    make_directories(source_ + "/sub");
    bundle().config["process"]["capabilities"]["bounding"].push_back("CAP_SYS_ADMIN");
    bundle().config["process"]["capabilities"]["effective"].push_back("CAP_SYS_ADMIN");
    bundle().config["process"]["capabilities"]["permitted"].push_back("CAP_SYS_ADMIN");
  }
  void TearDown() override {
    if (temp_ != nullptr) {
      delete_all();
      while (::umount2((source_ + "/sub").c_str(), MNT_DETACH) == 0) {
      }
      ::umount2(source_.c_str(), MNT_DETACH);
    }
    ContainerTest::TearDown();
  }
  bool host_reaches_container(const std::string& id) {
    EXPECT_EQ(::mount("tmpfs", (source_ + "/sub").c_str(), "tmpfs", 0, nullptr), 0);
    write_text(source_ + "/sub/from-host", "");
    return exec(id, {"/bin/ls", "/data/sub"}).out == "from-host\n";
  }
  bool container_reaches_host(const std::string& id) {
    const Result result = exec(
        id, {"/bin/sh", "-c", "mount -t tmpfs tmpfs /data/sub && touch /data/sub/from-inside"});
    EXPECT_TRUE(result.ok()) << result;
    return exists(source_ + "/sub/from-inside");
  }
  std::string source_;
};

TEST_F(Propagation, PrivateMountsAreApart) {
  bundle().mount(bind_mount(source_, "/data", {"rbind", "rprivate"}));
  const std::string id = start_waiting();
  EXPECT_FALSE(container_reaches_host(id));
  exec(id, {"/bin/umount", "/data/sub"});
  EXPECT_FALSE(host_reaches_container(id));
}

TEST_F(Propagation, SlavesSeeWhatTheHostMountsButNotTheOtherWay) {
  bundle().mount(bind_mount(source_, "/data", {"rbind", "rslave"}));
  const std::string id = start_waiting();
  EXPECT_FALSE(container_reaches_host(id));
  exec(id, {"/bin/umount", "/data/sub"});
  EXPECT_TRUE(host_reaches_container(id));
}

TEST_F(Propagation, SharedMountsAreSeenOnBothSides) {
  bundle().config["linux"]["rootfsPropagation"] = "rshared";
  bundle().mount(bind_mount(source_, "/data", {"rbind", "rshared"}));
  const std::string id = start_waiting();
  EXPECT_TRUE(container_reaches_host(id));
  exec(id, {"/bin/umount", "/data/sub"});
  EXPECT_TRUE(host_reaches_container(id));
}

TEST_F(Propagation, AMountLabelIsOnlyForSelinux) {
  if (exists("/sys/fs/selinux/enforce"))
    GTEST_SKIP() << "SELinux is on here: the label would have to exist";
  WPAR_SKIP_PEER("runc", "1.1.5 passes context= with SELinux off");
  bundle().config["linux"]["mountLabel"] = "system_u:object_r:svirt_sandbox_file_t:s0:c715,c811";
  const Json seen = facts();
  for (const Json& line : seen["mountinfo"])
    EXPECT_FALSE(contains(line.get<std::string>(), "context=")) << line;
}

}  // namespace
}  // namespace wpar::test
