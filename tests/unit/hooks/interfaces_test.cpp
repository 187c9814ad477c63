// SPDX-License-Identifier: Apache-2.0
#include "hooks/interfaces.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <net/if.h>

#include <set>

namespace wpar::hooks {
namespace {

TEST(HostName, IsTheSameEveryTimeAndFitsTheKernel) {
  EXPECT_EQ(host_name_of("web1", 0), host_name_of("web1", 0));
  EXPECT_EQ(host_name_of("web1", 0).size(), std::size_t{IFNAMSIZ - 1});
  EXPECT_EQ(host_name_of("web1", 0).substr(0, 2), "wp");
}

TEST(HostName, DiffersByContainerAndByInterface) {
  std::set<std::string> names;
  for (int container = 0; container < 1000; ++container) {
    for (std::size_t index = 0; index < 12; ++index) {
      names.insert(host_name_of(fmt::format("web{}", container), index));
    }
  }
  EXPECT_EQ(names.size(), std::size_t{12000});
  // Digits of the id must not be able to slide into the index.
  EXPECT_NE(host_name_of("1", 11), host_name_of("11", 1));
}

TEST(InterfaceAlias, NamesTheContainerAndStaysWithinTheKernelsLimit) {
  const spec::InterfaceEntry entry{
      .name = "en0", .mode = "bridge", .parent = "br0", .addresses = {}};
  EXPECT_EQ(make_job(entry, "web1", 0).alias, "openwpar " + host_name_of("web1", 0) + " en0 web1");
  const InterfaceJob a = make_job(entry, std::string(1000, 'x') + "a", 0);
  const InterfaceJob b = make_job(entry, std::string(1000, 'x') + "b", 0);
  EXPECT_EQ(a.alias.size(), std::size_t{255});
  EXPECT_NE(a.alias, b.alias);
}

}  // namespace
}  // namespace wpar::hooks
