// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "runtime/base/file.h"
#include "runtime/cli/cli.h"
#include "runtime/cli/requests.h"

namespace wpar::cli {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

Caller root_caller() {
  return {.is_root = true, .runtime_dir = "", .directory = "/"};
}

// A directory that is gone after the test, with the config.json in it.
class Spec : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/wpar-spec-test-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    directory_ = name;
  }
  void TearDown() override {
    ::unlink(file().c_str());
    ::rmdir(directory_.c_str());
  }
  std::string file() const { return directory_ + "/config.json"; }
  int spec(const Words& options) {
    Words words = {"spec"};
    words.insert(words.end(), options.begin(), options.end());
    return execute(interpret(words, root_caller), nullptr);
  }

  std::string directory_;
};

std::vector<std::string> namespace_types(const oci::Config& config) {
  std::vector<std::string> types;
  for (const oci::Namespace& one : config.linux_.namespaces) {
    EXPECT_FALSE(one.path.has_value());
    types.push_back(one.type);
  }
  return types;
}

const oci::Mount& mount_at(const oci::Config& config, std::string_view destination) {
  for (const oci::Mount& mount : config.mounts) {
    if (mount.destination == destination) {
      return mount;
    }
  }
  throw Error(ErrorKind::kInternal, "no such mount");
}

TEST_F(Spec, StartsAShellWithFewPrivileges) {
  const oci::Config config = example_config();
  EXPECT_EQ(config.oci_version, "1.3.0");
  EXPECT_EQ(config.hostname, "runwpar");
  EXPECT_EQ(config.root, (oci::Root{.path = "rootfs", .readonly = true}));
  ASSERT_TRUE(config.process.has_value());
  EXPECT_THAT(config.process->args, ElementsAre("sh"));
  EXPECT_EQ(config.process->terminal, true);
  EXPECT_EQ(config.process->cwd, "/");
  EXPECT_EQ(config.process->no_new_privileges, true);
  ASSERT_TRUE(config.process->capabilities.has_value());
  const oci::Capabilities& capabilities = *config.process->capabilities;
  const auto few = ElementsAre("CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE");
  EXPECT_THAT(capabilities.bounding, few);
  EXPECT_THAT(capabilities.effective, few);
  EXPECT_THAT(capabilities.permitted, few);
  EXPECT_THAT(capabilities.inheritable, IsEmpty());
  EXPECT_THAT(capabilities.ambient, IsEmpty());
  EXPECT_THAT(config.process->rlimits,
              ElementsAre(oci::Rlimit{.type = "RLIMIT_NOFILE", .soft = 1024, .hard = 1024}));
}

TEST_F(Spec, ShutsTheContainerIn) {
  const oci::Config config = example_config();
  EXPECT_THAT(namespace_types(config),
              ElementsAre("pid", "network", "ipc", "uts", "mount", "cgroup"));
  ASSERT_EQ(config.linux_.resources.devices.size(), 1U);
  EXPECT_FALSE(config.linux_.resources.devices[0].allow);
  EXPECT_EQ(config.linux_.resources.devices[0].access, "rwm");
  EXPECT_THAT(config.linux_.masked_paths, Contains("/proc/kcore"));
  EXPECT_THAT(config.linux_.masked_paths, Contains("/sys/firmware"));
  EXPECT_THAT(config.linux_.readonly_paths, Contains("/proc/sys"));
  EXPECT_EQ(config.mounts.size(), 7U);
  EXPECT_EQ(mount_at(config, "/proc").type, "proc");
  EXPECT_THAT(mount_at(config, "/sys").options, Contains("ro"));
  EXPECT_THAT(mount_at(config, "/dev/pts").options, Contains("gid=5"));
}

TEST_F(Spec, MapsTheCallerWhenRootless) {
  const oci::Config config = rootless_example_config(1000, 100);
  EXPECT_THAT(namespace_types(config), ElementsAre("pid", "ipc", "uts", "mount", "cgroup", "user"));
  EXPECT_THAT(config.linux_.uid_mappings, ElementsAre(oci::IdMapping{0, 1000, 1}));
  EXPECT_THAT(config.linux_.gid_mappings, ElementsAre(oci::IdMapping{0, 100, 1}));
  EXPECT_EQ(config.linux_.resources, oci::Resources{});
  EXPECT_THAT(mount_at(config, "/dev/pts").options, Not(Contains("gid=5")));
  EXPECT_EQ(mount_at(config, "/sys").type, "none");
  EXPECT_EQ(mount_at(config, "/sys").source, "/sys");
  EXPECT_THAT(mount_at(config, "/sys").options, Contains("rbind"));
}

TEST_F(Spec, WritesItWithTabs) {
  EXPECT_EQ(spec({"--bundle", directory_}), 0);
  const std::string text = read_file(file());
  EXPECT_EQ(text.find("{\n\t\"ociVersion\": \"1.3.0\""), 0U);
  EXPECT_EQ(text.back(), '\n');
  const json document = json::parse(text);
  EXPECT_EQ(document["hostname"], "runwpar");
  EXPECT_FALSE(document["process"]["capabilities"].contains("inheritable"));
  EXPECT_EQ(document["linux"]["resources"]["devices"],
            json::parse(R"([{"allow": false, "access": "rwm"}])"));
  EXPECT_FALSE(document["linux"].contains("uidMappings"));
}

TEST_F(Spec, WritesTheRootlessForm) {
  EXPECT_EQ(spec({"-b", directory_, "--rootless"}), 0);
  const json document = json::parse(read_file(file()));
  EXPECT_EQ(document["linux"]["uidMappings"][0]["hostID"], ::geteuid());
  EXPECT_EQ(document["linux"]["gidMappings"][0]["hostID"], ::getegid());
}

TEST_F(Spec, NeverOverwrites) {
  write_file(file(), "precious", 0600);
  try {
    spec({"-b", directory_});
    FAIL() << "an existing file was overwritten";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kAlreadyExists);
    EXPECT_EQ(std::string(error.what()), fmt::format("File {} exists. Remove it first", file()));
  }
  EXPECT_EQ(read_file(file()), "precious");
}

TEST_F(Spec, SaysWhenTheDirectoryIsMissing) {
  try {
    spec({"-b", directory_ + "/nope"});
    FAIL() << "a missing directory was written to";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("no such file or directory"), std::string::npos);
  }
}

}  // namespace
}  // namespace wpar::cli
