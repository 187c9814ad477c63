// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/address.h"

#include <gtest/gtest.h>

namespace wpar::spec {
namespace {

TEST(Addresses, AreLiteralsAndNeverNames) {
  EXPECT_TRUE(is_ipv4("192.0.2.7"));
  EXPECT_FALSE(is_ipv4("192.0.2.300"));
  EXPECT_FALSE(is_ipv4("localhost"));
  EXPECT_FALSE(is_ipv4(std::string_view("192.0.2.7\0x", 11)));
  EXPECT_TRUE(is_ipv6("2001:db8::7"));
  EXPECT_FALSE(is_ipv6("192.0.2.7"));
}

TEST(InterfaceNames, AreWhatTheKernelTakes) {
  EXPECT_TRUE(is_interface_name("en0"));
  EXPECT_TRUE(is_interface_name("fifteen-letters"));
  for (const char* bad : {"", ".", "..", "sixteen-letters!", "a/b", "a:1", "a b", "a%d"}) {
    EXPECT_FALSE(is_interface_name(bad)) << bad;
  }
}

TEST(Netmasks, MustNotHaveHoles) {
  EXPECT_EQ(find_netmask_bits("255.255.252.0"), 22u);
  EXPECT_EQ(find_netmask_bits("0.0.0.0"), 0u);
  EXPECT_EQ(find_netmask_bits("255.255.255.255"), 32u);
  EXPECT_EQ(find_netmask_bits("255.0.255.0"), std::nullopt);
  EXPECT_EQ(find_netmask_bits("ff"), std::nullopt);
}

TEST(Networks, AreAddressesWithoutHostBits) {
  EXPECT_EQ(network_address("10.9.7.3", 16), "10.9.0.0");
  EXPECT_EQ(network_address("10.9.7.3", 0), "0.0.0.0");
  EXPECT_EQ(network_address("10.9.7.3", 32), "10.9.7.3");
  EXPECT_EQ(network_address("2001:db8:1:2::7", 48), "2001:db8:1::");
  EXPECT_EQ(network_address("2001:db8::7", 128), "2001:db8::7");
  EXPECT_EQ(broadcast_address("192.168.10.22", 24), "192.168.10.255");
  EXPECT_EQ(broadcast_address("10.1.0.5", 22), "10.1.3.255");
}

}  // namespace
}  // namespace wpar::spec
