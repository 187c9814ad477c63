// SPDX-License-Identifier: Apache-2.0
// Podman's targets: the units of Quadlet and the script.
#include "translate/targets/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "runtime/base/error.h"
#include "tests/unit/translate/support.h"
#include "translate/command_words.h"
#include "translate/targets/containerd.h"
#include "translate/targets/podman.h"
#include "translate/targets/quadlet.h"

namespace wpar::translate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kSite =
    "interfaces:\n  en0: {mode: bridge, parent: br0}\n  en1: {mode: macvlan, parent: eth1}\n"
    "  en2: {mode: engine, network: dmz}\n  en3: {mode: routed}\n"
    "disks:\n  hdisk5: {path: /dev/sdb, type: b, major: 8, minor: 16}\n";

constexpr std::string_view kEngineNetworks = "podman: {networks: engine}\n";

Translation for_engine(const std::string& text, std::string_view more_site = "") {
  return translated_with(text, std::string(kSite).append(more_site),
                         {.rootfs = {}, .devexports = {}, .secattrs = {}, .engine_networks = true});
}

std::string unit_of(const std::string& text) {
  Translation translation = for_engine(text);
  return quadlet_files(translation).front().text;
}

std::string script_of(const std::string& text, const std::string& runtime = "",
                      std::string_view more_site = "") {
  Translation translation = for_engine(text, more_site);
  return podman_script(translation, runtime).text;
}

std::string reasons(const Report& report) {
  std::string text;
  for (const Entry& entry : report.entries) {
    text += std::string(name_of(entry.fidelity)) + ": " + entry.reason + "\n";
  }
  return text;
}

// Every key that podman-systemd.unit(5) has in these groups and that is used here: Quadlet rejects
// a unit with any other one.
const std::set<std::string> kAllowed = {"Unit.Description",
                                        "Container.AddCapability",
                                        "Container.AddDevice",
                                        "Container.Annotation",
                                        "Container.ContainerName",
                                        "Container.DNS",
                                        "Container.DropCapability",
                                        "Container.Entrypoint",
                                        "Container.Environment",
                                        "Container.Exec",
                                        "Container.GlobalArgs",
                                        "Container.HostName",
                                        "Container.Image",
                                        "Container.Mount",
                                        "Container.Network",
                                        "Container.PidsLimit",
                                        "Container.PodmanArgs",
                                        "Container.Rootfs",
                                        "Container.StopSignal",
                                        "Container.StopTimeout",
                                        "Container.Sysctl",
                                        "Container.Tmpfs",
                                        "Container.Ulimit",
                                        "Container.Volume",
                                        "Container.WorkingDir",
                                        "Network.DisableDNS",
                                        "Network.Driver",
                                        "Network.Gateway",
                                        "Network.IPv6",
                                        "Network.NetworkName",
                                        "Network.Options",
                                        "Network.PodmanArgs",
                                        "Network.Subnet",
                                        "Volume.Copy",
                                        "Volume.Device",
                                        "Volume.Driver",
                                        "Volume.Options",
                                        "Volume.PodmanArgs",
                                        "Volume.Type",
                                        "Volume.VolumeName",
                                        "Service.ExecStartPre",
                                        "Service.ExecStopPost",
                                        "Service.Restart",
                                        "Service.TimeoutStopSec",
                                        "Install.WantedBy"};

const std::string kRich =
    "general:\n name = w\n auto = yes\n script = /etc/w.sh\n privateusr = no\n"
    "network:\n interface = en0\n address = 192.0.2.7\n netmask = 255.255.255.0\n"
    "network:\n interface = en1\n address6 = 2001:db8::7\n prefixlen = 64\n"
    "route:\n rtdest = default\n rtgateway = 192.0.2.1\n"
    "route:\n rtdest = 10.9.0.0/16\n rtgateway = 192.0.2.2\n"
    "mount:\n directory = /data\n vfs = namefs\n dev = /export/data\n mountopts = ro\n"
    "mount:\n directory = /backup\n vfs = nfs\n host = 192.0.2.9\n dev = /export/b\n"
    "resources:\n CPU = 10%-40%,60%\n memory = 0%-50%,50%\n totalThreads = 100\n"
    " totalPTYs = 64\n procVirtMem = 512M\n pct_pinMem = 10%\n pct_semIDs = 25%\n"
    "device:\n devname = hdisk5\n devtype = disk\n";

