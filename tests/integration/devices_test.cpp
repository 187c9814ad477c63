// SPDX-License-Identifier: Apache-2.0
// Device nodes, the customary links, masked and read-only paths.
#include <fmt/format.h>
#include <unistd.h>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class Devices : public ContainerTest {};

TEST_F(Devices, TheDefaultNodesAreThereAndWork) {
  const Result result = run_shell(
      "for d in null zero full random urandom tty; do stat -c '%n %F %a %t:%T' /dev/$d; done;"
      "echo x > /dev/null; head -c 3 /dev/zero | wc -c; echo x > /dev/full");
  EXPECT_TRUE(contains(result.out, "/dev/null character special file 666 1:3\n")) << result;
  EXPECT_TRUE(contains(result.out, "/dev/zero character special file 666 1:5\n"));
  EXPECT_TRUE(contains(result.out, "/dev/full character special file 666 1:7\n"));
  EXPECT_TRUE(contains(result.out, "/dev/random character special file 666 1:8\n"));
  EXPECT_TRUE(contains(result.out, "/dev/urandom character special file 666 1:9\n"));
  EXPECT_TRUE(contains(result.out, "/dev/tty character special file 666 5:0\n"));
  EXPECT_TRUE(contains(result.out, "\n3\n"));
  EXPECT_NE(result.code, 0);
}

TEST_F(Devices, TheDefaultLinksAreThere) {
  const Result result = run_shell(
      "for l in fd stdin stdout stderr ptmx; do readlink /dev/$l; done; test -e /dev/console");
  const std::vector<std::string> lines = split(result.out, '\n');
  ASSERT_EQ(lines.size(), 6u) << result;
  EXPECT_EQ(lines[0], "/proc/self/fd");
  EXPECT_EQ(lines[1], "/proc/self/fd/0");
  EXPECT_EQ(lines[2], "/proc/self/fd/1");
  EXPECT_EQ(lines[3], "/proc/self/fd/2");
  EXPECT_TRUE(lines[4] == "pts/ptmx" || lines[4] == "/dev/pts/ptmx");
  EXPECT_NE(result.code, 0) << "a console without a terminal";
}

TEST_F(Devices, ConfiguredNodesHaveTheirModeAndOwner) {
  bundle().config["linux"]["devices"] = {
      {{"path", "/dev/mine"},
       {"type", "c"},
       {"major", 1},
       {"minor", 3},
       {"fileMode", 0640},
       {"uid", 12},
       {"gid", 34}},
      {{"path", "/elsewhere/pipe"}, {"type", "p"}, {"fileMode", 0600}},
      {{"path", "/dev/disk"}, {"type", "b"}, {"major", 7}, {"minor", 99}}};
  const Result result = run_shell(
      "stat -c '%F %a %u %g %t:%T' /dev/mine; stat -c '%F %a' /elsewhere/pipe;"
      "stat -c '%F %a %t:%T' /dev/disk");
  EXPECT_TRUE(contains(result.out, "character special file 640 12 34 1:3\n")) << result;
  EXPECT_TRUE(contains(result.out, "fifo 600\n"));
  EXPECT_TRUE(contains(result.out, "block special file 666 7:63\n"));
}

TEST_F(Devices, WhatExistsMustBeTheDevice) {
  WPAR_SKIP_PEER("runc", "1.1.5 takes whatever is there");
  WPAR_SKIP_PEER("crun", "1.8.1 takes whatever is there");
  const auto device = [&](const std::string& path, const std::string& type, int minor) {
    bundle().config["linux"]["devices"] = {
        {{"path", path}, {"type", type}, {"major", 1}, {"minor", minor}}};
    bundle().args({"/probe", "exit", "0"});
    return run_bundle();
  };
  // Made once, found the second time; "u" is a character device, too.
  EXPECT_EQ(device("/node", "c", 3).code, 0);
  EXPECT_EQ(device("/node", "c", 3).code, 0);
  EXPECT_EQ(device("/node", "u", 3).code, 0);
  expect_one_line(device("/node", "c", 5), "/node exists in the root file system and is not that");
  expect_one_line(device("/node", "b", 3), "/node exists in the root file system and is not that");
  write_text(bundle().in_root("/file"), "x");
  expect_one_line(device("/file", "c", 3), "/file exists in the root file system and is not that");
  EXPECT_EQ(read_text(bundle().in_root("/file")), "x");
  EXPECT_EQ(device("/fifo", "p", 0).code, 0);
  EXPECT_EQ(device("/fifo", "p", 0).code, 0);
  expect_one_line(device("/fifo", "c", 3), "/fifo exists in the root file system and is not that");
}

