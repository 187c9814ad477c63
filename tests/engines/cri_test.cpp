// SPDX-License-Identifier: Apache-2.0
// A Kubernetes pod as containerd's CRI asks for it, with the runtime behind a runtime handler. The
// kubelet's part is cri/main.go. Pods are in the network of the host: CNI is not the runtime's.
#include <fmt/format.h>

#include <cstdlib>

#include "tests/engines/containerd_world.h"

namespace wpar::test {
namespace {

constexpr const char* kImage = "wpar.test/root:1";
constexpr const char* kConfig = R"(version = 2
root = "{0}/root"
state = "{0}/run"
disabled_plugins = ["io.containerd.internal.v1.opt"]
[grpc]
address = "{0}/c.sock"
[debug]
level = "warn"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "{1}"
stream_server_address = "127.0.0.1"
disable_tcp_service = true
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "{0}/cni"
conf_dir = "{0}/cni"
[plugins."io.containerd.grpc.v1.cri".containerd]
default_runtime_name = "wpar"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.wpar]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.wpar.options]
BinaryName = "{2}"
)";

class Cri : public Containerd {
 protected:
  void SetUp() override {
    Containerd::SetUp();
    if (IsSkipped() || HasFatalFailure())
      return;
    const std::vector<std::string> environment = {
        fmt::format("PATH={}:/usr/local/go/bin:/usr/lib/go/bin", std::getenv("PATH")), "HOME=/root",
        "CGO_ENABLED=0"};
    const Result go =
        run({.argv = {"sh", "-c", "GOTOOLCHAIN=local go env GOVERSION"}, .env = environment});
    if (!go.ok() || std::atoi(go.out.substr(go.out.find('.') + 1).c_str()) < 24)
      GTEST_SKIP() << "needs Go 1.24 or newer (Debian 13: golang-go)";
    Command build{.argv = {"sh", "-c", "go build -trimpath -o \"$1\" .", "sh", *temp_ / "cri"},
                  .env = environment,
                  .cwd = WPAR_SOURCE_DIR "/tests/engines/cri"};
    build.timeout = Milliseconds(240000);
    build.network_namespace = original_network_namespace();
    const Result built = run(build);
    ASSERT_EQ(built.code, 0) << built;
    const Result image = run({.argv = {"sh", "-c", "python3 \"$1\" \"$2\" \"$3\" > \"$4\"", "sh",
                                       WPAR_SOURCE_DIR "/tests/engines/cri_image.py",
                                       bundle().root(), kImage, *temp_ / "image.tar"}});
    ASSERT_EQ(image.code, 0) << image;
    const Result imported = ctr({"images", "import", *temp_ / "image.tar"});
    ASSERT_EQ(imported.code, 0) << imported;
  }
  std::string daemon_config() const override {
    return fmt::format(kConfig, temp_->path(), kImage, runtime_->program());
  }
  std::string daemon_namespace() const override { return "k8s.io"; }
};

TEST_F(Cri, APodLivesAsAKubeletWantsIt) {
  make_directories(*temp_ / "pod");
  write_text(*temp_ / "pod/file", "content\n");
  Command kubelet{
      .argv = {*temp_ / "cri", socket(), "wpar", kImage, "/wt" + temp_->tag(), *temp_ / "pod"}};
  kubelet.timeout = Milliseconds(150000);
  const Result result = run(kubelet);
  EXPECT_EQ(result.code, 0) << result << daemon_log();
}

}  // namespace
}  // namespace wpar::test