TEST(Quadlet, UsesOnlyKeysThatQuadletKnows) {
  Translation translation = for_engine(kRich, kEngineNetworks);
  std::size_t keys = 0;
  for (const TargetFile& file : quadlet_files(translation)) {
    EXPECT_THAT(file.text, testing::StartsWith(kWrittenBy));
    std::istringstream lines(file.text);
    std::string group;
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with('[')) {
        group = line.substr(1, line.size() - 2);
      } else if (!line.empty() && line.front() != '#') {
        EXPECT_TRUE(kAllowed.contains(group + "." + line.substr(0, line.find('=')))) << line;
        ++keys;
      }
    }
  }
  EXPECT_GT(keys, 50u);
}

TEST(Quadlet, ASystemWparIsAContainerWithItsNetworksAndVolumes) {
  Translation translation = for_engine(kRich, kEngineNetworks);
  const std::vector<TargetFile> files = quadlet_files(translation);
  std::vector<std::string> names;
  for (const TargetFile& file : files) {
    names.push_back(file.name);
  }
  ASSERT_THAT(names, ElementsAre("w.container", "w-en0.network", "w-en1.network", "w-fs0.volume"));
  const std::string& unit = files[0].text;
  for (const char* line : {"Rootfs=/wpars/w\n",
                           "HostName=w\n",
                           "DropCapability=all\n",
                           "AddCapability=CAP_CHOWN\n",
                           "PidsLimit=100\n",
                           "PodmanArgs=--cpu-quota=240000\n",
                           "PodmanArgs=--cpu-period=100000\n",
                           "PodmanArgs=--cpu-shares=1638\n",
                           "PodmanArgs=--memory=8589934592\n",
                           "Network=w-en0.network:ip=192.0.2.7,interface_name=en0\n",
                           "Network=w-en1.network:ip6=2001:db8::7,interface_name=en1\n",
                           "Volume=/export/data:/data:rbind,ro\n",
                           "Volume=w-fs0.volume:/backup\n",
                           "Volume=/usr:/usr:rbind,ro\n",
                           "AddDevice=/dev/sdb:/dev/hdisk5:rwm\n",
                           "PodmanArgs=\"--sysctl=kernel.sem=",
                           "max=64\n",
                           "StopTimeout=600\n",
                           "Exec=/sbin/init\n",
                           "StopSignal=SIGRTMIN+3\n",
                           "TimeoutStopSec=630\n",
                           "Restart=on-failure\n",
                           "ExecStartPre=/etc/w.sh start w\n",
                           "ExecStopPost=/etc/w.sh stop w\n",
                           "[Install]\nWantedBy=multi-user.target default.target\n"}) {
    EXPECT_THAT(unit, HasSubstr(line));
  }
  EXPECT_THAT(unit, Not(HasSubstr("org.openwpar.network")));
  EXPECT_THAT(unit, Not(HasSubstr("as=")));
  EXPECT_THAT(files[1].text, HasSubstr("Options=mode=unmanaged\nPodmanArgs=--interface-name=br0\n"
                                       "Subnet=192.0.2.0/24\nGateway=192.0.2.1\n"));
  EXPECT_THAT(files[1].text, HasSubstr("PodmanArgs=--route=10.9.0.0/16,192.0.2.2\n"));
  EXPECT_THAT(files[2].text, HasSubstr("Driver=macvlan\n"));
  EXPECT_THAT(files[2].text, HasSubstr("Options=parent=eth1\nSubnet=2001:db8::/64\nIPv6=true\n"
                                       "Options=no_default_route=true\n"));
  EXPECT_THAT(files[3].text, HasSubstr("Type=nfs\nDevice=192.0.2.9:/export/b\n"
                                       "Options=addr=192.0.2.9,vers=4.2\n"));
  EXPECT_EQ(entry_of(translation, "general.auto").fidelity, Fidelity::kEquivalent);
  EXPECT_EQ(entry_of(translation, "general.script").fidelity, Fidelity::kEquivalent);
  EXPECT_EQ(entry_of(translation, "resources.procVirtMem").fidelity, Fidelity::kNeedsAction);
}

