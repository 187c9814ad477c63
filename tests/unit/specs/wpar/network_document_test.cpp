// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/network_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "runtime/base/error.h"

namespace wpar::spec {
namespace {

using ::testing::StartsWith;

NetworkDocument full_document() {
  NetworkDocument document;
  document.interfaces = {
      {.name = "en0",
       .mode = "bridge",
       .parent = "br0",
       .addresses = {{.address = "192.0.2.7", .prefix = 24, .broadcast = "192.0.2.255"},
                     {.address = "2001:db8::7", .prefix = 64, .broadcast = ""}}},
      {.name = "en1",
       .mode = "routed",
       .parent = "",
       .addresses = {{.address = "198.51.100.4", .prefix = 32, .broadcast = ""}}},
      {.name = "en2", .mode = "device", .parent = "eth7", .addresses = {}}};
  document.routes = {
      {.destination = "default", .gateway = "192.0.2.1", .interface = "en0", .family = "inet"},
      {.destination = "203.0.113.0/25", .gateway = "192.0.2.9", .interface = "", .family = "inet"},
      {.destination = "2001:db8:8000::/33", .gateway = "", .interface = "en0", .family = "inet6"},
      {.destination = "default", .gateway = "", .interface = "en1", .family = "inet6"}};
  return document;
}

std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidConfig);
    return error.what();
  }
  return "accepted";
}

// The reader and the writer say the same about a document that `change` has spoilt.
std::string write_refusal(const std::function<void(NetworkDocument&)>& change) {
  NetworkDocument document = full_document();
  change(document);
  return refusal([&] { write_network_document(document); });
}

TEST(NetworkDocument, ComesBackFromItsText) {
  EXPECT_EQ(parse_network_document(write_network_document(full_document())), full_document());
  EXPECT_EQ(parse_network_document(write_network_document({})), NetworkDocument{});
}

TEST(NetworkDocument, IsWrittenInOneLineWithoutEmptyMembers) {
  NetworkDocument document;
  document.interfaces = {{.name = "en0",
                          .mode = "macvlan",
                          .parent = "eth0",
                          .addresses = {{.address = "192.0.2.7", .prefix = 24, .broadcast = ""}}}};
  document.routes = {
      {.destination = "default", .gateway = "192.0.2.1", .interface = "", .family = "inet"}};
  EXPECT_EQ(write_network_document(document),
            R"({"version":1,"interfaces":[{"name":"en0","mode":"macvlan","parent":"eth0",)"
            R"("addresses":[{"address":"192.0.2.7","prefix":24}]}],)"
            R"("routes":[{"destination":"default","gateway":"192.0.2.1","family":"inet"}]})");
}

