// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/base/error.h"
#include "specs/wpar/network_document.h"
#include "tests/unit/translate/support.h"

namespace wpar::translate {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

std::string error_of(std::string_view text) {
  try {
    translated(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(MapGeneral, ASystemWparHasItsDirectoryItsInitAndAllNamespaces) {
  const Translation t = translated(kSystem);
  EXPECT_EQ(t.config.root->path, "/wpars/w");
  EXPECT_EQ(t.config.hostname, "w");
  EXPECT_THAT(t.config.process->args, ElementsAre("/sbin/init"));
  for (const char* type : {"pid", "mount", "uts", "ipc", "cgroup", "network"}) {
    EXPECT_TRUE(has_namespace(t.config, type)) << type;
  }
  EXPECT_EQ(t.config.annotations.at("org.openwpar.name"), "w");
  EXPECT_EQ(t.config.annotations.at("org.openwpar.type"), "system");
  EXPECT_EQ(t.config.annotations.at("org.openwpar.machine.cpus"), "4");
}

TEST(MapGeneral, AnApplicationWparHasTheHostsRootAndNetwork) {
  const Translation t = translated(kApplication);
  EXPECT_EQ(t.config.root->path, "/");
  EXPECT_THAT(t.config.process->args, ElementsAre("/bin/true", "a"));
  EXPECT_FALSE(has_namespace(t.config, "network"));
  EXPECT_TRUE(has_namespace(t.config, "ipc"));
}

TEST(MapGeneral, AnApplicationWparWithAnAddressHasItsOwnNetwork) {
  const Translation t =
      translated(application_with("network:\n address = 192.0.2.7\n netmask = 255.255.255.0\n"));
  EXPECT_TRUE(has_namespace(t.config, "network"));
}

TEST(MapGeneral, SharedIpcKeepsTheHostsNamespaceAndShm) {
  const Translation shared = translated(application_with(" xwparipc = yes\n"));
  EXPECT_FALSE(has_namespace(shared.config, "ipc"));
  EXPECT_EQ(find_mount(shared.config, "/dev/shm")->source, "/dev/shm");
  const Translation own = translated(application_with(" xwparipc = no\n"));
  EXPECT_TRUE(has_namespace(own.config, "ipc"));
  EXPECT_EQ(find_mount(own.config, "/dev/shm")->type, "tmpfs");
}

TEST(MapGeneral, LeadingAssignmentsBecomeTheEnvironment) {
  const Translation t =
      translated("general:\n name = w\n application = \"A=1 B='x y' /bin/echo \\\"C=3\\\"\"\n");
  EXPECT_THAT(t.config.process->args, ElementsAre("/bin/echo", "C=3"));
  EXPECT_THAT(t.config.process->env, Contains("A=1"));
  EXPECT_THAT(t.config.process->env, Contains("B=x y"));
}

TEST(MapGeneral, RefusesACommandThatIsNone) {
  EXPECT_THAT(error_of("general:\n name = w\n application = \"sh -c x\"\n"),
              HasSubstr("x.spec:3: general: application: the command must begin with an absolute"));
  EXPECT_THAT(error_of("general:\n name = w\n application = \"/bin/sh 'x\"\n"),
              HasSubstr("x.spec:3: general: application: a quote is not closed"));
  EXPECT_EQ(error_of("general:\n name = w\n application = /bin/sh\n"), "no error");
}

TEST(MapGeneral, NeedsAName) {
  EXPECT_THAT(error_of("general:\n auto = no\n"), HasSubstr("x.spec:1: general: name is missing"));
}

TEST(MapGeneral, ScriptsBecomeHooksAndTheNetworkComesFirst) {
  const Translation t = translated(
      "general:\n name = w\n script = /etc/s\n"
      "network:\n address = 192.0.2.7\n netmask = 255.255.255.0\n",
      "hooks: {directory: /opt/hooks}");
  ASSERT_EQ(t.config.hooks.create_runtime.size(), 2u);
  EXPECT_EQ(t.config.hooks.create_runtime[0].path, "/opt/hooks/openwpar-hook-network");
  EXPECT_THAT(t.config.hooks.create_runtime[1].args,
              ElementsAre("openwpar-hook-script", "start", "/etc/s"));
  ASSERT_EQ(t.config.hooks.poststop.size(), 2u);
  EXPECT_THAT(t.config.hooks.poststop[0].args,
              ElementsAre("openwpar-hook-script", "stop", "/etc/s"));
  EXPECT_TRUE(t.config.annotations.contains(spec::kNetworkAnnotation));
  EXPECT_TRUE(translated(kSystem).config.hooks.create_runtime.empty());
}

TEST(MapGeneral, AGivenRootIsCompleteInItself) {
  const Translation t =
      translated("general:\n name = w\n privateusr = no\n directory = /w\n", "", "/srv/root");
  EXPECT_EQ(t.config.root->path, "/srv/root");
  EXPECT_EQ(find_mount(t.config, "/usr"), nullptr);
  EXPECT_EQ(entry_of(t, "general.privateusr").fidelity, Fidelity::kApproximate);
  EXPECT_EQ(entry_of(t, "general.directory").fidelity, Fidelity::kIgnored);
}

TEST(MapGeneral, EveryFidelityHasItsReason) {
  const Translation t = translated(
      "general:\n name = w\n version = 1\n auto = yes\n checkpointable = yes\n routing = no\n"
      " vipwpar = yes\n rootvgwpar = yes\n architecture = pwr7\n ostype = 1024\n owner = root\n"
      " system_copy = yes\n devexports = /x\n copynameres = yes\n preserve = yes\n vg = a\n"
      " versioned = yes\n");
  EXPECT_EQ(entry_of(t, "general.name").fidelity, Fidelity::kExact);
  EXPECT_EQ(entry_of(t, "general.auto").fidelity, Fidelity::kNeedsAction);
  EXPECT_EQ(entry_of(t, "general.routing").fidelity, Fidelity::kApproximate);
  EXPECT_EQ(entry_of(t, "general.vipwpar").fidelity, Fidelity::kIgnored);
  EXPECT_EQ(entry_of(t, "general.ostype").fidelity, Fidelity::kNeedsAction);
  EXPECT_EQ(entry_of(t, "general.owner").fidelity, Fidelity::kIgnored);
  EXPECT_EQ(find_mount(t.config, "/etc/resolv.conf")->options,
            (std::vector<std::string>{"bind", "ro"}));
  for (const Entry& entry : t.report.entries) {
    EXPECT_FALSE(entry.reason.empty()) << entry.attribute;
    EXPECT_EQ(entry.fidelity == Fidelity::kNeedsAction && entry.action.empty(), false)
        << entry.attribute;
  }
}

TEST(MapGeneral, TheProfileNamesRootImageAndArchitecture) {
  constexpr std::string_view kSite =
      "roots: {private: /srv/%n/root, versioned: /srv/old}\n"
      "images: {\"0\": new, \"1024\": old, shared: common}\narchitectures: {pwr7: ppc64le}\n";
  const Translation own = translated(
      "general:\n name = w\n privateusr = yes\n architecture = pwr7\n directory = /x\n", kSite);
  EXPECT_EQ(own.config.root->path, "/srv/w/root");
  EXPECT_EQ(own.workload.kind, WparKind::kPrivate);
  EXPECT_EQ(own.workload.root_kind, RootKind::kProfile);
  EXPECT_EQ(own.workload.image, "new");
  EXPECT_EQ(own.workload.architecture, "ppc64le");
  EXPECT_EQ(entry_of(own, "general.directory").fidelity, Fidelity::kIgnored);
  const Translation old = translated("general:\n name = w\n ostype = 1024\n", kSite);
  EXPECT_EQ(old.config.root->path, "/srv/old");
  EXPECT_EQ(old.workload.image, "old");
  EXPECT_FALSE(old.workload.shared_usr);
  EXPECT_EQ(entry_of(old, "general.ostype").fidelity, Fidelity::kApproximate);
  const Translation shared = translated(kSystem, kSite);
  EXPECT_EQ(shared.workload.image, "common");
  EXPECT_EQ(shared.config.root->path, "/wpars/w");
  EXPECT_TRUE(shared.workload.shared_usr);
  EXPECT_EQ(translated(kApplication, kSite).workload.image, "");
}

TEST(MapGeneral, EveryKindOfWparIsKnown) {
  const auto kind = [](std::string_view rest) {
    return translated(system_with(rest)).workload.kind;
  };
  EXPECT_EQ(kind(""), WparKind::kShared);
  EXPECT_EQ(kind(" privateusr = yes\n"), WparKind::kPrivate);
  EXPECT_EQ(kind(" rootvgwpar = yes\n"), WparKind::kRootvg);
  EXPECT_EQ(kind("device:\n devname = hdisk4\n rootvg = yes\n"), WparKind::kRootvg);
  EXPECT_EQ(kind(" system_copy = yes\n"), WparKind::kSystemCopy);
  EXPECT_EQ(kind(" versioned = yes\n"), WparKind::kVersioned);
  EXPECT_EQ(translated(kApplication).workload.kind, WparKind::kApplication);
}

}  // namespace
}  // namespace wpar::translate
