// SPDX-License-Identifier: Apache-2.0
// openwpar-hook-network: bridge mode, and what every mode has in common.
#include <gmock/gmock.h>

#include <algorithm>

#include "hooks/interfaces.h"
#include "tests/hooks/network_world.h"

namespace wpar::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

spec::NetworkDocument bridged(const std::string& last) {
  spec::NetworkDocument document;
  document.interfaces = {
      {.name = "en0",
       .mode = "bridge",
       .parent = "br0",
       .addresses = {{.address = "192.0.2." + last, .prefix = 24, .broadcast = "192.0.2.255"},
                     {.address = "192.0.2.1" + last, .prefix = 24, .broadcast = ""},
                     {.address = "2001:db8::" + last, .prefix = 64, .broadcast = ""}}}};
  document.routes = {
      {.destination = "default", .gateway = "192.0.2.1", .interface = "en0", .family = "inet"},
      {.destination = "198.51.100.0/24", .gateway = "192.0.2.9", .interface = "", .family = "inet"},
      {.destination = "203.0.113.0/24", .gateway = "", .interface = "en0", .family = "inet"},
      {.destination = "default", .gateway = "2001:db8::1", .interface = "en0", .family = "inet6"}};
  return document;
}

class NetworkHook : public NetworkTest {
 protected:
  void SetUp() override {
    NetworkTest::SetUp();
    if (IsSkipped())
      return;
    ip("link add br0 type bridge");
    ip("link set br0 up");
  }
  std::vector<std::string> untouched_{"lo", "br0"};
};

TEST_F(NetworkHook, GivesTheContainerWhatTheDocumentSays) {
  const NetworkContainer web("web1");
  const Result result = start(web, bridged("7"));
  ASSERT_TRUE(result.ok()) << result;
  EXPECT_EQ(result.out + result.err, "");

  EXPECT_THAT(addresses("en0", web.network()),
              UnorderedElementsAre("192.0.2.7/24", "192.0.2.17/24", "2001:db8::7/64"));
  const auto link = ip_json("addr show dev en0", web.network()).at(0);
  EXPECT_THAT(link.at("flags"), Contains("UP"));
  for (const auto& info : link.at("addr_info")) {
    const bool primary = info.at("local").get<std::string>() == "192.0.2.7";
    const bool global = info.at("scope").get<std::string>() == "global";
    EXPECT_EQ(info.value("broadcast", ""), primary ? "192.0.2.255" : "");
    EXPECT_FALSE(global && info.value("tentative", false));
  }
  EXPECT_THAT(ip_json("link show lo", web.network()).at(0).at("flags"), Contains("UP"));
  EXPECT_TRUE(has_route("-4", "default via 192.0.2.1 dev en0", web.network()));
  EXPECT_TRUE(has_route("-4", "198.51.100.0/24 via 192.0.2.9 dev en0", web.network()));
  EXPECT_TRUE(has_route("-4", "203.0.113.0/24 dev en0", web.network()));
  EXPECT_TRUE(has_route("-6", "default via 2001:db8::1 dev en0", web.network()));

  const auto port = ip_json("link show " + hooks::host_name_of("web1", 0)).at(0);
  EXPECT_EQ(port.at("master").get<std::string>(), "br0");
  EXPECT_THAT(port.at("flags"), Contains("UP"));
  EXPECT_THAT(port.at("ifalias").get<std::string>(), HasSubstr("en0 web1"));
}

TEST_F(NetworkHook, LetsContainersOnABridgeReachEachOther) {
  const NetworkContainer web("web1");
  const NetworkContainer database("db1");
  ASSERT_TRUE(start(web, bridged("7")).ok());
  ASSERT_TRUE(start(database, bridged("8")).ok());
  EXPECT_TRUE(reaches(web.network(), database.network(), "192.0.2.8"));
  EXPECT_TRUE(reaches(database.network(), web.network(), "192.0.2.7"));
  EXPECT_TRUE(reaches(web.network(), database.network(), "2001:db8::8"));
  EXPECT_TRUE(reaches(web.network(), web.network(), "127.0.0.1"));
}

TEST_F(NetworkHook, MayRunTwice) {
  const NetworkContainer web("web1");
  ASSERT_TRUE(start(web, bridged("7")).ok());
  const Result again = start(web, bridged("7"));
  ASSERT_TRUE(again.ok()) << again;
  EXPECT_THAT(link_names(), UnorderedElementsAre("lo", "br0", hooks::host_name_of("web1", 0)));
  EXPECT_THAT(link_names(web.network()), UnorderedElementsAre("lo", "en0"));
  EXPECT_EQ(addresses("en0", web.network()).size(), 3U);
  EXPECT_TRUE(has_route("-4", "default via 192.0.2.1 dev en0", web.network()));
}

TEST_F(NetworkHook, ReplacesWhatAKilledRunLeft) {
  const std::string host_end = hooks::host_name_of("web1", 0);
  ip("link add " + host_end + " type veth peer name left");
  const NetworkContainer web("web1");
  const Result result = start(web, bridged("7"));
  ASSERT_TRUE(result.ok()) << result;
  EXPECT_THAT(link_names(), UnorderedElementsAre("lo", "br0", host_end));
}

TEST_F(NetworkHook, LeavesAStrangersInterfaceAlone) {
  const std::string host_end = hooks::host_name_of("web1", 0);
  ip("link add " + host_end + " type veth peer name other");
  ip("link set " + host_end + " alias precious");
  const NetworkContainer web("web1");
  const Result result = start(web, bridged("7"));
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("precious"));
  EXPECT_EQ(stop(web, bridged("7")).code, 1);
  EXPECT_THAT(link_names(), Contains(host_end));
  EXPECT_THAT(link_names(web.network()), ElementsAre("lo"));
}

