// SPDX-License-Identifier: Apache-2.0
// Specifications, wpar2oci --to containerd, and the script as it was written: ctr run with the
// bundle's own config.json, hooks too.
#include <fmt/format.h>
#include <signal.h>

#include "tests/engines/translated_world.h"

namespace wpar::test {
namespace {

class TranslatedContainerd : public TranslatedWorld {
 protected:
  void SetUp() override {
    for (const char* program : {"containerd", "ctr", "containerd-shim-runc-v2"})
      if (find_program(program).empty())
        GTEST_SKIP() << "needs " << program << " (Debian: containerd)";
    TranslatedWorld::SetUp();
    if (temp_ == nullptr || IsSkipped())
      return;
    write_text(*temp_ / "config.toml",
               fmt::format("version = 2\nroot = \"{0}/root\"\nstate = \"{0}/containerd\"\n"
                           "disabled_plugins = [\"io.containerd.grpc.v1.cri\", "
                           "\"io.containerd.internal.v1.opt\"]\n"
                           "[grpc]\naddress = \"{0}/c.sock\"\n[debug]\nlevel = \"error\"\n",
                           temp_->path()));
    daemon_ = std::make_unique<Process>(
        command({"containerd", "--config", *temp_ / "config.toml"}, Milliseconds(170000)));
    ASSERT_TRUE(eventually([&] { return ctr({"version"}).ok(); }, Milliseconds(15000)));
  }
  void TearDown() override {
    if (daemon_ != nullptr) {
      for (const std::string& id : split(ctr({"container", "ls", "--quiet"}).out, '\n'))
        if (!id.empty()) {
          ctr({"task", "rm", "--force", id});
          ctr({"container", "rm", id});
        }
      daemon_->signal(SIGTERM);
      eventually([&] { return !daemon_->running(); });
      daemon_.reset();
    }
    TranslatedWorld::TearDown();
  }
  Result ctr(std::vector<std::string> words) {
    words.insert(words.begin(), "ctr");
    return run(command(std::move(words)));
  }
  void translate_bundle(const std::string& specification, bool own_root = true) {
    std::vector<std::string> words = {"--to", "containerd", "--runtime", runtime().program()};
    if (own_root)
      words.insert(words.end(), {"--rootfs", bundle().root()});
    translate(specification, words);
  }

  std::unique_ptr<Process> daemon_;
};

TEST_F(TranslatedContainerd, AWparHasItsTwoAddressesAndItsRoute) {
  make_bridge();
  init("hostname; ip -o addr show en0; ip route");
  translate_bundle(kTwoAddresses);
  const Result result = run(command({out("db2.sh")}));
  EXPECT_TRUE(result.ok()) << result;
  expect_two_addresses(result);
}

TEST_F(TranslatedContainerd, AWparIsReachedOverTheBridge) {
  make_bridge();
  init("while true; do nc -l -p 7 -e /bin/cat; done");
  translate_bundle(kTwoAddresses);
  Process script(command({out("db2.sh")}));
  EXPECT_TRUE(answers("10.99.0.5"));
  EXPECT_TRUE(answers("10.99.0.6"));
  EXPECT_TRUE(ctr({"task", "kill", "--signal", "SIGKILL", "db2"}).ok());
  script.wait();
}

TEST_F(TranslatedContainerd, AWparIsNotMadeWithoutItsBridge) {
  init("true");
  translate_bundle(kTwoAddresses);
  const Result result = run(command({out("db2.sh")}));
  EXPECT_NE(result.code, 0);
  EXPECT_TRUE(contains(result.err, "wpartestbr0")) << result;
}

TEST_F(TranslatedContainerd, AnApplicationWparRunsOverTheHostsRootAndHasItsExitCode) {
  translate_bundle("general:\n name = app\n application = \"/bin/sh -c 'hostname; exit 7'\"\n",
                   false);
  const Result result = run(command({out("app.sh")}));
  EXPECT_EQ(result.code, 7) << result;
  EXPECT_EQ(result.out, "app\n");
}

TEST_F(TranslatedContainerd, TheReportExampleSaysWhatItSees) {
  const std::string example = read_text(WPAR_SOURCE_DIR "/specs/examples/report.spec");
  translate_bundle(example, false);
  const Result result = run(command({out("report.sh")}));
  EXPECT_TRUE(result.ok()) << result;
  for (const char* expected : {"hello from a workload partition\n", "host name: report\n",
                               "my process id: 1\n", "message queues: 3200\n"})
    EXPECT_TRUE(contains(result.out, expected)) << expected << result;
}

}  // namespace
}  // namespace wpar::test
