// SPDX-License-Identifier: Apache-2.0
// features.md of the runtime specification.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "runtime/cli/requests.h"

namespace wpar::cli {
namespace {

using nlohmann::json;

lifecycle::FeatureFacts facts() {
  return {.mount_options = {"ro", "bind", "rro"},
          .capabilities = {"CAP_CHOWN", "CAP_KILL"},
          .seccomp_actions = {"SCMP_ACT_ALLOW"},
          .seccomp_operators = {"SCMP_CMP_EQ"},
          .seccomp_archs = {"SCMP_ARCH_X86_64"},
          .seccomp_flags = {"SECCOMP_FILTER_FLAG_LOG"},
          .memory_policy_modes = {"MPOL_BIND"},
          .memory_policy_flags = {"MPOL_F_STATIC_NODES"},
          .apparmor = true,
          .selinux = false};
}

TEST(Features, HaveTheRequiredMembers) {
  const json document = json::parse(features_document(facts(), "0.1.0"));
  EXPECT_EQ(document["ociVersionMin"], "1.0.0");
  EXPECT_EQ(document["ociVersionMax"], "1.3.0");
  EXPECT_EQ(document["hooks"], json({"prestart", "createRuntime", "createContainer",
                                     "startContainer", "poststart", "poststop"}));
  EXPECT_EQ(document["annotations"]["org.openwpar.runwpar.version"], "0.1.0");
  EXPECT_EQ(document["annotations"]["org.opencontainers.runc.checkpoint.enabled"], "true");
  EXPECT_EQ(document["potentiallyUnsafeConfigAnnotations"],
            json({"org.criu.config", "org.systemd.property."}));
}

TEST(Features, SortTheMountOptions) {
  const json document = json::parse(features_document(facts(), "0.1.0"));
  EXPECT_EQ(document["mountOptions"], json({"bind", "ro", "rro"}));
}

TEST(Features, RepeatTheFacts) {
  const json linux_part = json::parse(features_document(facts(), "0.1.0"))["linux"];
  EXPECT_EQ(linux_part["namespaces"].size(), 8U);
  EXPECT_EQ(linux_part["capabilities"], json({"CAP_CHOWN", "CAP_KILL"}));
  EXPECT_EQ(linux_part["seccomp"]["enabled"], true);
  EXPECT_EQ(linux_part["seccomp"]["actions"], json({"SCMP_ACT_ALLOW"}));
  EXPECT_EQ(linux_part["seccomp"]["operators"], json({"SCMP_CMP_EQ"}));
  EXPECT_EQ(linux_part["seccomp"]["archs"], json({"SCMP_ARCH_X86_64"}));
  EXPECT_EQ(linux_part["seccomp"]["knownFlags"], json({"SECCOMP_FILTER_FLAG_LOG"}));
  EXPECT_EQ(linux_part["seccomp"]["supportedFlags"], json({"SECCOMP_FILTER_FLAG_LOG"}));
  EXPECT_EQ(linux_part["memoryPolicy"]["modes"], json({"MPOL_BIND"}));
  EXPECT_EQ(linux_part["memoryPolicy"]["flags"], json({"MPOL_F_STATIC_NODES"}));
  EXPECT_EQ(linux_part["intelRdt"]["monitoring"], true);
  EXPECT_EQ(linux_part["apparmor"]["enabled"], true);
  EXPECT_EQ(linux_part["selinux"]["enabled"], false);
  EXPECT_EQ(linux_part["cgroup"]["v1"], true);
  EXPECT_EQ(linux_part["cgroup"]["systemd"], true);
}

TEST(Features, DeriveIdMappedMountsFromTheMountOptions) {
  const auto idmap = [](const lifecycle::FeatureFacts& given) {
    return json::parse(
        features_document(given, "1"))["linux"]["mountExtensions"]["idmap"]["enabled"];
  };
  EXPECT_EQ(idmap(facts()), false);
  lifecycle::FeatureFacts more = facts();
  more.mount_options.push_back("idmap");
  EXPECT_EQ(idmap(more), true);
}

TEST(Features, SayThatSeccompIsOffWithoutActions) {
  const json document = json::parse(features_document({}, "1"));
  EXPECT_EQ(document["linux"]["seccomp"]["enabled"], false);
  EXPECT_EQ(document["mountOptions"], json::array());
}

TEST(Features, AreIndentedByFour) {
  const std::string text = features_document(facts(), "0.1.0");
  EXPECT_EQ(text.find("{\n    \"ociVersionMin\": \"1.0.0\",\n"), 0U);
  EXPECT_EQ(nlohmann::ordered_json::parse(text).dump(4) + "\n", text);
}

}  // namespace
}  // namespace wpar::cli
