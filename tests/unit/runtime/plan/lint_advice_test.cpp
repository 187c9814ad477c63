// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/plan/lint.h"
#include "specs/oci/parse_config.h"

namespace wpar::plan {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Nothing to say about it.
oci::Config careful() {
  return oci::parse_config(R"({"ociVersion": "1.3.0", "root": {"path": "rootfs"},
    "mounts": [{"destination": "/proc", "type": "proc"}, {"destination": "/sys", "type": "sysfs"},
               {"destination": "/dev/pts", "type": "devpts"},
               {"destination": "/dev/shm", "type": "tmpfs"},
               {"destination": "/sys/fs/cgroup", "type": "cgroup", "options": ["ro"]}],
    "process": {"cwd": "/", "args": ["sh"], "env": ["PATH=/bin"], "noNewPrivileges": true,
                "user": {"uid": 0, "gid": 0}},
    "linux": {"namespaces": [{"type": "mount"}, {"type": "pid"}, {"type": "ipc"}, {"type": "uts"},
                             {"type": "network"}],
              "maskedPaths": ["/proc/kcore"], "readonlyPaths": ["/proc/sys"],
              "resources": {"pids": {"limit": 100}},
              "seccomp": {"defaultAction": "SCMP_ACT_ALLOW"}}})");
}

void expect_advice(const oci::Config& config, const std::string& line) {
  EXPECT_THAT(advice(config), Contains(HasSubstr(line)));
}

TEST(LintAdvice, HasNothingToSayOfACarefulConfiguration) {
  EXPECT_THAT(advice(careful()), IsEmpty());
}

TEST(LintAdvice, NamesWhatIsDeprecated) {
  oci::Config config = careful();
  config.mounts[0].destination = "proc";
  config.mounts[1].options = {"mand"};
  config.hooks.prestart = {{.path = "/bin/true", .args = {}, .env = {}, .timeout = {}}};
  config.linux_.resources.memory = oci::MemoryResources{};
  config.linux_.resources.memory->kernel = 5;
  expect_advice(config, "/mounts/0/destination: relative paths are deprecated: \"/proc\" is meant");
  expect_advice(config, "/mounts/1/options: \"mand\" has no effect");
  expect_advice(config, "/hooks/prestart: is deprecated");
  expect_advice(config, "/linux/resources/memory/kernel: is not recommended");
  EXPECT_THAT(advice(config), Not(Contains(HasSubstr("kernelTCP"))));
}

TEST(LintAdvice, NamesTrapsOfTheProcess) {
  oci::Config config = careful();
  config.process->env = {"A=1", "A=2"};
  config.process->console_size = oci::ConsoleSize{.height = 1, .width = 1};
  config.process->capabilities = oci::Capabilities{};
  config.process->capabilities->inheritable = {"CAP_KILL"};
  config.process->no_new_privileges = false;
  expect_advice(config, "/process/env: has no PATH, which \"sh\" is looked for in");
  expect_advice(config, "/process/env/1: \"A\" is given twice");
  expect_advice(config, "/process/consoleSize: is ignored without a terminal");
  expect_advice(config, "/process/capabilities/inheritable: ");
  expect_advice(config, "/process/noNewPrivileges: ");
  config.process->terminal = true;
  expect_advice(config, "/process/terminal: create and run --detach need --console-socket");
  config.process.reset();
  expect_advice(config, "/process: is missing");
}

TEST(LintAdvice, NamesWhatIsShared) {
  oci::Config config = careful();
  config.linux_.namespaces.pop_back();
  config.linux_.masked_paths.clear();
  config.linux_.readonly_paths.clear();
  config.linux_.seccomp.reset();
  config.linux_.resources.pids_limit.reset();
  config.linux_.uid_mappings = {{.container_id = 0, .host_id = 0, .size = 1}};
  config.mounts.back().options.clear();
  expect_advice(config, "/linux/namespaces: without \"network\"");
  expect_advice(config, "/linux/maskedPaths: ");
  expect_advice(config, "/linux/readonlyPaths: ");
  expect_advice(config, "/linux/seccomp: is missing");
  expect_advice(config, "/linux/resources/pids: no limit");
  expect_advice(config, "/linux/uidMappings: ");
  expect_advice(config, "/mounts/4/options: without \"ro\"");
}

TEST(LintAdvice, NamesDevicesThatAreTheSame) {
  oci::Config config = careful();
  oci::Device fuse;
  fuse.type = "c";
  fuse.path = "/dev/fuse";
  fuse.major = 10;
  fuse.minor = 229;
  config.linux_.devices = {fuse, fuse};
  config.linux_.devices[1].path = "/dev/fuse2";
  expect_advice(config, "/linux/devices/1: is the same device as /dev/fuse");
}

TEST(LintAdvice, NamesANewerVersionAndMissingFileSystems) {
  oci::Config config = careful();
  config.oci_version = "1.4.0-rc.1";
  config.mounts.erase(config.mounts.begin());
  expect_advice(config, "/ociVersion: 1.4.0-rc.1 is newer than 1.3.0");
  expect_advice(config, "/mounts: nothing is mounted on /proc");
}

}  // namespace
}  // namespace wpar::plan
