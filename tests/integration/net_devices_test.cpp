// SPDX-License-Identifier: Apache-2.0
// linux.netDevices: devices of the host that become the container's. The test process has a network
// namespace of its own, which is the host here.
#include <fmt/format.h>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class NetDevices : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (temp_ == nullptr)
      return;
    if (find_program("ip").empty())
      GTEST_SKIP() << "needs ip(8)";
    name_ = "wt" + temp_->tag().substr(0, 6) + "a";
    peer_ = "wt" + temp_->tag().substr(0, 6) + "b";
    ASSERT_TRUE(ip("link add " + name_ + " type veth peer name " + peer_));
    ASSERT_TRUE(ip("link set " + peer_ + " up"));
    ASSERT_TRUE(ip("link set " + name_ + " mtu 1400 up"));
    ASSERT_TRUE(ip("addr add 192.0.2.7/24 dev " + name_));
    ASSERT_TRUE(ip("addr add 192.0.2.8/24 brd + dev " + name_));
    ASSERT_TRUE(ip("addr add 2001:db8::7/64 dev " + name_ + " nodad"));
    ASSERT_TRUE(ip("addr add 203.0.113.9/32 scope link dev " + name_));
    ASSERT_TRUE(ip("addr add 198.51.100.9/32 valid_lft 600 preferred_lft 600 dev " + name_));
  }
  void TearDown() override {
    if (temp_ != nullptr && !name_.empty()) {
      delete_all();
      run({.argv = {"ip", "link", "del", peer_}});  // and with it the other end, wherever that is
    }
    ContainerTest::TearDown();
  }
  static bool ip(const std::string& words) {
    std::vector<std::string> argv = split(words, ' ');
    argv.insert(argv.begin(), "ip");
    const Result result = run({.argv = argv});
    EXPECT_TRUE(result.ok()) << words << result;
    return result.ok();
  }
  bool on_host() const { return exists("/sys/class/net/" + name_) || host_shows().ok(); }
  Result host_shows() const { return run({.argv = {"ip", "-o", "addr", "show", "dev", name_}}); }
  void expect_untouched() const {
    const Result shown = host_shows();
    for (const char* address : {"192.0.2.7/24", "192.0.2.8/24", "2001:db8::7/64"})
      EXPECT_TRUE(contains(shown.out, address)) << address << shown;
    const Result link = run({.argv = {"ip", "-o", "link", "show", "dev", name_}});
    EXPECT_TRUE(contains(link.out, ",UP") && contains(link.out, "mtu 1400")) << link;
  }
  void give(const std::string& host, const Json& device = Json::object()) {
    bundle().config["linux"]["netDevices"][host] = device;
  }
  Result look(const std::string& device) {
    return run_shell(fmt::format("ip -o link show {0}; ip -o addr show {0}", device));
  }
  std::string name_;
  std::string peer_;
};

TEST_F(NetDevices, ADeviceComesWithItsPermanentAddressesAndIsUp) {
  give(name_);
  const Result result = look(name_);
  for (const char* text :
       {",UP", "mtu 1400", "192.0.2.7/24", "192.0.2.8/24 brd 192.0.2.255", "2001:db8::7/64"})
    EXPECT_TRUE(contains(result.out, text)) << text << result;
  EXPECT_FALSE(contains(result.out, "::7/64 scope global tentative")) << result;
  EXPECT_FALSE(contains(result.out, "203.0.113.9")) << "only of global scope" << result;
  EXPECT_FALSE(contains(result.out, "198.51.100.9")) << "only permanent ones" << result;
  EXPECT_FALSE(on_host()) << "never moved back: a veth ends with its namespace";
}

TEST_F(NetDevices, ItMayGetAnotherName) {
  give(name_, {{"name", "lan0"}});
  const Result result = look("lan0");
  EXPECT_TRUE(contains(result.out, "192.0.2.7/24")) << result;
  EXPECT_FALSE(contains(result.out, name_)) << result;
}

TEST_F(NetDevices, APatternTakesTheFirstFreeNumber) {
  give(name_, {{"name", "lan%d"}});
  give(peer_, {{"name", "lan%d"}});
  const Result result = run_shell("ip -o link show lan0; ip -o link show lan1");
  EXPECT_TRUE(contains(result.out, "lan0@") && contains(result.out, "lan1@")) << result;
}

TEST_F(NetDevices, ItIsThereForStartAndExecAndWithAUserNamespace) {
  bundle().set_namespace("user", "");
  for (const char* kind : {"uidMappings", "gidMappings"})
    bundle().config["linux"][kind] = {{{"containerID", 0}, {"hostID", 100000}, {"size", 65536}}};
  give(name_, {{"name", "lan0"}});
  bundle().config["linux"]["sysctl"] = {{"net.ipv4.conf.lan0.forwarding", "1"}};
  const std::string id = start_waiting();
  const Result result = exec(id, {"/bin/ip", "-o", "addr", "show", "lan0"});
  EXPECT_TRUE(contains(result.out, "192.0.2.7/24")) << result;
  EXPECT_EQ(exec(id, {"/bin/cat", "/proc/sys/net/ipv4/conf/lan0/forwarding"}).out, "1\n");
}

TEST_F(NetDevices, HooksOfTheContainerFindIt) {
  give(name_, {{"name", "lan0"}});
  bundle().hook("createContainer",
                {{"path", "/bin/sh"}, {"args", {"sh", "-c", "ip link show lan0 >/dev/null"}}});
  EXPECT_TRUE(run_shell("true").ok());
}

TEST_F(NetDevices, AMissingDeviceIsAnErrorAndTheOthersComeBack) {
  give(name_);
  give("zz-none");
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0);
  if (runtime().is_ours())
    expect_one_line(result, "network device zz-none: look it up on the host: no such device");
  expect_untouched();
}

TEST_F(NetDevices, ANameThatIsTakenInsideIsAnError) {
  give(name_, {{"name", "lo"}});
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0);
  if (runtime().is_ours())
    expect_one_line(result, "has a device lo already");
  expect_untouched();
}

TEST_F(NetDevices, AFailedCreateGivesItBackUnderItsOldName) {
  give(name_, {{"name", "lan0"}});
  bundle().hook("createRuntime", {{"path", "/bin/false"}, {"args", {"false"}}});
  EXPECT_NE(run_bundle().code, 0);
  expect_untouched();
  bundle().config.erase("hooks");
  bundle().args({"/no-such-program"});
  EXPECT_NE(run_bundle().code, 0);
  expect_untouched();
}

TEST_F(NetDevices, ItNeedsANetworkNamespaceOfItsOwn) {
  give(name_);
  bundle().drop_namespace("network");
  bundle().drop_mount("/sys");
  EXPECT_NE(run_bundle().code, 0);
  expect_untouched();
  bundle().set_namespace("network", fmt::format("/proc/{}/ns/net", ::getpid()));
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0) << "a path to the host's own namespace is no namespace of its own";
  if (runtime().is_ours())
    expect_one_line(result, "/linux/netDevices");
  expect_untouched();
}

TEST_F(NetDevices, ADeviceThatCannotMoveSaysSo) {
  give("lo", {{"name", "lan0"}});
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0);
  if (runtime().is_ours())
    expect_one_line(result, "network device lo: move it to another network namespace as lan0");
  expect_untouched();
}

}  // namespace
}  // namespace wpar::test
