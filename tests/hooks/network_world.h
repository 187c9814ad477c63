// SPDX-License-Identifier: Apache-2.0
#pragma once
// A private "host" network namespace for the test process and sleeping "containers" with namespaces
// of their own. Looks at the result with ip(8), which shares no code with the hook. Used by
// tests/hooks.

#include <gtest/gtest.h>
#include <sys/types.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "specs/wpar/network_document.h"
#include "tests/support/command.h"

namespace wpar::test {

// A process that sleeps in a new network namespace until the object ends.
class NetworkContainer {
 public:
  explicit NetworkContainer(std::string id);
  ~NetworkContainer();
  NetworkContainer(const NetworkContainer&) = delete;
  NetworkContainer& operator=(const NetworkContainer&) = delete;

  const std::string& id() const { return id_; }
  pid_t pid() const { return pid_; }
  int network() const { return network_; }  // descriptor of the namespace

 private:
  std::string id_;
  pid_t pid_ = -1;
  int network_ = -1;
};

// Moves the test process into a fresh network namespace; skips without root or ip(8).
class NetworkTest : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  // ip(8) in the private host or, with a descriptor, in that namespace; a failure fails the test.
  std::string ip(const std::string& words, int network = -1);
  nlohmann::json ip_json(const std::string& words, int network = -1);
  std::vector<std::string> link_names(int network = -1);
  // "192.0.2.7/24" …, global ones only.
  std::vector<std::string> addresses(const std::string& link, int network);
  // "default via 192.0.2.1 dev en0" as `ip route` prints them, both families.
  bool has_route(const std::string& family, const std::string& text, int network = -1);

  Result start(const NetworkContainer& container, const spec::NetworkDocument& document);
  Result stop(const NetworkContainer& container, const spec::NetworkDocument& document);
  static Result run_hook(const std::string& state, const std::vector<std::string>& words);
  static std::string state_text(const NetworkContainer& container, const std::string& status,
                                const std::string& annotation);

  // A TCP connection from one namespace (-1: the host) to a listener on `address` in another.
  static bool reaches(int from, int to, const std::string& address);

 private:
  int home_ = -1;
};

}  // namespace wpar::test
