// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/globals.h"

#include <gtest/gtest.h>

#include "runtime/base/error.h"

namespace wpar::cli {
namespace {

const Caller kRoot = {.is_root = true, .runtime_dir = "/run/user/0", .directory = "/srv/bundles"};
const Caller kUser = {.is_root = false, .runtime_dir = "/run/user/1000", .directory = "/home/u"};

Globals parse(const Words& words, const Caller& caller = kRoot) {
  return parse_globals(parse_options(kGlobalOptions, words), caller);
}

std::string failure_of(const Words& words, const Caller& caller = kRoot) {
  try {
    parse(words, caller);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
    return error.what();
  }
  return "";
}

TEST(Globals, HaveDefaults) {
  const Globals globals = parse({});
  EXPECT_EQ(globals.context.root, "/run/runwpar");
  EXPECT_EQ(globals.log.name, "");
  EXPECT_EQ(globals.log.format, log::Format::kText);
  EXPECT_EQ(globals.context.cgroup_manager, plan::CgroupManager::kCgroupfs);
  EXPECT_EQ(globals.log.level, log::Level::kError);
  EXPECT_EQ(globals.log.target, log::Target::kFile);
}

TEST(Globals, TakeWhatContainerdPasses) {
  const Globals globals = parse({"--root", "/run/containerd/runc/default", "--log", "/b/log.json",
                                 "--log-format", "json", "state", "x"});
  EXPECT_EQ(globals.context.root, "/run/containerd/runc/default");
  EXPECT_EQ(globals.log.name, "/b/log.json");
  EXPECT_EQ(globals.log.format, log::Format::kJson);
}

TEST(Globals, TakeDebug) {
  EXPECT_EQ(parse({"--debug"}).log.level, log::Level::kDebug);
}

TEST(Globals, TakeTheLevelsThatCrunKnows) {
  EXPECT_EQ(parse({"--log-level=error"}).log.level, log::Level::kError);
  EXPECT_EQ(parse({"--log-level", "warning"}).log.level, log::Level::kWarning);
  EXPECT_EQ(parse({"--log-level=debug"}).log.level, log::Level::kDebug);
  EXPECT_EQ(parse({"--log-level=error", "--debug"}).log.level, log::Level::kDebug);
  EXPECT_EQ(failure_of({"--log-level=info"}),
            "invalid value \"info\" for --log-level: expected error, warning, debug");
}

TEST(Globals, SendTheLogWhereCrunSendsIt) {
  const log::Options file = parse({"--log=file:/b/log"}).log;
  EXPECT_EQ(file.name, "/b/log");
  EXPECT_EQ(file.target, log::Target::kFile);
  EXPECT_EQ(parse({"--log=journald:web1"}).log.target, log::Target::kJournal);
  EXPECT_EQ(parse({"--log=journald:web1"}).log.name, "web1");
  EXPECT_EQ(parse({"--log=syslog:web1"}).log.target, log::Target::kSyslog);
  EXPECT_EQ(failure_of({"--log=syslog:"}), "--log syslog: needs a name behind the colon");
}

TEST(Globals, RefuseAnUnknownLogFormat) {
  EXPECT_EQ(failure_of({"--log-format", "xml"}),
            "invalid value \"xml\" for --log-format: expected text, json");
}

TEST(Globals, PutTheStateOfAUserBelowTheRuntimeDirectory) {
  EXPECT_EQ(parse({}, kUser).context.root, "/run/user/1000/runwpar");
}

TEST(Globals, IgnoreARuntimeDirectoryThatIsEmptyOrRelative) {
  for (const char* runtime_dir : {"", "run", "./run"}) {
    const Caller caller = {.is_root = false, .runtime_dir = runtime_dir, .directory = "/"};
    const Globals globals = parse({}, caller);
    EXPECT_EQ(globals.context.root, "") << runtime_dir;
    EXPECT_THROW(require_state_root(globals), Error);
  }
  const Caller root = {.is_root = true, .runtime_dir = "run", .directory = "/"};
  EXPECT_EQ(parse({"--rootless=true"}, root).context.root, "/run/runwpar");
}

TEST(Globals, PutTheStateOfAUserNamespacesRootBelowItsRuntimeDirectory) {
  Caller caller = kUser;
  caller.is_root = true;
  EXPECT_EQ(parse({}, caller).context.root, "/run/runwpar");
  caller.is_root_of_user_namespace = true;
  EXPECT_EQ(parse({}, caller).context.root, "/run/user/1000/runwpar");
  EXPECT_EQ(parse({"--rootless=false"}, caller).context.root, "/run/runwpar");
}

TEST(Globals, LetRootlessChooseTheDefaultRoot) {
  EXPECT_EQ(parse({"--rootless=auto"}).context.root, "/run/runwpar");
  EXPECT_EQ(parse({"--rootless=true"}).context.root, "/run/user/0/runwpar");
  EXPECT_EQ(parse({"--rootless=false"}, kUser).context.root, "/run/runwpar");
  EXPECT_EQ(parse({"--rootless=true", "--root=/r"}).context.root, "/r");
  EXPECT_EQ(failure_of({"--rootless=maybe"}),
            "invalid value \"maybe\" for --rootless: expected auto, true, false");
}

TEST(Globals, MakeTheRootAbsolute) {
  EXPECT_EQ(parse({"--root", "state"}).context.root, "/srv/bundles/state");
  EXPECT_EQ(parse({"--root", "/a//b/../c/"}).context.root, "/a/c");
}

TEST(Globals, RefuseTheRootDirectoryInEverySpelling) {
  for (const char* root : {"/", "//", "/.", "/run/..", "../..", "../../.."}) {
    EXPECT_EQ(failure_of({"--root", root}), "--root must not be the root directory \"/\"") << root;
  }
  EXPECT_EQ(failure_of({"--root="}), "--root needs a directory");
}

TEST(Globals, RefuseARelativeRootInAnUnknownDirectory) {
  const Caller lost = {.is_root = true, .runtime_dir = "", .directory = ""};
  EXPECT_EQ(failure_of({"--root", "state"}, lost),
            "--root state is relative, but the current directory is unknown");
  EXPECT_EQ(parse({"--root", "/state"}, lost).context.root, "/state");
}

TEST(CgroupManager, IsWhatIsSaid) {
  const auto manager_of = [](const Words& words) { return parse(words).context.cgroup_manager; };
  EXPECT_EQ(manager_of({}), plan::CgroupManager::kCgroupfs);
  EXPECT_EQ(manager_of({"--cgroup-manager=cgroupfs"}), plan::CgroupManager::kCgroupfs);
  EXPECT_EQ(manager_of({"--systemd-cgroup=false"}), plan::CgroupManager::kCgroupfs);
  EXPECT_EQ(manager_of({"--cgroup-manager=disabled"}), plan::CgroupManager::kDisabled);
  for (const Words& words : {Words{"--systemd-cgroup"}, Words{"--cgroup-manager", "systemd"},
                             Words{"--cgroup-manager=systemd", "--systemd-cgroup"}}) {
    EXPECT_EQ(manager_of(words), plan::CgroupManager::kSystemd);
  }
}

TEST(SystemdProperties, NeedTheSwitch) {
  EXPECT_FALSE(parse({"--systemd-cgroup"}).context.any_systemd_property);
  EXPECT_TRUE(parse({"--systemd-properties"}).context.any_systemd_property);
}

TEST(CgroupManager, IsRefusedWhenItIsUnknownOrContradictory) {
  EXPECT_EQ(failure_of({"--cgroup-manager=lxc"}),
            "invalid value \"lxc\" for --cgroup-manager: expected cgroupfs, systemd, disabled");
  EXPECT_EQ(failure_of({"--cgroup-manager=cgroupfs", "--systemd-cgroup"}),
            "--systemd-cgroup and --cgroup-manager=cgroupfs exclude each other");
}

}  // namespace
}  // namespace wpar::cli