TEST(Quadlet, AnApplicationWparRunsOnceOverTheHostsRoot) {
  const std::string unit = unit_of(std::string(kApplication));
  EXPECT_THAT(unit, HasSubstr("Rootfs=/\n"));
  EXPECT_THAT(unit, HasSubstr("Network=host\n"));
  EXPECT_THAT(unit, HasSubstr("Exec=/bin/true a\n"));
  EXPECT_THAT(unit, HasSubstr("Restart=no\n"));
  EXPECT_THAT(unit, HasSubstr("StopTimeout=60\n"));
  EXPECT_THAT(unit, Not(HasSubstr("[Install]")));
}

TEST(Quadlet, WordsStandForThemselves) {
  EXPECT_EQ(quadlet_word("/bin/true"), "/bin/true");
  EXPECT_EQ(quadlet_word(""), "\"\"");
  EXPECT_EQ(quadlet_word("a b"), "\"a b\"");
  EXPECT_EQ(quadlet_word("$HOME 100%"), "\"$$HOME 100%%\"");
  EXPECT_EQ(quadlet_word("a\"b\\c"), "\"a\\\"b\\\\c\"");
  EXPECT_EQ(quadlet_word("a\nb"), "\"a\\x0ab\"");
  EXPECT_EQ(quadlet_word("it's"), "\"it's\"");
  EXPECT_EQ(quadlet_word(";"), "\";\"");
}

TEST(Quadlet, AHostileValueGoesThroughPodmanArgs) {
  const std::string unit =
      unit_of("general:\n name = w\n application = \"A='$x y%' /bin/echo '[Install]' 'a b'\"\n");
  EXPECT_THAT(unit, HasSubstr("PodmanArgs=\"--env=A=$$x y%%\"\n"));
  EXPECT_THAT(unit, HasSubstr("Exec=/bin/echo [Install] \"a b\"\n"));
}

TEST(Quadlet, ARootThatAUnitCannotNameIsRefused) {
  EXPECT_THROW(unit_of("general:\n name = w\n directory = \"/wpars/a'b\"\n"), Error);
  EXPECT_THAT(unit_of("general:\n name = w\n directory = \"/wpars/a 100%\"\n"),
              HasSubstr("Rootfs=/wpars/a 100%%\n"));
}

const std::string kManyNetworks =
    "general:\n name = w\n"
    "network:\n interface = en0\n address = 192.0.2.7\n netmask = 255.255.255.0\n"
    "network:\n interface = en0\n address = 192.0.2.8\n netmask = 255.255.255.0\n"
    "network:\n interface = en2\n address = 198.51.100.7\n netmask = 255.255.255.0\n"
    "network:\n interface = en3\n address = 203.0.113.7\n netmask = 255.255.255.0\n"
    "route:\n rtdest = default\n rtgateway = 198.51.100.1\n";

TEST(Engine, ARootWithAColonIsRefused) {
  Translation translation = translated_with(
      "general:\n name = w\n", kSite, {.rootfs = "/srv/ro:O", .devexports = {}, .secattrs = {}});
  try {
    podman_script(translation, "");
    FAIL() << "Podman would take :O for an overlay";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("w: \"/srv/ro:O\" cannot be the root"));
  }
  EXPECT_EQ(containerd_script(translation, "").name, "w.sh") << "takes any";
}

TEST(Engine, WhatPodmanCannotCarryIsReported) {
  Translation translation = for_engine(kManyNetworks, kEngineNetworks);
  const std::string unit = quadlet_files(translation).front().text;
  EXPECT_THAT(unit, HasSubstr("Network=dmz:ip=198.51.100.7,interface_name=en2\n"));
  EXPECT_THAT(unit, Not(HasSubstr("203.0.113.7")));
  const std::string text = reasons(translation.report);
  EXPECT_THAT(text, HasSubstr("needs-action: en0: Podman gives one address of each subnet: "
                              "192.0.2.8 is left out"));
  EXPECT_THAT(text, HasSubstr("needs-action: en3: Podman has no interfaces of mode routed"));
  EXPECT_THAT(text, HasSubstr("needs-action: the route default by 198.51.100.1"));
  EXPECT_THAT(text, HasSubstr("seccomp"));
}

