// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/base/error.h"
#include "specs/wpar/network_document.h"
#include "tests/unit/translate/support.h"

namespace wpar::translate {
namespace {

using testing::HasSubstr;

constexpr std::string_view kProfile =
    "interfaces: {en0: {mode: bridge, parent: br0}, en1: {mode: routed}}";
constexpr std::string_view kNetwork =
    "network:\n interface = en0\n address = 192.0.2.7\n netmask = 255.255.255.0\n";

spec::NetworkDocument document_of(const Translation& t) {
  return spec::parse_network_document(t.config.annotations.at(spec::kNetworkAnnotation));
}

std::string error_of(const std::string& text) {
  try {
    translated(text, kProfile);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(MapNetwork, StanzasOfOneInterfaceAreItsAddresses) {
  const Translation t = translated(
      system_with(std::string(kNetwork) +
                  "network:\n interface = en0\n address6 = 2001:db8::7\n prefixlen = 64\n"),
      kProfile);
  const spec::NetworkDocument document = document_of(t);
  ASSERT_EQ(document.interfaces.size(), 1u);
  EXPECT_EQ(document.interfaces[0].parent, "br0");
  ASSERT_EQ(document.interfaces[0].addresses.size(), 2u);
  EXPECT_EQ(document.interfaces[0].addresses[0],
            (spec::AddressEntry{.address = "192.0.2.7", .prefix = 24, .broadcast = "192.0.2.255"}));
  EXPECT_EQ(document.interfaces[0].addresses[1].prefix, 64u);
  EXPECT_EQ(entry_of(t, "network.interface").fidelity, Fidelity::kEquivalent);
}

TEST(MapNetwork, AnUnknownInterfaceNeedsABridge) {
  const Translation t = translated(system_with(kNetwork));
  EXPECT_EQ(document_of(t).interfaces[0].parent, "br-en0");
  EXPECT_EQ(entry_of(t, "network.interface").fidelity, Fidelity::kNeedsAction);
}

TEST(MapNetwork, WithoutAStanzaThereIsTheLoopbackOnly) {
  const Translation t = translated(kSystem);
  EXPECT_FALSE(t.config.annotations.contains(spec::kNetworkAnnotation));
  EXPECT_TRUE(has_namespace(t.config, "network"));
  EXPECT_EQ(entry_of(t, "network.").fidelity, Fidelity::kApproximate);
}

TEST(MapNetwork, RefusesANameThatNoInterfaceCanHave) {
  EXPECT_THAT(
      error_of(system_with("network:\n interface = a-very-long-name\n address = 1.2.3.4\n")),
      HasSubstr("x.spec:4: network: interface:"));
  EXPECT_EQ(error_of(system_with("network:\n interface = fifteen-letters\n address = 1.2.3.4\n")),
            "no error");
}

TEST(MapRoutes, KeepTheirMaskWithoutHostBits) {
  const Translation t = translated(
      system_with(std::string(kNetwork) +
                  "route:\n rtdest = default\n rtgateway = 192.0.2.1\n"
                  "route:\n rtdest = 10.9.8.7\n rtgateway = 192.0.2.1\n rtnetmask = 255.255.0.0\n"
                  "route:\n rtdest = 10.1.1.1\n rtgateway = 192.0.2.1\n rttype = host\n"),
      kProfile);
  const spec::NetworkDocument document = document_of(t);
  ASSERT_EQ(document.routes.size(), 3u);
  EXPECT_EQ(document.routes[0].destination, "default");
  EXPECT_EQ(document.routes[1].destination, "10.9.0.0/16");
  EXPECT_EQ(document.routes[2].destination, "10.1.1.1/32");
  EXPECT_EQ(document.routes[2].family, "inet");
}

TEST(MapRoutes, NamesAreLeftOutAndReported) {
  const Translation t =
      translated(system_with(std::string(kNetwork) +
                             "route:\n rtdest = host.example\n rtgateway = 192.0.2.1\n"),
                 kProfile);
  EXPECT_TRUE(document_of(t).routes.empty());
  EXPECT_EQ(entry_of(t, "route.rtdest").fidelity, Fidelity::kNeedsAction);
  EXPECT_THAT(entry_of(t, "route.rtdest").action, HasSubstr("host.example"));
}

TEST(MapRoutes, ARoutedInterfaceHasTheHostAsGateway) {
  const Translation t = translated(
      system_with("network:\n interface = en1\n address = 192.0.2.7\n netmask = 255.255.255.0\n"
                  "route:\n rtdest = default\n rtgateway = 192.0.2.1\n"),
      kProfile);
  EXPECT_EQ(document_of(t).routes.at(0).gateway, "");
  EXPECT_EQ(document_of(t).routes.at(0).interface, "en1");
  EXPECT_EQ(entry_of(t, "route.rtgateway").fidelity, Fidelity::kApproximate);
}

TEST(MapRoutes, RefuseWhatContradictsItself) {
  const auto route = [&](std::string_view lines) {
    return error_of(system_with(std::string(kNetwork) + "route:\n" + std::string(lines)));
  };
  EXPECT_THAT(route(" rtdest = ::1\n rtgateway = 192.0.2.1\n"),
              HasSubstr("not of the same family"));
  EXPECT_THAT(route(" rtdest = default\n rtgateway = 192.0.2.1\n rtinterface = en7\n"),
              HasSubstr("no network stanza has the interface \"en7\""));
  EXPECT_THAT(route(" rtdest = 10.0.0.0\n rtgateway = 192.0.2.1\n rttype = net\n"),
              HasSubstr("a net route needs"));
  EXPECT_THAT(route(" rtdest = default\n rtgateway = 192.0.2.1\n rtfamily = inet6\n"),
              HasSubstr("other family"));
  EXPECT_EQ(route(" rtdest = default\n rtgateway = 192.0.2.1\n rtfamily = inet\n"), "no error");
}

TEST(MapNetwork, ASubnetOfTheProfileSaysWhatAStanzaLeavesOpen) {
  constexpr std::string_view kSubnets =
      "interfaces:\n  en0: {mode: bridge, parent: br0, subnet: 192.0.2.0/24}\n"
      "  en1: {mode: bridge, parent: br1, subnet: [198.51.100.0/26, \"2001:db8::/56\"]}\n";
  const Translation t = translated(
      system_with("network:\n address = 198.51.100.7\nnetwork:\n address6 = 2001:db8::7\n"),
      kSubnets);
  const spec::NetworkDocument document = document_of(t);
  ASSERT_EQ(document.interfaces.size(), 1u);
  EXPECT_EQ(document.interfaces[0].name, "en1");
  EXPECT_EQ(document.interfaces[0].addresses[0].prefix, 26u);
  EXPECT_EQ(document.interfaces[0].addresses[1].prefix, 56u);
  EXPECT_EQ(entry_of(t, "network.address").fidelity, Fidelity::kEquivalent);
  EXPECT_EQ(entry_of(t, "network.").fidelity, Fidelity::kEquivalent);
  const Translation outside =
      translated(system_with("network:\n address = 203.0.113.7\n"), kSubnets);
  EXPECT_EQ(entry_of(outside, "network.address").fidelity, Fidelity::kNeedsAction);
}

TEST(MapNetwork, AnEnginesNetworkIsForEngines) {
  const Translation t = translated(system_with(kNetwork), "interfaces: {en0: {network: front}}");
  EXPECT_FALSE(t.config.annotations.contains(spec::kNetworkAnnotation));
  ASSERT_EQ(t.workload.interfaces.size(), 1u);
  EXPECT_EQ(t.workload.interfaces[0].mode, "engine");
  EXPECT_EQ(t.workload.interfaces[0].network, "front");
  EXPECT_EQ(t.workload.interfaces[0].addresses[0].address, "192.0.2.7");
  EXPECT_EQ(entry_of(t, "network.interface").fidelity, Fidelity::kNeedsAction);
  EXPECT_EQ(entry_of(t, "network.address").fidelity, Fidelity::kNeedsAction);
  Options engine;
  engine.engine_networks = true;
  const Translation e =
      translated_with(system_with(kNetwork), "interfaces: {en0: {network: front}}", engine);
  EXPECT_EQ(entry_of(e, "network.interface").fidelity, Fidelity::kEquivalent);
  EXPECT_EQ(entry_of(e, "network.address").fidelity, Fidelity::kEquivalent);
}

TEST(MapNetwork, ARouteByAnEnginesNetworkIsNotLostWithoutAWord) {
  constexpr std::string_view kMixed =
      "interfaces: {en0: {network: front}, en1: {mode: bridge, parent: br1}}";
  const std::string text =
      system_with(std::string(kNetwork) +
                  "network:\n interface = en1\n address = 10.0.0.7\n netmask = 255.0.0.0\n"
                  "route:\n rtdest = default\n rtgateway = 192.0.2.1\n"
                  "route:\n rtdest = 10.9.0.1\n rtgateway = 10.0.0.1\n");
  const Translation t = translated(text, kMixed);
  ASSERT_EQ(document_of(t).routes.size(), 1u);
  EXPECT_EQ(document_of(t).routes[0].gateway, "10.0.0.1");
  EXPECT_EQ(t.workload.routes.size(), 2u);
  EXPECT_EQ(entry_of(t, "route.rtdest").fidelity, Fidelity::kNeedsAction);
  Options engine;
  engine.engine_networks = true;
  EXPECT_EQ(entry_of(translated_with(text, kMixed, engine), "route.rtdest").fidelity,
            Fidelity::kEquivalent);
}

TEST(MapRoutes, NamesThatTheSiteProfileKnowsAreAddresses) {
  const Translation translation =
      translated(system_with("network:\n address = 192.0.2.7\n netmask = 255.255.255.0\n"
                             "route:\n rtdest = far.example.com\n rtgateway = gw\n"
                             "route:\n rtdest = elsewhere\n rtgateway = gw\n"),
                 "names: {hosts: {far.example.com: 203.0.113.9, gw: 192.0.2.1}}\n");
  ASSERT_EQ(translation.workload.routes.size(), 1u);
  EXPECT_EQ(translation.workload.routes[0].destination, "203.0.113.9/32");
  EXPECT_EQ(translation.workload.routes[0].gateway, "192.0.2.1");
  EXPECT_EQ(entry_of(translation, "route.rtdest").fidelity, Fidelity::kEquivalent);
  EXPECT_NE(entry_of(translation, "route.rtgateway").reason.find("192.0.2.1"), std::string::npos);
}

TEST(MapRoutes, AHostRouteHasNoMask) {
  const std::string network = "network:\n address = 192.0.2.7\n netmask = 255.255.255.0\n";
  EXPECT_THROW(
      translated(system_with(network + "route:\n rtdest = 10.0.0.0\n rtgateway = 192.0.2.1\n"
                                       " rtnetmask = 255.0.0.0\n rttype = host\n")),
      Error);
  EXPECT_NO_THROW(
      translated(system_with(network + "route:\n rtdest = 10.0.0.1\n rtgateway = 192.0.2.1\n"
                                       " rtnetmask = 255.255.255.255\n rttype = host\n")));
}

TEST(MapNetwork, ANameIsLookedUpLikeOnAix) {
  constexpr std::string_view kSite =
      "interfaces:\n  en0: {mode: bridge, parent: br0, subnet: 192.0.2.0/24}\n"
      "names: {hosts: {w: 192.0.2.7, h.example.com: 192.0.2.8, far: 203.0.113.1}}\n";
  const Translation by_name = translated(system_with(""), kSite);
  ASSERT_EQ(by_name.workload.interfaces.size(), 1u);
  EXPECT_EQ(by_name.workload.interfaces[0].addresses[0].address, "192.0.2.7");
  EXPECT_EQ(by_name.workload.interfaces[0].addresses[0].prefix, 24u);
  const Translation by_host =
      translated("general:\n name = other\n hostname = h.example.com\n", kSite);
  ASSERT_EQ(by_host.workload.interfaces.size(), 1u);
  EXPECT_EQ(by_host.workload.interfaces[0].addresses[0].address, "192.0.2.8");
  EXPECT_TRUE(translated("general:\n name = far\n", kSite).workload.interfaces.empty())
      << "not on the network of an interface";
  EXPECT_TRUE(translated(application_with(""), kSite).workload.interfaces.empty());
}

}  // namespace
}  // namespace wpar::translate
