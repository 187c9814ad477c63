// SPDX-License-Identifier: Apache-2.0
// ctr task checkpoint. Its restore needs an image and a snapshot, so the images that it has written
// are restored by the runtime itself.
#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/engines/containerd_world.h"
#include "tests/support/criu.h"

namespace wpar::test {
namespace {

class ContainerdCheckpoint : public Containerd {
 protected:
  void SetUp() override {
    std::string reason;
    const std::string criu =
        running_as_root() ? criu_for_tests(criu_directory_.path(), &reason) : "";
    if (criu.empty())
      GTEST_SKIP() << (reason.empty() ? "needs root" : reason);
    const Result up = run({.argv = {"ip", "link", "set", "lo", "up"}});
    ASSERT_EQ(up.code, 0) << up;
    ::setenv("WPAR_CRIU", criu.c_str(), 1);  // the daemon and its shims hand it on
    Containerd::SetUp();
  }
  void TearDown() override {
    Containerd::TearDown();
    ::unsetenv("WPAR_CRIU");
  }
  std::string images() const { return *temp_ / "images"; }

 private:
  TempDir criu_directory_;
};

TEST_F(ContainerdCheckpoint, WithoutExitTheTaskGoesOn) {
  const std::string id = start_counting();
  const Result saved =
      ctr({"task", "checkpoint", "--image-path", images(), "--work-path", *temp_ / "work", id});
  ASSERT_EQ(saved.code, 0) << saved;
  EXPECT_TRUE(exists(images() + "/inventory.img"));
  EXPECT_TRUE(exists(*temp_ / "work" + "/dump.log"));
  EXPECT_EQ(task_status(id), "RUNNING");
  const int last = counter();
  EXPECT_TRUE(eventually([&] { return counter() > last; }));
}

TEST_F(ContainerdCheckpoint, WithExitItStopsAndCanBeRestored) {
  const std::string id = start_counting();
  const std::string config = read_text(bundle_of(id) + "/config.json");
  const Result saved = ctr({"task", "checkpoint", "--exit", "--image-path", images(), id});
  ASSERT_EQ(saved.code, 0) << saved;
  EXPECT_TRUE(eventually([&] { return task_status(id) == "STOPPED"; }));
  const int last = counter();
  sleep_for(Milliseconds(200));
  EXPECT_EQ(counter(), last);
  const std::string other = new_id();
  bundle().config = Json::parse(config);
  bundle().config["linux"]["cgroupsPath"] = "/" + other;
  bundle().write();
  Command back = runtime().command(
      {"restore", "--detach", "--bundle", bundle().path(), "--image-path", images(), other});
  back.output_path = *temp_ / "restored.out";
  back.error_path = *temp_ / "restored.err";
  const Result restored = run(back);
  ASSERT_EQ(restored.code, 0) << read_text(back.error_path);
  EXPECT_EQ(runtime().status(other), "running");
  EXPECT_TRUE(eventually([&] { return counter() > last; })) << last << " then " << counter();
}

}  // namespace
}  // namespace wpar::test