TEST(Engine, TheHookMakesWhatPodmanCannotCarry) {
  Translation translation = for_engine(kManyNetworks);
  const std::vector<TargetFile> files = quadlet_files(translation);
  EXPECT_EQ(files.size(), 1u) << "no network is made";
  const std::string& unit = files.front().text;
  EXPECT_THAT(unit, HasSubstr("Network=dmz:ip=198.51.100.7,interface_name=en2\n"));
  EXPECT_THAT(unit, HasSubstr("GlobalArgs=--hooks-dir=/usr/share/openwpar/hooks.d/network\n"));
  EXPECT_THAT(unit, HasSubstr("PodmanArgs=\"--annotation=org.openwpar.network={%%22version"));
  for (const char* inside : {"192.0.2.7", "192.0.2.8", "203.0.113.7"}) {
    EXPECT_THAT(unit, HasSubstr(inside));
  }
  const std::string text = reasons(translation.report);
  EXPECT_THAT(text, HasSubstr("equivalent: en0, en3: made by openwpar-hook-network"));
  EXPECT_THAT(text, Not(HasSubstr("192.0.2.8 is left out")));
  EXPECT_THAT(text, HasSubstr("needs-action: the route default by 198.51.100.1"));
}

TEST(Engine, TheSiteProfileCanAskForTheHook) {
  const std::string spec = system_with(
      "network:\n interface = en0\n address = 192.0.2.7\n netmask = 255.255.255.0\n"
      "route:\n rtdest = default\n rtgateway = 192.0.2.1\n");
  EXPECT_THAT(script_of(spec, "", kEngineNetworks), HasSubstr("podman network create"));
  Translation translation =
      translated_with(spec, std::string(kSite).append("podman: {networks: hook, hooks: /srv/h}\n"),
                      {.rootfs = {}, .devexports = {}, .secattrs = {}, .engine_networks = true});
  const std::string script = podman_script(translation, "").text;
  EXPECT_THAT(script, Not(HasSubstr("podman network create")));
  EXPECT_THAT(script, HasSubstr("podman \\\n  --hooks-dir=/srv/h/network run"));
  EXPECT_THAT(script, HasSubstr("--network=none"));
  EXPECT_THAT(script, HasSubstr("--annotation=org.openwpar.network={%22version%22:1%2C"));
  EXPECT_THAT(script, HasSubstr("default%22%2C%22gateway%22:%22192.0.2.1"));
}

TEST(Engine, DevicesAreClaimedUnlessTheyAreShared) {
  const std::string script = script_of(kRich);
  EXPECT_THAT(script, HasSubstr("--hooks-dir=/usr/share/openwpar/hooks.d/devices"));
  EXPECT_THAT(script, HasSubstr("org.openwpar.devices={%22version%22:1%2C%22devices%22:[{%22path"
                                "%22:%22/dev/sdb%22%2C%22type%22:%22b%22%2C%22major%22:8%2C"));
  Translation shared = translated_with(
      system_with("device:\n devname = hdisk5\n"),
      "disks:\n  hdisk5: {path: /dev/sdb, type: b, major: 8, minor: 16, shared: yes}\n",
      {.rootfs = {}, .devexports = {}, .secattrs = {}, .engine_networks = true});
  EXPECT_THAT(podman_script(shared, "").text, Not(HasSubstr("hooks-dir")));
  EXPECT_THAT(entry_of(shared, "device.devname").reason, HasSubstr("shared with others"));
}

TEST(Engine, HugePagesNeedCgroupV2) {
  const std::string spec = system_with("resources:\n totalLargePages = 32\n");
  Translation v1 = for_engine(spec);
  EXPECT_THAT(podman_script(v1, "").text, Not(HasSubstr("cgroup-conf")));
  EXPECT_EQ(entry_of(v1, "resources.totalLargePages").fidelity, Fidelity::kNeedsAction);
  Translation v2 =
      translated_with(spec, "machine: {cgroup: v2}\n",
                      {.rootfs = {}, .devexports = {}, .secattrs = {}, .engine_networks = true});
  EXPECT_THAT(podman_script(v2, "").text, HasSubstr("--cgroup-conf=hugetlb.2MB.max=536870912"));
  EXPECT_EQ(entry_of(v2, "resources.totalLargePages").fidelity, Fidelity::kApproximate);
}

