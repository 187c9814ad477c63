// SPDX-License-Identifier: Apache-2.0
#pragma once
// The fixture of all tests that run containers: a temporary directory, a bundle, a runtime with a
// private --root, unique ids, and a TearDown that asserts that nothing is left on the host.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/support/bundle.h"
#include "tests/support/canary.h"
#include "tests/support/command.h"
#include "tests/support/host_snapshot.h"
#include "tests/support/runtime.h"
#include "tests/support/temp_dir.h"

namespace wpar::test {

// For known deviations of the calibration peers: skips there, and only there, with the reason.
#define WPAR_SKIP_PEER(peer, why)                       \
  do {                                                  \
    if (runtime_->name() == (peer))                     \
      GTEST_SKIP() << (peer) << " deviates: " << (why); \
  } while (false)

class ContainerTest : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  Bundle& bundle() { return *bundle_; }
  Runtime& runtime() { return *runtime_; }
  std::string new_id();  // remembered: deleted by TearDown
  // Writes config.json and runs it in the foreground under a new id.
  Result run_bundle(std::vector<std::string> options = {});
  Result run_shell(const std::string& script);  // run_bundle of /bin/sh -c
  Json facts();  // run_bundle of the probe; a failure is reported and gives null
  // Writes config.json; the container's output goes to output_of(id).
  Result create(const std::string& id, std::vector<std::string> options = {});
  std::string start_shell(
      const std::string& script);  // a running container; throws when it is none
  std::string start_waiting();     // one whose pid 1 waits for SIGTERM
  std::string output_of(const std::string& id) const;
  std::string error_of(const std::string& id) const;
  Result exec(const std::string& id, std::vector<std::string> args,
              std::vector<std::string> options = {});
  Json exec_facts(const std::string& id, std::vector<std::string> options = {});
  void delete_all();

  std::unique_ptr<TempDir> temp_;
  std::unique_ptr<Runtime> runtime_;
  std::unique_ptr<Bundle> bundle_;

 private:
  std::unique_ptr<HostSnapshot> host_;
  std::vector<std::string> ids_;
};

// One line that names a place: what every refusal must look like.
void expect_one_line(const Result& result, const std::string& part = "");
// The lines of facts["mountinfo"] whose mount point is the path; the last one is what is seen.
std::vector<std::string> mounts_at(const Json& facts, const std::string& path);
bool running_as_root();
int original_network_namespace();  // where the machine's network is; see main.cpp

}  // namespace wpar::test