TEST_F(Devices, InAUserNamespaceAreTheHostsNodes) {
  bundle().config["linux"]["namespaces"].push_back({{"type", "user"}});
  const Json map = {{{"containerID", 0}, {"hostID", 100000}, {"size", 65536}}};
  bundle().config["linux"]["uidMappings"] = map;
  bundle().config["linux"]["gidMappings"] = map;
  ASSERT_EQ(::chown(bundle().root().c_str(), 100000, 100000), 0);
  bundle().config["linux"]["devices"] = {
      {{"path", "/dev/full"}, {"type", "c"}, {"major", 1}, {"minor", 7}}};
  EXPECT_EQ(run_shell("stat -c '%F %t:%T' /dev/full").out, "character special file 1:7\n");
  bundle().config["linux"]["devices"][0]["minor"] = 3;
  const Result refused = run_bundle();
  EXPECT_NE(refused.code, 0);
  if (runtime().is_ours())
    expect_one_line(refused, "/dev/full: the host's node is not device 1:3");
}

TEST_F(Devices, TheCallersUmaskDoesNotChangeModes) {
  bundle().config["linux"]["devices"] = {
      {{"path", "/dev/mine"}, {"type", "c"}, {"major", 1}, {"minor", 3}, {"fileMode", 0666}}};
  bundle().shell("stat -c %a /dev/mine /dev/null");
  bundle().write();
  Command command = runtime().command({"run", "--bundle", bundle().path(), new_id()});
  command.argv.insert(command.argv.begin(), {"/bin/sh", "-c", "umask 077; exec \"$0\" \"$@\""});
  const Result result = run(command);
  EXPECT_EQ(result.out, "666\n666\n") << result;
}

TEST_F(Devices, ADeviceOfAnUnknownTypeIsRefused) {
  bundle().config["linux"]["devices"] = {
      {{"path", "/dev/x"}, {"type", "q"}, {"major", 1}, {"minor", 3}}};
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0);
  if (runtime().is_ours())
    expect_one_line(result, "/linux/devices/0");
}

class Masks : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (temp_ == nullptr)
      return;
    write_text(bundle().in_root("/secret"), "secret\n");
    make_directories(bundle().in_root("/vault"));
    write_text(bundle().in_root("/vault/gold"), "gold\n");
  }
};

TEST_F(Masks, AMaskedFileIsEmptyAndAMaskedDirectoryToo) {
  bundle().config["linux"]["maskedPaths"] = {"/secret", "/vault", "/proc/kcore", "/not/there"};
  const Result result = run_shell(
      "cat /secret; ls /vault; head -c 1 /proc/kcore; touch /vault/x 2>/dev/null || echo refused;"
      "echo changed > /secret; stat -c '%F' /secret");
  EXPECT_EQ(result.out, "refused\ncharacter special file\n") << result;
  EXPECT_EQ(read_text(bundle().in_root("/secret")), "secret\n");
}

TEST_F(Masks, AMaskHoldsForExecToo) {
  bundle().config["linux"]["maskedPaths"] = {"/secret"};
  const std::string id = start_waiting();
  EXPECT_EQ(exec(id, {"cat", "/secret"}).out, "");
}

TEST_F(Masks, AReadOnlyPathCannotBeWritten) {
  bundle().config["linux"]["readonlyPaths"] = {"/vault", "/secret", "/proc/sys", "/not/there"};
  const Result result = run_shell(
      "cat /secret /vault/gold; (echo x > /secret) 2>/dev/null || echo a; "
      "touch /vault/x 2>/dev/null || echo b; (echo 1 > /proc/sys/net/ipv4/ip_forward) 2>/dev/null "
      "|| echo c");
  EXPECT_EQ(result.out, "secret\ngold\na\nb\nc\n") << result;
}

TEST_F(Masks, MaskingWinsOverReadOnly) {
  bundle().config["linux"]["readonlyPaths"] = {"/vault"};
  bundle().config["linux"]["maskedPaths"] = {"/vault/gold"};
  EXPECT_EQ(run_shell("cat /vault/gold").out, "");
}

TEST_F(Masks, WithoutListsNothingIsMasked) {
  bundle().config["linux"].erase("maskedPaths");
  bundle().config["linux"].erase("readonlyPaths");
  const Json seen = facts();
  for (const Json& line : seen["mountinfo"])
    EXPECT_FALSE(contains(line.get<std::string>(), " /proc/")) << line;
}

TEST_F(Masks, RelativePathsAreRefused) {
  WPAR_SKIP_PEER("runc", "1.1.5 takes them relative to /");
  WPAR_SKIP_PEER("crun", "1.8.1 takes them relative to /");
  bundle().config["linux"]["maskedPaths"] = {"secret"};
  expect_one_line(run_bundle(), "/linux/maskedPaths/0");
}

}  // namespace
}  // namespace wpar::test
