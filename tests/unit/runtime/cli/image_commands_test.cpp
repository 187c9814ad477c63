// SPDX-License-Identifier: Apache-2.0
// checkpoint and restore from their words to the call of lifecycle, with the words that engines
// really use.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/cli/cli.h"
#include "tests/unit/runtime/cli/fake_lifecycle.h"

namespace wpar::cli {
namespace {

using ::testing::HasSubstr;
using wpar::testing::fake_lifecycle;

class ImageCommands : public ::testing::Test {
 protected:
  void SetUp() override { wpar::testing::reset_fake_lifecycle(); }

  int run(const Words& words) {
    return execute(
        interpret(words,
                  [] { return Caller{.is_root = true, .runtime_dir = "", .directory = "/"}; }),
        nullptr);
  }
  std::string failure_of(const Words& words) {
    try {
      run(words);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  const lifecycle::CheckpointOptions& checkpoint() { return fake_lifecycle().checkpoint; }
  const lifecycle::RestoreOptions& restore() { return fake_lifecycle().restore; }
};

TEST_F(ImageCommands, CheckpointTakesWhatPodmanPasses) {
  EXPECT_EQ(run({"checkpoint", "--image-path", "/i", "--work-path", "/w", "--leave-running",
                 "--tcp-established", "--file-locks", "--pre-dump", "--parent-path",
                 "../pre-checkpoint", "web1"}),
            0);
  EXPECT_EQ(fake_lifecycle().called, "checkpoint");
  EXPECT_EQ(checkpoint().image.id, "web1");
  EXPECT_EQ(checkpoint().image.image_path, "/i");
  EXPECT_EQ(checkpoint().image.work_path, "/w");
  EXPECT_EQ(checkpoint().parent_path, "../pre-checkpoint");
  EXPECT_TRUE(checkpoint().leave_running);
  EXPECT_TRUE(checkpoint().pre_dump);
  EXPECT_TRUE(checkpoint().image.tcp_established);
  EXPECT_TRUE(checkpoint().image.file_locks);
  EXPECT_EQ(checkpoint().status_fd, -1);
  EXPECT_EQ(checkpoint().image.cgroup_mode, lifecycle::CriuCgroupMode::kDefault);
}

TEST_F(ImageCommands, CheckpointTakesWhatContainerdPasses) {
  EXPECT_EQ(run({"checkpoint", "--image-path", "/i", "--ext-unix-sk", "--shell-job", "--empty-ns",
                 "network", "--manage-cgroups-mode", "full", "web1"}),
            0);
  EXPECT_TRUE(checkpoint().image.external_unix_sockets);
  EXPECT_TRUE(checkpoint().image.shell_job);
  EXPECT_TRUE(checkpoint().image.empty_network_namespace);
  EXPECT_EQ(checkpoint().image.cgroup_mode, lifecycle::CriuCgroupMode::kFull);
  EXPECT_FALSE(checkpoint().leave_running);
}

TEST_F(ImageCommands, CheckpointTakesTheRest) {
  EXPECT_EQ(run({"checkpoint", "--lazy-pages", "--status-fd=7", "--page-server", "[::1]:27",
                 "--auto-dedup", "--link-remap", "--tcp-skip-in-flight", "--network-lock",
                 "nftables", "web1"}),
            0);
  EXPECT_TRUE(checkpoint().image.lazy_pages);
  EXPECT_EQ(checkpoint().status_fd, 7);
  EXPECT_EQ(checkpoint().page_server_address, "::1");
  EXPECT_EQ(checkpoint().page_server_port, 27);
  EXPECT_TRUE(checkpoint().image.auto_dedup);
  EXPECT_TRUE(checkpoint().link_remap);
  EXPECT_TRUE(checkpoint().tcp_skip_in_flight);
  EXPECT_EQ(checkpoint().image.network_lock, lifecycle::CriuNetworkLock::kNftables);
}

TEST_F(ImageCommands, RestoreTakesWhatConmonPasses) {
  EXPECT_EQ(run({"restore",
                 "--bundle",
                 "/b",
                 "--pid-file",
                 "/p",
                 "--no-pivot",
                 "--no-new-keyring",
                 "--detach",
                 "--image-path",
                 "/i",
                 "--work-path",
                 "/b",
                 "--tcp-established",
                 "--tcp-close",
                 "--file-locks",
                 "--lsm-mount-context=c",
                 "--lsm-profile=selinux:p",
                 "--console-socket",
                 "/c",
                 "web1"}),
            0);
  EXPECT_EQ(fake_lifecycle().called, "restore");
  EXPECT_EQ(restore().create.id, "web1");
  EXPECT_EQ(restore().create.bundle, "/b");
  EXPECT_EQ(restore().create.pid_file, "/p");
  EXPECT_EQ(restore().create.console_socket, "/c");
  EXPECT_TRUE(restore().create.no_pivot);
  EXPECT_TRUE(restore().detach);
  EXPECT_TRUE(restore().tcp_close);
  EXPECT_EQ(restore().lsm_profile, "selinux:p");
  EXPECT_EQ(restore().lsm_mount_context, "c");
  EXPECT_EQ(restore().image.id, "web1");
  EXPECT_EQ(restore().image.image_path, "/i");
}

TEST_F(ImageCommands, RestoreTakesWhatGoRuncPasses) {
  fake_lifecycle().exit_code = 7;
  EXPECT_EQ(run({"restore", "--image-path", "/i", "--work-path", "/w", "-no-subreaper", "-b", "/b",
                 "web1"}),
            7);
  EXPECT_TRUE(restore().no_subreaper);
  EXPECT_FALSE(restore().detach);
}

TEST_F(ImageCommands, AnswerThePodmanProbes) {
  // podman: can checkpoint? can give a mount label?
  EXPECT_EQ(run({"checkpoint", "--help"}), 0);
  EXPECT_THAT(failure_of({"restore", "--lsm-mount-context"}), HasSubstr("flag needs an argument"));
}

TEST_F(ImageCommands, RefuseWordsThatMeanNothing) {
  EXPECT_THAT(failure_of({"checkpoint", "--manage-cgroups-mode", "hard", "web1"}),
              HasSubstr("expected soft, full, strict, ignore"));
  EXPECT_THAT(failure_of({"restore", "--network-lock", "x", "web1"}),
              HasSubstr("expected iptables, nftables, skip"));
  EXPECT_THAT(failure_of({"checkpoint", "--empty-ns", "pid", "web1"}),
              HasSubstr("expected network"));
  for (const char* server : {"here", ":1", "here:", "here:0", "here:65536"}) {
    EXPECT_THAT(failure_of({"checkpoint", "--page-server", server, "web1"}),
                HasSubstr("expected ADDRESS:PORT"))
        << server;
  }
  EXPECT_EQ(fake_lifecycle().called, "");
}

}  // namespace
}  // namespace wpar::cli