TEST(NetworkDocument, RefusesWhatTheHookCouldNotDo) {
  const std::vector<std::pair<std::function<void(NetworkDocument&)>, const char*>> cases = {
      {[](auto& d) { d.version = 2; }, "/version: 2 is unknown"},
      {[](auto& d) { d.interfaces[0].mode = "nat"; }, "/interfaces/0/mode: \"nat\""},
      {[](auto& d) { d.interfaces[0].name = "en0/x"; }, "/interfaces/0/name: "},
      {[](auto& d) { d.interfaces[0].name = "eth%d"; }, "/interfaces/0/name: "},
      {[](auto& d) { d.interfaces[0].name = "sixteen-letters."; }, "/interfaces/0/name: "},
      {[](auto& d) { d.interfaces[0].name = ""; }, "/interfaces/0/name: "},
      {[](auto& d) { d.interfaces[0].name = ".."; }, "/interfaces/0/name: "},
      {[](auto& d) { d.interfaces[0].name = "lo"; }, "/interfaces/0/name: lo is"},
      {[](auto& d) { d.interfaces[2].name = "en0"; }, "/interfaces/2/name: en0 appears twice"},
      {[](auto& d) { d.interfaces[0].parent = ""; }, "/interfaces/0/parent: "},
      {[](auto& d) { d.interfaces[1].parent = "eth0"; }, "/interfaces/1/parent: a routed"},
      {[](auto& d) { d.interfaces[1].addresses = {}; }, "/interfaces/1/addresses: a routed"},
      {[](auto& d) { d.interfaces[0].addresses[0].address = "192.0.2"; },
       "/interfaces/0/addresses/0/address: "},
      {[](auto& d) { d.interfaces[0].addresses[0].prefix = 33; },
       "/interfaces/0/addresses/0/prefix: 33 is more than 32"},
      {[](auto& d) { d.interfaces[0].addresses[1].prefix = 129; },
       "/interfaces/0/addresses/1/prefix: 129 is more than 128"},
      {[](auto& d) { d.interfaces[0].addresses[1].broadcast = "2001:db8::ff"; },
       "/interfaces/0/addresses/1/broadcast: IPv6"},
      {[](auto& d) { d.routes[0].family = ""; }, "/routes/0/family: "},
      {[](auto& d) { d.routes[0].family = "inet6"; }, "/routes/0/gateway: 192.0.2.1 does not"},
      {[](auto& d) { d.routes[0].gateway = "gate.example"; }, "/routes/0/gateway: "},
      {[](auto& d) { d.routes[0].interface = "en9"; }, "/routes/0/interface: there is no"},
      {[](auto& d) { d.routes[1].gateway = ""; }, "/routes/1: a route needs"},
      {[](auto& d) { d.routes[1].destination = "203.0.113.1/25"; },
       "/routes/1/destination: 203.0.113.1/25 has bits"},
      {[](auto& d) { d.routes[1].destination = "203.0.113.0"; }, "/routes/1/destination: "},
      {[](auto& d) { d.routes[1].destination = "203.0.113.0/33"; }, "/routes/1/destination: "},
      {[](auto& d) { d.routes[1].destination = "2001:db8::/32"; },
       "/routes/1/destination: 2001:db8::/32 does not"},
      {[](auto& d) { d.routes[3].gateway = "2001:db8::1"; }, "/routes/3/gateway: en1 is routed"},
  };
  for (const auto& [change, message] : cases) {
    EXPECT_THAT(write_refusal(change), StartsWith(message));
  }
  EXPECT_EQ(write_refusal([](auto&) {}), "accepted");
}

TEST(NetworkDocument, TakesTheLongestNameAndPrefixes) {
  EXPECT_EQ(write_refusal([](auto& d) {
              d.interfaces[2].name = "fifteen-letters";
              d.interfaces[0].addresses[0].prefix = 32;
              d.interfaces[0].addresses[1].prefix = 128;
            }),
            "accepted");
}

TEST(NetworkDocument, RefusesTextThatIsNoSuchDocument) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"version":1,"interface":[]})", "/interface: unknown member"},
      {R"({"version":1,"interfaces":[{"name":"en0","mode":"bridge","parent":"br0","mtu":9000}]})",
       "/interfaces/0/mtu: unknown member"},
      {R"({"version":1,"interfaces":[{"name":"en0"}]})", "/interfaces/0/mode"},
      {R"({"version":1,"interfaces":[{"name":"en0","mode":"bridge","parent":"br0",)"
       R"("addresses":[{"address":"192.0.2.7","prefix":-1}]}]})",
       "/interfaces/0/addresses/0/prefix: "},
      {R"({"version":1,"routes":[{"destination":"default","gateway":"192.0.2.1"}]})",
       "/routes/0/family"},
      {R"({"version":1,"routes":[{"destination":"default","gateway":"192.0.2.1","family":"inet"},3]})",
       "/routes/1"},
      {R"({"version":3})", "/version: 3"},
  };
  for (const auto& [text, message] : cases) {
    EXPECT_THAT(refusal([&] { parse_network_document(text); }), StartsWith(message)) << text;
  }
  EXPECT_NE(refusal([] { parse_network_document("{\"version\":1"); }), "accepted");
  EXPECT_NE(refusal([] { parse_network_document("{}"); }), "accepted");
  EXPECT_NE(refusal([] { parse_network_document(""); }), "accepted");
  EXPECT_EQ(refusal([] { parse_network_document(R"({"version":1,"routes":null})"); }), "accepted");
}

}  // namespace
}  // namespace wpar::spec
