// SPDX-License-Identifier: Apache-2.0
#pragma once
// The fixture of the translated-WPAR tests: specifications go through wpar2oci, the engine runs
// what it wrote, as it wrote it. The engines' own places (storage, networks, cgroups) are in the
// test's directory, by their configuration files and not by options; TearDown asserts that nothing
// of theirs is left on the host.

#include <string>
#include <vector>

#include "tests/support/container_test.h"

namespace wpar::test {

// A private WPAR with two addresses and a default route on a bridge of the host.
inline constexpr const char* kTwoAddresses = R"(general:
	name = "db2"
	hostname = "db2.example.com"
	privateusr = "yes"
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

class TranslatedWorld : public ContainerTest {
 protected:
  void SetUp() override;
  void TearDown() override;

  // /sbin/init of the bundle's busybox root.
  void init(const std::string& script);
  // wpar2oci with the site profile and the busybox root, into DIRECTORY/out; fails the test if it
  // does.
  Result translate(const std::string& specification, std::vector<std::string> words);
  std::string out(const std::string& file) const { return *temp_ / ("out/" + file); }

  // A program with the environment that leads podman and containerd into the test's directory.
  Command command(std::vector<std::string> argv, Milliseconds timeout = Milliseconds(60000)) const;
  Result podman(std::vector<std::string> words) const;

  void make_bridge();
  static void ip(std::vector<std::string> words);
  // What `ip` inside says about the two addresses and the route, in the output of a WPAR.
  static void expect_two_addresses(const Result& result);
  // A TCP server of the WPAR answers over the bridge, at both addresses.
  static bool answers(const std::string& address);

  std::string site_ = "machine: {cpus: 2, memory: 2G}\n";  // the site profile

 private:
  std::vector<std::string> engine_cgroups() const;

  std::vector<std::string> cgroups_before_;
  bool has_bridge_ = false;
  bool had_namespaces_ = false;
  bool had_namespaces_mount_ = false;
};

}  // namespace wpar::test
