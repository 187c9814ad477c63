// SPDX-License-Identifier: Apache-2.0
// Specifications, wpar2oci --to kube, and the documents as they were written, run by podman kube
// play: Pods and claims. A StatefulSet is for a cluster.
#include <fmt/format.h>

#include "tests/engines/translated_world.h"

namespace wpar::test {
namespace {

class TranslatedKube : public TranslatedWorld {
 protected:
  void SetUp() override {
    for (const char* program : {"podman", "conmon", "tar"})
      if (find_program(program).empty())
        GTEST_SKIP() << "needs " << program;
    TranslatedWorld::SetUp();
  }
  void TearDown() override {
    if (temp_ != nullptr && !IsSkipped()) {
      podman({"pod", "rm", "--all", "--force", "--time", "1"});
      podman({"network", "rm", "--force", "podman-default-kube-network"});
      // Of the network that Podman makes for Pods; its rules end with the test's namespace.
      for (const std::string& link : split(run({.argv = {"ip", "-br", "link"}}).out, '\n'))
        if (link.starts_with("cni-podman") || link.starts_with("podman"))
          ip({"link", "del", link.substr(0, link.find(' '))});
    }
    TranslatedWorld::TearDown();
  }
  // The images that the documents name: of the busybox root, and of Podman's pause container.
  void make_images(const std::string& name) {
    ASSERT_TRUE(
        run({.argv = {"tar", "-C", bundle().root(), "-cf", *temp_ / "root.tar", "."}}).ok());
    for (const std::string& image : {name, std::string("pause")}) {
      const Result imported = podman({"import", "--change", "ENTRYPOINT [\"/probe\", \"wait\"]",
                                      *temp_ / "root.tar", "localhost/" + image + ":latest"});
      ASSERT_TRUE(imported.ok()) << imported;
    }
  }
  Result play(const std::string& name) {
    return podman({"kube", "play", "--network", "none", out(name + ".pod.yaml")});
  }
  std::string logs_of(const std::string& container, const std::string& last) {
    std::string text;
    eventually(
        [&] {
          text = podman({"logs", container}).out;
          return contains(text, last);
        },
        Milliseconds(20000));
    return text;
  }
};

TEST_F(TranslatedKube, TheHelloExampleIsAPodThatRuns) {
  init("hostname; grep CapBnd /proc/self/status; echo end; exec /probe wait");
  make_images("hello");
  translate(read_text(WPAR_SOURCE_DIR "/specs/examples/hello.spec"),
            {"--to", "kube", "--rootfs", bundle().root()});
  const Result played = play("hello");
  ASSERT_TRUE(played.ok()) << played;
  const std::string said = logs_of("hello-hello", "end\n");
  EXPECT_TRUE(contains(said, "hello\n")) << said;
  const Result down = podman({"kube", "down", out("hello.pod.yaml")});
  EXPECT_TRUE(down.ok()) << down;
  // The bounding set of the bundle, by the same translation.
  init("grep CapBnd /proc/self/status");
  translate(read_text(WPAR_SOURCE_DIR "/specs/examples/hello.spec"), {"--rootfs", bundle().root()});
  const Result of_bundle = runtime()({"run", "--bundle", *temp_ / "out", new_id()});
  ASSERT_TRUE(of_bundle.ok()) << of_bundle;
  EXPECT_TRUE(contains(said, of_bundle.out)) << said << of_bundle;
}

TEST_F(TranslatedKube, AClaimKeepsItsFilesAndNamesArrive) {
  site_ += "names:\n  nameservers: [192.0.2.53]\n  hosts: {db.example.com: 192.0.2.9}\n";
  init(
      "cat /etc/hosts /etc/resolv.conf; cat /data/count; echo again >> /data/count; echo end; exec "
      "/probe wait");
  make_images("keeper");
  translate(
      "general:\n name = keeper\n privateusr = yes\n copynameres = yes\n"
      "mount:\n directory = /data\n vfs = jfs2\n size = 16M\n",
      {"--to", "kube", "--rootfs", bundle().root()});
  const std::string documents = read_text(out("keeper.pod.yaml"));
  for (const char* expected : {"end\n", "again\nend\n"}) {
    const Result played = podman({"kube", "play", out("keeper.pod.yaml")});
    ASSERT_TRUE(played.ok()) << played;
    const std::string said = logs_of("keeper-keeper", "end\n");
    EXPECT_TRUE(contains(said, expected)) << said;
    EXPECT_TRUE(contains(said, "192.0.2.9\tdb.example.com")) << said;
    // Podman 5 names its own resolver there, which asks the Pod's.
    const std::string resolvers =
        podman({"pod", "inspect", "--format", "{{.InfraConfig.DNSServer}}", "keeper"}).out;
    EXPECT_TRUE(contains(said, "nameserver 192.0.2.53\n") ||
                (contains(said, "search dns.podman") && contains(resolvers, "192.0.2.53")))
        << said << resolvers;
    const Result removed = podman({"pod", "rm", "--force", "--time", "1", "keeper"});
    EXPECT_TRUE(removed.ok()) << removed;
    // Podman 4 refuses a claim that is there, where a cluster leaves it as it is.
    write_text(out("keeper.pod.yaml"), documents.substr(documents.find("---\n")));
  }
  EXPECT_EQ(podman({"volume", "ls", "--quiet"}).out, "keeper-fs0\n");
}

TEST_F(TranslatedKube, AnApplicationWparHasItsWordsAndItsExitCode) {
  make_images("app");
  translate(
      "general:\n name = app\n"
      " application = \"A='x, y' /bin/sh -c 'echo $A; exit 7'\"\n",
      {"--to", "kube"});
  const Result played = podman({"kube", "play", out("app.pod.yaml")});  // the host's network
  ASSERT_TRUE(played.ok()) << played;
  EXPECT_EQ(podman({"wait", "app-app"}).out, "7\n");
  EXPECT_EQ(podman({"logs", "app-app"}).out, "x, y\n");
}

}  // namespace
}  // namespace wpar::test
