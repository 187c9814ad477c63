// SPDX-License-Identifier: Apache-2.0
#include "translate/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/base/error.h"
#include "runtime/base/file.h"

namespace wpar::translate {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string error_of(std::string_view text) {
  try {
    parse_profile(text, "site.yaml");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Profile, ReadsTheExample) {
  const Profile profile =
      parse_profile(read_file(WPAR_SOURCE_DIR "/specs/examples/site.yaml"), "site.yaml");
  EXPECT_EQ(profile.interfaces.at("en1").mode, "macvlan");
  EXPECT_EQ(profile.disks.at("hdisk5").minor, 16);
  EXPECT_FALSE(profile.disks.at("hdisk4").major.has_value());
  EXPECT_EQ(profile.volume_groups.at("datavg"), "/srv/datavg");
  EXPECT_EQ(profile.rsets.at("db/near").cpus, "0-1");
  EXPECT_EQ(profile.machine_memory, std::uint64_t{16} << 30);
  EXPECT_EQ(profile.hook_directory, kHookDirectory);
}

TEST(Profile, MaySayNothing) {
  EXPECT_EQ(error_of(""), "no error");
  EXPECT_EQ(error_of("# nothing\n"), "no error");
  EXPECT_EQ(error_of("interfaces:\n"), "no error");
}

TEST(Profile, RefusesUnknownKeysWithTheNearestKnownOne) {
  EXPECT_EQ(error_of("machine:\n  cpus: 4\n  memroy: 1G\n"),
            "site.yaml:3: machine: unknown key \"memroy\", the nearest known one is \"memory\" "
            "(column 3)");
  EXPECT_THAT(error_of("disk: {}\n"), HasSubstr("nearest known one is \"disks\""));
  EXPECT_THAT(error_of("interfaces: {en0: {mod: bridge}}\n"), HasSubstr("interfaces.en0"));
}

TEST(Profile, RefusesValuesThatMeanNothing) {
  for (const char* text : {"interfaces: {en0: {mode: bride, parent: a}}",
                           "interfaces: {en0: {mode: bridge}}",
                           "interfaces: {en0: {mode: routed, parent: a}}",
                           "interfaces: {en0: {mode: bridge, parent: a/b}}",
                           "interfaces: {en0: a/b}",
                           "interfaces: {en0: {network: host}}",
                           "interfaces: {en0: {network: \"a:ip=1\"}}",
                           "images: {shared: --privileged}",
                           "images: {shared: a b}",
                           "names: {hosts: {\"a b\": 192.0.2.1}}",
                           "names: {hosts: {\"a\\nb\": 192.0.2.1}}",
                           "names: {search: [\"a b\"]}",
                           "interfaces: {en0: a name of more than 15 characters}",
                           "disks: {a: sdb}",
                           "disks: {a: {major: 1}}",
                           "disks: {a: {path: /x, major: 1}}",
                           "disks: {a: {path: /x, type: z}}",
                           "disks: {a: {path: /x, major: -1, minor: 2}}",
                           "volume_groups: {v: x}",
                           "rsets: {r: {cpus: all}}",
                           "rsets: {r: {}}",
                           "rsets: {r: {cpus: \"---\"}}",
                           "rsets: {r: {cpus: \"0,,1\"}}",
                           "rsets: {r: {cpus: 3-1}}",
                           "rsets: {r: {cpus: \"0-\"}}",
                           "rsets: {r: {cpus: 99999999999}}",
                           "filesystems: {jfs2: \"ext4,evil x\"}",
                           "machine: {cpus: 0}",
                           "machine: {memory: big}",
                           "machine: {memory: unlimited}",
                           "hooks: {directory: x}",
                           "capabilities: {allow: [CAP_CHOWN]}",
                           "capabilities: {allow: CAP_SYS_ADMIN}",
                           "a",
                           "[1]",
                           "machine: 4",
                           "machine: {cpus: 1, cpus: 2}",
                           "machine: {cpus: 1048577}",
                           "machine: {cgroup: v3}",
                           "interfaces: {en0: {mode: engine}}",
                           "interfaces: {en0: {mode: engine, parent: a, network: n}}",
                           "interfaces: {en0: {mode: routed, subnet: 192.0.2.0}}",
                           "interfaces: {en0: {mode: routed, subnet: [192.0.2.0/33]}}",
                           "interfaces: {\"a/b\": {mode: routed}}",
                           "roots: {shared: x}",
                           "roots: {common: /x}",
                           "images: {\"2\": x}",
                           "architectures: {pwr7: power}",
                           "volume_groups: {v: \"/b\xc3\xa4h\"}",
                           "rsets: &a {}",
                           "a: *b"}) {
    EXPECT_THAT(error_of(text), StartsWith("site.yaml:1: ")) << text;
  }
}

TEST(Profile, GivesAllItsErrorsAtOnce) {
  EXPECT_EQ(
      error_of("machine:\n  cpus: 0\ndisk: {}\ninterfaces:\n  en0: {mode: bride}\n"),
      "site.yaml:2: machine: cpus: expected a number of at least 1 (column 9)\n"
      "site.yaml:3: unknown key \"disk\", the nearest known one is \"disks\" (column 1)\n"
      "site.yaml:5: interfaces.en0: mode: expected bridge, macvlan, routed, device or engine, "
      "not \"bride\" (column 15)\n"
      "site.yaml:5: interfaces.en0: mode bride needs a parent (column 8)");
}

TEST(Profile, ReadsEverything) {
  const Profile profile = parse_profile(
      "interfaces: {en0: {network: front, subnet: [192.0.2.7/24]}, en1: {mode: routed}}\n"
      "roots: {shared: /r/%n/%n}\nimages: {\"0\": a, versioned: b}\narchitectures: {pwr7: "
      "ppc64le}\n"
      "machine: {cgroup: v2}\n",
      "site.yaml");
  EXPECT_EQ(profile.interfaces.at("en0").mode, "engine");
  EXPECT_EQ(profile.interfaces.at("en0").subnets.at(0).network, "192.0.2.0");
  EXPECT_EQ(root_of(profile, "shared", "w"), "/r/w/w");
  EXPECT_EQ(root_of(profile, "private", "w"), "");
  EXPECT_EQ(profile.images.size(), 2u);
  EXPECT_TRUE(profile.cgroup_v2);
}

TEST(Profile, NamesThePlaceOfAYamlError) {
  EXPECT_THAT(error_of("machine:\n  cpus: [1\n"), StartsWith("site.yaml:"));
  EXPECT_THAT(error_of("a: b: c\n"), StartsWith("site.yaml:1: "));
}

TEST(Profile, OverridesTheMachine) {
  const Machine host{.cpus = 2, .memory = 1024, .source = "this host"};
  EXPECT_EQ(machine_of(Profile{}, host).source, "this host");
  EXPECT_EQ(machine_of(parse_profile("machine: {cpus: 8}", "s"), host).cpus, 8u);
  EXPECT_EQ(machine_of(parse_profile("machine: {cpus: 8}", "s"), host).memory, 1024u);
  EXPECT_EQ(machine_of(parse_profile("machine: {cpus: 8, memory: 1G}", "s"), host).source,
            "the site profile");
}

}  // namespace
}  // namespace wpar::translate