TEST(Engine, ABindWithAColonIsAMount) {
  EXPECT_THAT(unit_of(system_with("mount:\n directory = /d\n vfs = namefs\n dev = /a:b\n"
                                  " mountopts = ro\n")),
              HasSubstr("Mount=type=bind,source=/a:b,destination=/d,ro\n"));
  EXPECT_THAT(unit_of(system_with("mount:\n directory = /d\n vfs = namefs\n dev = \"/a:b,c\"\n")),
              HasSubstr("PodmanArgs=\"--mount=type=bind,\\\"source=/a:b,c\\\",destination=/d\"\n"));
}

TEST(Engine, ANameThatOnlyAixTakesIsMadeOneForEngines) {
  EXPECT_EQ(engine_name("web_1"), "web_1");
  EXPECT_EQ(engine_name("DB-2a"), "DB-2a");
  EXPECT_EQ(engine_name("a@b%c$d#e?f"), "a-b-c-d-e-f");
  EXPECT_EQ(engine_name("_web__1-"), "web_1");
  EXPECT_EQ(engine_name("a_-_b"), "a-b");
  EXPECT_EQ(engine_name("@?"), "wpar");

  const std::string text =
      "general:\n name = w%b$1@\n script = /etc/w.sh\n"
      "mount:\n directory = /d\n vfs = nfs\n host = h\n dev = /e\n";
  Translation translation = for_engine(text);
  const std::vector<TargetFile> files = quadlet_files(translation);
  EXPECT_THAT(reasons(translation.report), HasSubstr("Podman's container is called w-b-1\n"));
  EXPECT_EQ(files.front().name, "w-b-1.container");
  EXPECT_EQ(files.back().name, "w-b-1-fs0.volume");
  for (const char* line : {"Description=WPAR w%%b$1@\n", "ContainerName=w-b-1\n",
                           "ExecStartPre=/etc/w.sh start \"w%%b$$1@\"\n",
                           "ExecStopPost=/etc/w.sh stop \"w%%b$$1@\"\n"}) {
    EXPECT_THAT(files.front().text, HasSubstr(line));
  }
  EXPECT_THAT(script_of(text), HasSubstr("--name=w-b-1 "));
  EXPECT_THAT(script_of(text), HasSubstr("/etc/w.sh start 'w%b$1@'\n"));
  translation = for_engine(text);
  EXPECT_EQ(containerd_script(translation, "").name, "w-b-1.sh");
  EXPECT_THAT(reasons(translation.report), HasSubstr("containerd's container is called w-b-1\n"));
}

TEST(Podman, QuotesForTheShell) {
  EXPECT_EQ(shell_word("/bin/true"), "/bin/true");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("a'b"), "'a'\\''b'");
  for (const std::string hostile :
       {"$(id)", "`id`", "a\nb", "\\", "\"", "';rm x;'", "*", "~", "#", "!", "a\tb", "&|<>"}) {
    const auto words = find_command_words(shell_word(hostile));
    ASSERT_TRUE(words) << hostile;
    ASSERT_EQ(words->size(), 1u) << hostile;
    EXPECT_EQ(shell_word(hostile).front(), '\'') << hostile;
  }
}

TEST(Podman, TheScriptMakesNetworksAndRuns) {
  const std::string script = script_of(kRich, "/usr/bin/runwpar", kEngineNetworks);
  EXPECT_THAT(script, testing::StartsWith("#!/bin/sh\n# written by wpar2oci\nset -e\n"));
  for (const char* part :
       {"podman network exists w-en0 || podman network create \\\n  --driver=bridge",
        "--opt=mode=unmanaged", "--interface-name=br0", "--subnet=192.0.2.0/24",
        "--gateway=192.0.2.1", "--route=10.9.0.0/16,192.0.2.2", "--opt=parent=eth1",
        "podman volume exists w-fs0 || podman volume create", "--opt=type=nfs",
        "podman \\\n  --hooks-dir=/usr/share/openwpar/hooks.d/devices \\\n"
        "  --runtime=/usr/bin/runwpar run --replace \\\n  --name=w",
        "--network=w-en0:ip=192.0.2.7,interface_name=en0", "--volume=w-fs0:/backup",
        "--rootfs /wpars/w \\\n  /sbin/init || status=$?\n", "/etc/w.sh start w\n",
        "/etc/w.sh stop w\nexit $status\n"}) {
    EXPECT_THAT(script, HasSubstr(part));
  }
  EXPECT_THAT(script_of(std::string(kApplication)), HasSubstr("exec podman run --replace"));
}

}  // namespace
}  // namespace wpar::translate