TEST_F(NetworkHook, RemovesTheHostEndAfterTheContainer) {
  const NetworkContainer web("web1");
  ASSERT_TRUE(start(web, bridged("7")).ok());
  const Result first = stop(web, bridged("7"));
  ASSERT_TRUE(first.ok()) << first;
  EXPECT_EQ(link_names(), untouched_);
  EXPECT_THAT(link_names(web.network()), ElementsAre("lo"));
  EXPECT_TRUE(stop(web, bridged("7")).ok());
}

TEST_F(NetworkHook, TakesThePhaseFromTheStatusWithoutAWord) {
  const NetworkContainer web("web1");
  const std::string text = write_network_document(bridged("7"));
  ASSERT_TRUE(run_hook(state_text(web, "creating", text), {}).ok());
  EXPECT_THAT(link_names(web.network()), Contains("en0"));
  ASSERT_TRUE(run_hook(state_text(web, "stopped", text), {}).ok());
  EXPECT_EQ(link_names(), untouched_);
}

TEST_F(NetworkHook, NamesAMissingBridgeAndLeavesNothing) {
  const NetworkContainer web("web1");
  spec::NetworkDocument document = bridged("7");
  document.interfaces.push_back(
      {.name = "en1", .mode = "bridge", .parent = "br9", .addresses = {}});
  const Result result = start(web, document);
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.err,
            "openwpar-hook-network: web1: en1: the bridge br9 does not exist on the host\n");
  EXPECT_EQ(link_names(), untouched_);
  EXPECT_THAT(link_names(web.network()), ElementsAre("lo"));
}

TEST_F(NetworkHook, RefusesAParentThatIsNoBridge) {
  ip("link add v0 type veth peer name v1");
  const NetworkContainer web("web1");
  spec::NetworkDocument document = bridged("7");
  document.interfaces[0].parent = "v0";
  const Result result = start(web, document);
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("v0 is a veth, not a bridge"));
  EXPECT_THAT(link_names(), UnorderedElementsAre("lo", "br0", "v0", "v1"));
}

TEST_F(NetworkHook, UndoesEverythingWhenARouteCannotBe) {
  const NetworkContainer web("web1");
  spec::NetworkDocument document = bridged("7");
  document.routes.push_back(
      {.destination = "10.0.0.0/8", .gateway = "172.16.0.1", .interface = "en0", .family = "inet"});
  const Result result = start(web, document);
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("add the route to 10.0.0.0/8 by 172.16.0.1: network is unr"));
  EXPECT_EQ(link_names(), untouched_);
  EXPECT_THAT(link_names(web.network()), ElementsAre("lo"));
}

TEST_F(NetworkHook, DoesNotReplaceAnInterfaceOfTheContainer) {
  const NetworkContainer web("web1");
  ip("link add en0 type veth peer name en9", web.network());
  const Result result = start(web, bridged("7"));
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("en0: the container has an interface en0 already"));
  EXPECT_EQ(link_names(), untouched_);
  EXPECT_THAT(link_names(web.network()), UnorderedElementsAre("lo", "en0", "en9"));
}

TEST_F(NetworkHook, KeepsTheMtuOfTheBridge) {
  ip("link set br0 mtu 9000");
  const NetworkContainer web("web1");
  ASSERT_TRUE(start(web, bridged("7")).ok());
  EXPECT_EQ(ip_json("link show en0", web.network()).at(0).at("mtu"), 9000);
  EXPECT_EQ(ip_json("link show br0").at(0).at("mtu"), 9000);
}

TEST_F(NetworkHook, NeverConfiguresTheHost) {
  const NetworkContainer web("web1");
  nlohmann::json state =
      nlohmann::json::parse(state_text(web, "created", write_network_document(bridged("7"))));
  state["pid"] = ::getpid();
  const Result result = run_hook(state.dump(), {"start"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("no network namespace of its own"));
  EXPECT_EQ(link_names(), untouched_);
}

TEST_F(NetworkHook, RefusesAStateItCannotUse) {
  const NetworkContainer web("web1");
  const auto says = [&](const std::string& state, const std::vector<std::string>& words) {
    const Result result = run_hook(state, words);
    EXPECT_EQ(result.code, 1) << state;
    EXPECT_THAT(result.err, StartsWith("openwpar-hook-network: "));
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    return result.err;
  };
  const std::string good = state_text(web, "created", write_network_document(bridged("7")));
  EXPECT_THAT(says("{\"id\":", {"start"}), HasSubstr("state on stdin"));
  EXPECT_THAT(says("", {"start"}), HasSubstr("state on stdin"));
  EXPECT_THAT(says(state_text(web, "created", "{}"), {"start"}), HasSubstr("/version"));
  EXPECT_THAT(says(state_text(web, "created", "{\"version\":1,\"x\":2}"), {"start"}),
              HasSubstr("web1: annotation org.openwpar.network: /x: unknown member"));
  EXPECT_THAT(says(good, {"restart"}), HasSubstr("\"restart\" is neither start nor stop"));
  EXPECT_THAT(says(good, {"start", "stop"}), HasSubstr("expected one argument"));
  EXPECT_THAT(says(state_text(web, "stopped", write_network_document(bridged("7"))), {"start"}),
              HasSubstr("/pid: "));
  nlohmann::json bare = nlohmann::json::parse(good);
  bare.erase("annotations");
  EXPECT_THAT(says(bare.dump(), {"start"}), HasSubstr("org.openwpar.network is missing"));
  EXPECT_THAT(link_names(web.network()), ElementsAre("lo"));
  EXPECT_TRUE(run_hook(good, {"start"}).ok());
}

}  // namespace
}  // namespace wpar::test
