// SPDX-License-Identifier: Apache-2.0
#pragma once
// The fixture of the tests with podman and conmon: storage, state and a cgroup of the test's own.

#include <string>
#include <vector>

#include "tests/support/container_test.h"

namespace wpar::test {

class Podman : public ContainerTest {
 protected:
  void SetUp() override;
  void TearDown() override;
  Command command(std::vector<std::string> words);
  Result podman(std::vector<std::string> words) { return run(command(std::move(words))); }
  // "run" of a container of its own name, with the root of the bundle.
  std::vector<std::string> run_words(std::vector<std::string> options,
                                     std::vector<std::string> program);
  // The same of an image.
  std::vector<std::string> run_image_words(std::vector<std::string> options,
                                           const std::string& image,
                                           std::vector<std::string> program);
  const std::string& name() const { return names_.back(); }
  std::string new_name();  // remembered: removed by TearDown
  // {{…}} of "podman inspect" without the line's end.
  std::string inspect(const std::string& container, const std::string& format);

  // Before every command. With the overlay driver some podman commands leave a mount of it behind.
  std::vector<std::string> storage_options_ = {"--storage-driver", "vfs"};

 private:
  std::vector<std::string> names_;
};

}  // namespace wpar::test
