// SPDX-License-Identifier: Apache-2.0
// Device rules by what they do, since version 2 has no file that lists them: they are a program of
// the cgroup there.
#include <fmt/format.h>

#include "tests/support/cgroup_files.h"

namespace wpar::test {
namespace {

class CgroupDevices : public CgroupTest {
 protected:
  // The errno of open(2) in a container of its own.
  std::string opened(const char* path, const char* how) {
    bundle().args({"/probe", "open", path, how});
    const Result result = run_bundle();
    return result.code == 0 ? result.out : result.err;
  }
};

const Json kDeny = {{"allow", false}, {"access", "rwm"}};
const Json kReadLog = {
    {"allow", true}, {"type", "c"}, {"major", 1}, {"minor", 11}, {"access", "r"}};

TEST_F(CgroupDevices, AreDeniedUnlessAllowed) {
  add_log_device();
  EXPECT_EQ(opened("/dev/log11", "r"), "1\n");
  resources()["devices"] = {kDeny, kReadLog};
  EXPECT_EQ(opened("/dev/log11", "r"), "0\n");
  EXPECT_EQ(opened("/dev/log11", "w"), "1\n") << "access r allowed w";
  resources()["devices"] = {kReadLog, kDeny};
  EXPECT_EQ(opened("/dev/log11", "r"), "1\n") << "the rules hold in the order of the list";
}

TEST_F(CgroupDevices, AllOfAKindCanBeAllowed) {
  add_log_device();
  resources()["devices"] = {kDeny, {{"allow", true}, {"type", "c"}, {"access", "r"}}};
  EXPECT_EQ(opened("/dev/log11", "r"), "0\n");
  resources()["devices"] = {kDeny, {{"allow", true}, {"type", "b"}, {"access", "rwm"}}};
  EXPECT_EQ(opened("/dev/log11", "r"), "1\n");
}

TEST_F(CgroupDevices, TheDefaultDevicesStayAllowed) {
  add_log_device();
  const std::string id = start_waiting();
  for (const char* path : {"/dev/null", "/dev/zero", "/dev/full", "/dev/urandom", "/dev/ptmx"})
    EXPECT_EQ(exec(id, {"/probe", "open", path, "rw"}).out, "0\n") << path;
  EXPECT_EQ(exec(id, {"/probe", "open", "/dev/log11", "r"}).out, "1\n");
  if (cgroup_mount("devices").empty())
    return;
  const std::string list = read_trimmed(folder(id, "devices") + "/devices.list");
  for (const char* rule : {"c 1:3 rwm", "c 1:5 rwm", "c 5:0 rwm", "c 136:* rwm", "c 5:2 rwm"})
    EXPECT_TRUE(contains(list, rule)) << rule << "\n" << list;
  EXPECT_FALSE(contains(list, "a *:* rwm"));
}

TEST_F(CgroupDevices, ABlockDeviceOfTheHostCannotBeOpened) {
  if (!exists("/sys/block/loop0"))
    GTEST_SKIP() << "this machine has no loop device to open";
  bundle().config["linux"]["devices"] = {
      {{"path", "/dev/disk"}, {"type", "b"}, {"major", 7}, {"minor", 0}}};
  EXPECT_EQ(opened("/dev/disk", "r"), "1\n");
  resources()["devices"].push_back(
      {{"allow", true}, {"type", "b"}, {"major", 7}, {"minor", 0}, {"access", "r"}});
  EXPECT_EQ(opened("/dev/disk", "r"), "0\n");
  EXPECT_EQ(opened("/dev/disk", "w"), "1\n");
}

// rw of a node that is there is what the rules are about: making one opens nothing.
TEST_F(CgroupDevices, ANodeCanBeMadeButNotOpened) {
  WPAR_SKIP_PEER("crun", "1.8.1 allows no mknod under a rule that denies all");
  for (const char* set : {"bounding", "effective", "permitted"})
    bundle().config["process"]["capabilities"][set].push_back("CAP_MKNOD");
  const std::string id = start_waiting();
  const std::string number = std::to_string((1 << 8) + 11);
  EXPECT_EQ(exec(id, {"/probe", "call", "mknod", number}).out, "0\n");
  EXPECT_EQ(exec(id, {"/probe", "open", "/probe-node", "r"}).out, "1\n");
  EXPECT_EQ(exec(id, {"/probe", "open", "/probe-node", "w"}).out, "1\n");
}

}  // namespace
}  // namespace wpar::test
