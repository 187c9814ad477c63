// SPDX-License-Identifier: Apache-2.0
// From the specification file to the running WPAR: wpar2oci, the network hook and the runtime
// together.
#include <gtest/gtest.h>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

constexpr const char* kBridge = "wpartestbr0";

constexpr const char* kSpecification = R"(general:
	name = "NAME"
	hostname = "db2.example.com"
	routing = "yes"

network:
	interface = "en0"
	address = "10.99.0.5"
	netmask = "255.255.255.0"

network:
	interface = "en0"
	address = "10.99.0.6"
	netmask = "255.255.255.0"

route:
	rtdest = "default"
	rtgateway = "10.99.0.1"

resources:
	active = "yes"
	totalThreads = "64"
)";

// The test program has a network namespace of its own (tests/support/main.cpp): the bridge is
// nobody else's.
class TranslatedWpar : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (!runtime().is_ours()) {
      GTEST_SKIP() << "about our own programs together, not about " << runtime().name();
    }
    if (find_program("ip").empty()) {
      GTEST_SKIP() << "needs the program ip (iproute2) to make a bridge";
    }
    ip({"link", "add", kBridge, "type", "bridge"});
    ip({"addr", "add", "10.99.0.1/24", "dev", kBridge});
    ip({"link", "set", kBridge, "up"});
    has_bridge_ = true;
  }

  void TearDown() override {
    delete_all();
    if (has_bridge_) {
      const Result links = run({.argv = {"ip", "-o", "link", "show", "master", kBridge}});
      EXPECT_EQ(links.out, "") << "a port of the bridge was left";
      ip({"link", "del", kBridge});
    }
    ContainerTest::TearDown();
  }

  static void ip(std::vector<std::string> words) {
    words.insert(words.begin(), "ip");
    const Result result = run({.argv = std::move(words)});
    ASSERT_TRUE(result.ok()) << result;
  }

  // Translates for the bundle's busybox root, whose /sbin/init becomes `script`.
  Result translate(const std::string& id, const std::string& bridge, const std::string& script) {
    make_directories(bundle().in_root("/sbin"));
    write_text(bundle().in_root("/sbin/init"), "#!/bin/sh\n" + script + "\n", 0755);
    std::string text = kSpecification;
    text.replace(text.find("NAME"), 4, "db2");
    write_text(*temp_ / "db2.spec", text);
    write_text(*temp_ / "site.yaml", "interfaces:\n  en0: {mode: bridge, parent: " + bridge +
                                         "}\nhooks: {directory: " WPAR_PROGRAM_DIR "}\n");
    return run(
        {.argv = {WPAR_PROGRAM_DIR "/wpar2oci", "--profile", *temp_ / "site.yaml", "--rootfs",
                  bundle().root(), "--bundle", *temp_ / id, *temp_ / "db2.spec"}});
  }

 private:
  bool has_bridge_ = false;
};

TEST_F(TranslatedWpar, HasTheAddressesRoutesAndLimitsOfItsSpecification) {
  const std::string id = new_id();
  ASSERT_TRUE(translate(id, kBridge,
                        "hostname; ip -o addr show en0; ip route; cd /sys/fs/cgroup; cat pids.max "
                        "pids/pids.max 2>/dev/null; true")
                  .ok());
  const Result result = runtime()({"run", "--bundle", *temp_ / id, id});
  ASSERT_TRUE(result.ok()) << result;
  for (const char* expected : {"db2.example.com\n", "inet 10.99.0.5/24 brd 10.99.0.255",
                               "inet 10.99.0.6/24", "default via 10.99.0.1 dev en0"}) {
    EXPECT_TRUE(contains(result.out, expected)) << expected << result;
  }
  EXPECT_TRUE(contains(result.out, "\n64\n")) << result;
}

TEST_F(TranslatedWpar, IsReachedOverTheBridge) {
  const std::string id = new_id();
  ASSERT_TRUE(translate(id, kBridge, "nc -l -p 7 -e /bin/cat").ok());
  const Result started = runtime()({"run", "--detach", "--bundle", *temp_ / id, id});
  ASSERT_TRUE(started.ok()) << started;
  Result answer;
  const bool reached = eventually([&] {
    answer =
        run({.argv = {busybox_program(), "nc", "-w", "2", "10.99.0.6", "7"}, .input = "hello\n"});
    return answer.out == "hello\n";
  });
  EXPECT_TRUE(reached) << answer;
}

TEST_F(TranslatedWpar, IsNotMadeWithoutItsBridge) {
  const std::string id = new_id();
  ASSERT_TRUE(translate(id, "nosuchbridge", "true").ok());
  const Result result = runtime()({"run", "--bundle", *temp_ / id, id});
  EXPECT_NE(result.code, 0);
  expect_one_line(result, "nosuchbridge");
  EXPECT_EQ(runtime().status(id), "");
}

}  // namespace
}  // namespace wpar::test
