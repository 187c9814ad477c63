// SPDX-License-Identifier: Apache-2.0
// Specifications, wpar2oci --to podman, and the script as it was written, run by podman.
#include <fmt/format.h>
#include <unistd.h>

#include "tests/engines/translated_world.h"

namespace wpar::test {
namespace {

class TranslatedPodman : public TranslatedWorld {
 protected:
  void SetUp() override {
    for (const char* program : {"podman", "conmon"})
      if (find_program(program).empty())
        GTEST_SKIP() << "needs " << program;
    TranslatedWorld::SetUp();
  }
  Result translate_and_run(const std::string& specification, const std::string& name) {
    translate(specification,
              {"--to", "podman", "--runtime", runtime().program(), "--rootfs", bundle().root()});
    return run(command({out(name + ".sh")}));
  }
  // The script of a WPAR that goes on, and what happens while it does.
  template <typename Check>
  void while_running(const std::string& specification, const std::string& name, Check check) {
    translate(specification,
              {"--to", "podman", "--runtime", runtime().program(), "--rootfs", bundle().root()});
    Process script(command({out(name + ".sh")}));
    check();
    podman({"kill", "--signal", "KILL", name});
    const Result result = script.wait();
    EXPECT_EQ(result.err, "");
  }
};

TEST_F(TranslatedPodman, AWparHasItsTwoAddressesAndItsRoute) {
  make_bridge();
  init("hostname; ip -o addr show en0; ip route");
  const Result result = translate_and_run(kTwoAddresses, "db2");
  EXPECT_TRUE(result.ok()) << result;
  expect_two_addresses(result);
  EXPECT_EQ(podman({"inspect", "--format", "{{.HostConfig.PidsLimit}}", "db2"}).out, "64\n");
}

TEST_F(TranslatedPodman, AWparIsReachedOverTheBridge) {
  make_bridge();
  init("while true; do nc -l -p 7 -e /bin/cat; done");
  while_running(kTwoAddresses, "db2", [&] {
    EXPECT_TRUE(answers("10.99.0.5"));
    EXPECT_TRUE(answers("10.99.0.6"));
  });
}

TEST_F(TranslatedPodman, AWparIsNotMadeWithoutItsBridge) {
  init("true");
  const Result result = translate_and_run(kTwoAddresses, "db2");
  EXPECT_NE(result.code, 0);
  EXPECT_TRUE(contains(result.err, "wpartestbr0")) << result;
}

TEST_F(TranslatedPodman, PodmansOwnNetworkUsesTheBridgeOfTheHost) {
  const std::string version = podman({"version", "--format", "{{.Client.Version}}"}).out;
  if (std::atoi(version.c_str()) < 5)
    GTEST_SKIP() << "needs Podman 5 for mode=unmanaged, this is " << version;
  make_bridge();
  ip({"addr", "del", "10.99.0.1/24", "dev", "wpartestbr0"});  // Podman refuses the host's subnets
  site_.replace(site_.find("{hooks:"), 1, "{networks: engine, ");
  init("while true; do nc -l -p 7 -e /bin/cat; done");
  const std::string specification =
      "general:\n name = own\n privateusr = yes\n routing = yes\n"
      "network:\n interface = en0\n address = 10.99.0.5\n netmask = 255.255.255.0\n"
      "route:\n rtdest = default\n rtgateway = 10.99.0.1\n"
      "route:\n rtdest = 10.77.0.0/16\n rtgateway = 10.99.0.9\n";
  while_running(specification, "own", [&] {
    EXPECT_TRUE(
        eventually([&] { return contains(podman({"ps"}).out, "own"); }, Milliseconds(20000)));
    ip({"addr", "add", "10.99.0.1/24", "dev", "wpartestbr0"});
    EXPECT_TRUE(answers("10.99.0.5"));
    const Result inside = podman({"exec", "own", "sh", "-c", "ip -o addr show en0; ip route"});
    for (const char* expected : {"inet 10.99.0.5/24", "default via 10.99.0.1 dev en0",
                                 "10.77.0.0/16 via 10.99.0.9 dev en0"})
      EXPECT_TRUE(contains(inside.out, expected)) << expected << inside;
  });
  podman({"rm", "--force", "--time", "1", "own"});
  EXPECT_TRUE(podman({"network", "rm", "own-en0"}).ok());
}

TEST_F(TranslatedPodman, AMacvlanNetworkIsMadeAndUsed) {
  // Another namespace on the same wire: the far end of a pair.
  ip({"link", "add", "wtlow", "type", "veth", "peer", "name", "wtfar"});
  ip({"addr", "add", "10.98.0.1/24", "dev", "wtfar"});
  ip({"link", "set", "wtlow", "up"});
  ip({"link", "set", "wtfar", "up"});
  site_ = "machine: {cpus: 2, memory: 2G}\ninterfaces:\n  en0: {mode: macvlan, parent: wtlow}\n";
  init("while true; do nc -l -p 7 -e /bin/cat; done");
  const std::string specification =
      "general:\n name = mac\n privateusr = yes\n"
      "network:\n interface = en0\n address = 10.98.0.7\n netmask = 255.255.255.0\n"
      "route:\n rtdest = default\n rtgateway = 10.98.0.1\n";
  while_running(specification, "mac", [&] {
    EXPECT_TRUE(eventually(
        [&] {
          return contains(podman({"network", "ls"}).out, "mac-en0");
        },
        Milliseconds(20000)));
    EXPECT_TRUE(answers("10.98.0.7"));
    const Result inside = podman({"exec", "mac", "sh", "-c", "ip -o addr show en0; ip route"});
    EXPECT_TRUE(contains(inside.out, "inet 10.98.0.7/24")) << inside;
    EXPECT_TRUE(contains(inside.out, "default via 10.98.0.1 dev en0")) << inside;
  });
  podman({"rm", "--force", "--time", "1", "mac"});
  EXPECT_TRUE(podman({"network", "rm", "mac-en0"}).ok());
  ip({"link", "del", "wtlow"});
}

TEST_F(TranslatedPodman, AnApplicationWparRunsOverTheHostsRootAndHasItsExitCode) {
  translate("general:\n name = app\n application = \"A='x, y' /bin/sh -c 'echo $A; exit 7'\"\n",
            {"--to", "podman", "--runtime", runtime().program()});
  const Result result = run(command({out("app.sh")}));
  EXPECT_EQ(result.code, 7) << result;
  EXPECT_EQ(result.out, "x, y\n");
}

TEST_F(TranslatedPodman, MountsLimitsNamesAndDevicesArrive) {
  make_directories(*temp_ / "data, more");
  write_text(*temp_ / "data, more/file", "of the host\n");
  site_ += "disks:\n  hdisk5: {path: /dev/null, type: c, major: 1, minor: 3, shared: yes}\n";
  init(
      "cat /data/file; touch /data/x || echo read-only; ls -l /dev/hdisk1; ulimit -l; "
      "cat /proc/sys/kernel/msgmni; df /dev/pts >/dev/null; grep ' /dev/pts ' /proc/mounts; "
      "cat /etc/resolv.conf");
  write_text(bundle().in_root("/etc/resolv.conf"), "nameserver 192.0.2.53\n");
  const Result result = translate_and_run(
      fmt::format("general:\n name = rich\n privateusr = yes\n"
                  "mount:\n directory = /data\n vfs = namefs\n dev = \"{}\"\n mountopts = ro\n"
                  "device:\n devname = hdisk5\n vdevname = hdisk1\n"
                  "resources:\n totalPTYs = 16\n pct_msgIDs = 10%\n",
                  *temp_ / "data, more"),
      "rich");
  EXPECT_TRUE(result.ok()) << result;
  for (const char* expected :
       {"of the host\n", "read-only\n", "1,   3 ", "3200\n", "max=16", "nameserver 192.0.2.53\n"})
    EXPECT_TRUE(contains(result.out, expected)) << expected << result;
}

TEST_F(TranslatedPodman, TheScriptRunsAgain) {
  init("echo once");
  const std::string hello = read_text(WPAR_SOURCE_DIR "/specs/examples/hello.spec");
  for (int i = 0; i < 2; ++i) {
    const Result result = translate_and_run(hello, "hello");
    EXPECT_TRUE(result.ok()) << result;
    EXPECT_TRUE(result.out.ends_with("once\n")) << result;  // --replace prints what it replaced
  }
}

TEST_F(TranslatedPodman, TheReportExampleSaysWhatItSees) {
  const std::string example = read_text(WPAR_SOURCE_DIR "/specs/examples/report.spec");
  translate(example, {"--to", "podman", "--runtime", runtime().program()});
  const Result result = run(command({out("report.sh")}));
  EXPECT_TRUE(result.ok()) << result;
  for (const char* expected : {"hello from a workload partition\n", "host name: report\n",
                               "my process id: 1\n", "message queues: 3200\n"})
    EXPECT_TRUE(contains(result.out, expected)) << expected << result;
}

}  // namespace
}  // namespace wpar::test
