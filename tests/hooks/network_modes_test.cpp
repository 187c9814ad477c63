// SPDX-License-Identifier: Apache-2.0
// openwpar-hook-network: macvlan, routed and device mode.
#include <gmock/gmock.h>

#include "hooks/interfaces.h"
#include "tests/hooks/network_world.h"
#include "tests/support/temp_dir.h"

namespace wpar::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

spec::NetworkDocument one_interface(const std::string& mode, const std::string& parent,
                                    const std::string& last) {
  spec::NetworkDocument document;
  document.interfaces = {
      {.name = "en0",
       .mode = mode,
       .parent = parent,
       .addresses = {{.address = "192.0.2." + last, .prefix = 24, .broadcast = ""},
                     {.address = "2001:db8::" + last, .prefix = 64, .broadcast = ""}}}};
  return document;
}

// A cable with both plugs on the host: "port" is what containers use, "far" stands for the network.
class NetworkModes : public NetworkTest {
 protected:
  void SetUp() override {
    NetworkTest::SetUp();
    if (IsSkipped())
      return;
    ip("link add port type veth peer name far");
    ip("link set port up");
    ip("link set far up");
  }
  std::vector<std::string> untouched_ = {"lo", "far", "port"};
};

TEST_F(NetworkModes, MacvlansOfOneParentReachEachOther) {
  const NetworkContainer web("web1");
  const NetworkContainer database("db1");
  const Result result = start(web, one_interface("macvlan", "port", "7"));
  ASSERT_TRUE(result.ok()) << result;
  ASSERT_TRUE(start(database, one_interface("macvlan", "port", "8")).ok());
  const auto link = ip_json("link show en0", web.network()).at(0);
  EXPECT_EQ(link.at("linkinfo").at("info_kind").get<std::string>(), "macvlan");
  EXPECT_EQ(link.at("linkinfo").at("info_data").at("mode").get<std::string>(), "bridge");
  EXPECT_THAT(addresses("en0", web.network()),
              UnorderedElementsAre("192.0.2.7/24", "2001:db8::7/64"));
  EXPECT_TRUE(reaches(web.network(), database.network(), "192.0.2.8"));
  EXPECT_TRUE(reaches(web.network(), database.network(), "2001:db8::8"));
  EXPECT_EQ(link_names(), untouched_);
}

TEST_F(NetworkModes, AMacvlanIsReplacedByASecondRun) {
  const NetworkContainer web("web1");
  ASSERT_TRUE(start(web, one_interface("macvlan", "port", "7")).ok());
  const Result again = start(web, one_interface("macvlan", "port", "9"));
  ASSERT_TRUE(again.ok()) << again;
  EXPECT_THAT(link_names(web.network()), UnorderedElementsAre("lo", "en0"));
  EXPECT_THAT(addresses("en0", web.network()),
              UnorderedElementsAre("192.0.2.9/24", "2001:db8::9/64"));
}

TEST_F(NetworkModes, AMacvlanOfAKilledRunGoesWithPoststop) {
  const NetworkContainer web("web1");
  const std::string name = hooks::host_name_of("web1", 0);
  ip("link add " + name + " link port type macvlan mode bridge");
  ASSERT_TRUE(stop(web, one_interface("macvlan", "port", "7")).ok());
  EXPECT_EQ(link_names(), untouched_);
}

TEST_F(NetworkModes, AMacvlanIsUndoneWithWhatFollowsIt) {
  const NetworkContainer web("web1");
  spec::NetworkDocument document = one_interface("macvlan", "port", "7");
  document.interfaces.push_back(
      {.name = "en1", .mode = "macvlan", .parent = "nowhere", .addresses = {}});
  const Result result = start(web, document);
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("en1: the device nowhere does not exist on the host"));
  EXPECT_EQ(link_names(), untouched_);
  EXPECT_THAT(link_names(web.network()), ElementsAre("lo"));
}

TEST_F(NetworkModes, TheHostAndRoutedContainersReachEachOther) {
  const NetworkContainer web("web1");
  const NetworkContainer database("db1");
  const Result result = start(web, one_interface("routed", "", "7"));
  ASSERT_TRUE(result.ok()) << result;
  ASSERT_TRUE(start(database, one_interface("routed", "", "8")).ok());

  EXPECT_THAT(addresses("en0", web.network()),
              UnorderedElementsAre("192.0.2.7/24", "2001:db8::7/64"));
  EXPECT_FALSE(has_route("-4", "192.0.2.0/24", web.network()));
  EXPECT_TRUE(has_route("-4", "default via 169.254.1.1 dev en0", web.network()));
  EXPECT_TRUE(has_route("-6", "default via fe80::1 dev en0", web.network()));
  const std::string end = hooks::host_name_of("web1", 0);
  EXPECT_TRUE(has_route("-4", "192.0.2.7 dev " + end));
  EXPECT_TRUE(has_route("-6", "2001:db8::7 dev " + end));

  EXPECT_TRUE(reaches(-1, web.network(), "192.0.2.7"));
  EXPECT_TRUE(reaches(-1, web.network(), "2001:db8::7"));
  EXPECT_TRUE(reaches(web.network(), database.network(), "192.0.2.8"));
  EXPECT_TRUE(reaches(database.network(), web.network(), "192.0.2.7"));
  ip("addr add 203.0.113.1/24 dev far");
  EXPECT_TRUE(reaches(web.network(), -1, "203.0.113.1"));
  // IPv6 forwarding is the host's to switch on, as README.md says.
  ASSERT_TRUE(try_write("/proc/sys/net/ipv6/conf/all/forwarding", "1\n"));
  EXPECT_TRUE(reaches(web.network(), database.network(), "2001:db8::8"));

  ASSERT_TRUE(stop(web, one_interface("routed", "", "7")).ok());
  ASSERT_TRUE(stop(database, one_interface("routed", "", "8")).ok());
  EXPECT_EQ(link_names(), untouched_);
  EXPECT_FALSE(has_route("-4", "192.0.2.7"));
}

