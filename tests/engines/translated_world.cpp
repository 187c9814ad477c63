// SPDX-License-Identifier: Apache-2.0
#include "tests/engines/translated_world.h"

#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace wpar::test {
namespace {

constexpr const char* kBridge = "wpartestbr0";
constexpr const char* kNamespaces = "/run/netns";  // made by podman, and left

// "nofile=4096:4096": not every test machine may raise its limits to Podman's defaults, and Podman
// lowers its own hard limit of processes to 32768.
std::string own_limit(const char* name, int resource, rlim_t most) {
  struct rlimit limit {};
  ::getrlimit(static_cast<__rlimit_resource_t>(resource), &limit);
  return fmt::format("\"{0}={1}:{1}\"", name, std::min(limit.rlim_max, most));
}

bool is_mounted(const std::string& path) {
  return contains(read_text("/proc/self/mountinfo"), " " + path + " ");
}

}  // namespace

void TranslatedWorld::SetUp() {
  ContainerTest::SetUp();
  if (temp_ == nullptr)
    return;
  if (!runtime().is_ours())
    GTEST_SKIP() << "about our own programs together, not about " << runtime().name();
  if (find_program("ip").empty())
    GTEST_SKIP() << "needs the program ip (iproute2)";
  cgroups_before_ = engine_cgroups();
  had_namespaces_ = exists(kNamespaces);
  had_namespaces_mount_ = is_mounted(kNamespaces);
  site_ += fmt::format("hooks: {{directory: {}}}\npodman: {{hooks: {}}}\n", WPAR_PROGRAM_DIR,
                       WPAR_PODMAN_HOOKS);
  site_ += fmt::format("interfaces:\n  en0: {{mode: bridge, parent: {}}}\n", kBridge);
  write_text(
      *temp_ / "containers.conf",
      fmt::format(
          "[containers]\ndefault_ulimits = [{2}, {3}]\n[engine]\ncgroup_manager = \"cgroupfs\"\n"
          "events_logger = \"file\"\ntmp_dir = \"{0}/tmp\"\nruntime = \"runwpar\"\n"
          "infra_image = \"localhost/pause:latest\"\n"
          "[engine.runtimes]\nrunwpar = [\"{1}\"]\n[network]\n"
          "network_config_dir = \"{0}/networks\"\nfirewall_driver = \"none\"\n",
          temp_->path(), runtime().program(), own_limit("nofile", RLIMIT_NOFILE, 4096),
          own_limit("nproc", RLIMIT_NPROC, 30000)));
  write_text(*temp_ / "storage.conf",
             fmt::format("[storage]\ndriver = \"vfs\"\ngraphroot = \"{0}/storage\"\n"
                         "runroot = \"{0}/run\"\n",
                         temp_->path()));
  ip({"link", "set", "lo", "up"});
}

void TranslatedWorld::TearDown() {
  if (temp_ != nullptr && exists(*temp_ / "storage.conf") && !find_program("podman").empty()) {
    podman({"pod", "rm", "--all", "--force"});
    podman({"rm", "--all", "--force", "--time", "1"});
    podman({"volume", "rm", "--all", "--force"});
    EXPECT_EQ(podman({"ps", "--all", "--quiet"}).out, "");
    EXPECT_EQ(list_directory(kNamespaces), std::vector<std::string>()) << "network namespaces";
    while (!had_namespaces_mount_ && is_mounted(kNamespaces))
      ASSERT_EQ(::umount2(kNamespaces, MNT_DETACH), 0);
    if (!had_namespaces_)
      ::rmdir(kNamespaces);
    // podman and containerd make a parent cgroup and leave it.
    eventually(
        [&] {
          std::vector<std::string> left = engine_cgroups();
          for (auto path = left.rbegin(); path != left.rend(); ++path)
            if (std::find(cgroups_before_.begin(), cgroups_before_.end(), *path) ==
                cgroups_before_.end())
              ::rmdir(path->c_str());
          return engine_cgroups() == cgroups_before_;
        },
        Milliseconds(2000));
    EXPECT_EQ(engine_cgroups(), cgroups_before_);
  }
  if (has_bridge_) {
    // The canary of the network: nothing of the WPAR hangs on the bridge.
    const Result links = run({.argv = {"ip", "-o", "link", "show", "master", kBridge}});
    EXPECT_EQ(links.out, "") << "a port is left on the bridge";
    ip({"link", "del", kBridge});
  }
  ContainerTest::TearDown();
}

std::vector<std::string> TranslatedWorld::engine_cgroups() const {
  std::vector<std::string> all = cgroups_with("/libpod");
  for (const std::string& path : cgroups_with("/wt" + temp_->tag()))
    all.push_back(path);
  std::sort(all.begin(), all.end());
  return all;
}

void TranslatedWorld::init(const std::string& script) {
  make_directories(bundle().in_root("/sbin"));
  write_text(bundle().in_root("/sbin/init"), "#!/bin/sh\n" + script + "\n", 0755);
}

Result TranslatedWorld::translate(const std::string& specification,
                                  std::vector<std::string> words) {
  write_text(*temp_ / "site.yaml", site_);
  write_text(*temp_ / "wpar.spec", specification);
  words.insert(words.begin(), {WPAR_PROGRAM_DIR "/wpar2oci", "--profile", *temp_ / "site.yaml",
                               "--bundle", *temp_ / "out"});
  words.push_back(*temp_ / "wpar.spec");
  const Result result = run({.argv = words});
  EXPECT_TRUE(result.ok()) << result;
  return result;
}

Command TranslatedWorld::command(std::vector<std::string> argv, Milliseconds timeout) const {
  Command command{.argv = std::move(argv), .timeout = timeout};
  const char* path = std::getenv("PATH");
  command.env = std::vector<std::string>{
      fmt::format("PATH={}", path == nullptr ? "/usr/sbin:/usr/bin:/sbin:/bin" : path),
      "HOME=" + temp_->path(),
      "CONTAINERS_CONF=" + *temp_ / "containers.conf",
      "CONTAINERS_STORAGE_CONF=" + *temp_ / "storage.conf",
      "CONTAINERD_ADDRESS=" + *temp_ / "c.sock",
      "CONTAINERD_NAMESPACE=wt" + temp_->tag()};
  command.cwd = "/";
  return command;
}

Result TranslatedWorld::podman(std::vector<std::string> words) const {
  words.insert(words.begin(), "podman");
  return run(command(std::move(words)));
}

void TranslatedWorld::ip(std::vector<std::string> words) {
  words.insert(words.begin(), "ip");
  const Result result = run({.argv = std::move(words)});
  ASSERT_TRUE(result.ok()) << result;
}

void TranslatedWorld::make_bridge() {
  ip({"link", "add", kBridge, "type", "bridge"});
  has_bridge_ = true;
  ip({"addr", "add", "10.99.0.1/24", "dev", kBridge});
  ip({"link", "set", kBridge, "up"});
}

void TranslatedWorld::expect_two_addresses(const Result& result) {
  for (const char* expected : {"db2.example.com\n", "inet 10.99.0.5/24 brd 10.99.0.255",
                               "inet 10.99.0.6/24", "default via 10.99.0.1 dev en0"})
    EXPECT_TRUE(contains(result.out, expected)) << expected << result;
}

bool TranslatedWorld::answers(const std::string& address) {
  return eventually(
      [&] {
        return run({.argv = {busybox_program(), "nc", "-w", "2", address, "7"}, .input = "hello\n"})
                   .out == "hello\n";
      },
      Milliseconds(20000));
}

}  // namespace wpar::test