TEST_F(NetworkModes, ARoutedInterfaceLeavesADocumentsDefaultRouteAlone) {
  ip("link add br0 type bridge");
  ip("link set br0 up");
  const NetworkContainer web("web1");
  spec::NetworkDocument document = one_interface("routed", "", "7");
  document.interfaces.push_back(
      {.name = "en1",
       .mode = "bridge",
       .parent = "br0",
       .addresses = {{.address = "198.51.100.7", .prefix = 24, .broadcast = ""}}});
  document.routes = {
      {.destination = "default", .gateway = "198.51.100.1", .interface = "en1", .family = "inet"},
      {.destination = "203.0.113.0/24", .gateway = "", .interface = "en0", .family = "inet"}};
  const Result result = start(web, document);
  ASSERT_TRUE(result.ok()) << result;
  EXPECT_TRUE(has_route("-4", "default via 198.51.100.1 dev en1", web.network()));
  EXPECT_FALSE(has_route("-4", "default via 169.254.1.1", web.network()));
  EXPECT_TRUE(has_route("-4", "203.0.113.0/24 via 169.254.1.1 dev en0", web.network()));
  EXPECT_TRUE(has_route("-6", "default via fe80::1 dev en0", web.network()));
}

TEST_F(NetworkModes, MovesADeviceUnderItsNewName) {
  const NetworkContainer web("web1");
  const Result result = start(web, one_interface("device", "port", "7"));
  ASSERT_TRUE(result.ok()) << result;
  EXPECT_THAT(link_names(), UnorderedElementsAre("lo", "far"));
  EXPECT_THAT(link_names(web.network()), UnorderedElementsAre("lo", "en0"));
  ip("addr add 192.0.2.1/24 dev far");
  EXPECT_TRUE(reaches(-1, web.network(), "192.0.2.7"));

  const Result again = start(web, one_interface("device", "port", "7"));
  ASSERT_TRUE(again.ok()) << again;
  EXPECT_THAT(addresses("en0", web.network()),
              UnorderedElementsAre("192.0.2.7/24", "2001:db8::7/64"));
  EXPECT_TRUE(reaches(-1, web.network(), "192.0.2.7"));
}

TEST_F(NetworkModes, GivesADeviceBackWhenTheStartFails) {
  ip("link set port alias uplink");
  const NetworkContainer web("web1");
  spec::NetworkDocument document = one_interface("device", "port", "7");
  document.interfaces.push_back(
      {.name = "en1", .mode = "bridge", .parent = "br9", .addresses = {}});
  EXPECT_EQ(start(web, document).code, 1);
  EXPECT_THAT(link_names(web.network()), ElementsAre("lo"));
  EXPECT_THAT(link_names(), UnorderedElementsAre("lo", "far", "port"));
  const auto port = ip_json("link show port").at(0);
  EXPECT_THAT(port.at("flags"), Contains("UP"));
  EXPECT_EQ(port.value("ifalias", ""), "uplink");
}

TEST_F(NetworkModes, NamesAMissingDevice) {
  const NetworkContainer web("web1");
  const Result result = start(web, one_interface("device", "eth9", "7"));
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("en0: the device eth9 does not exist on the host"));
}

// A virtual device does not come back by itself, so the test plays the kernel's part.
TEST_F(NetworkModes, GivesAReturnedDeviceItsOldName) {
  const spec::NetworkDocument document = one_interface("device", "port", "7");
  const NetworkContainer web("web1");
  ASSERT_TRUE(start(web, document).ok());
  ip("link set en0 netns " + std::to_string(::getpid()), web.network());
  ASSERT_THAT(link_names(), UnorderedElementsAre("lo", "far", "en0"));
  const Result result = stop(web, document);
  ASSERT_TRUE(result.ok()) << result;
  EXPECT_THAT(link_names(), UnorderedElementsAre("lo", "far", "port"));
  EXPECT_EQ(ip_json("link show port").at(0).value("ifalias", ""), "");
}

}  // namespace
}  // namespace wpar::test
