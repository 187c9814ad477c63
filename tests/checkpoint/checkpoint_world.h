// SPDX-License-Identifier: Apache-2.0
#pragma once
// The fixture of the tests with CRIU: a container that counts into a file, its images, and the
// restored one.

#include "tests/support/container_test.h"
#include "tests/support/criu.h"

namespace wpar::test {

class CheckpointTest : public ContainerTest {
 protected:
  void SetUp() override;

  std::string images() const { return *temp_ / "images"; }
  // The number on the last line of the file in the container's root; 0 when there is none.
  int counter(const std::string& path = "/counter");
  // True when the number gets above `past`, and does not begin anew: it moves in small steps.
  bool counts_on(int past, const std::string& path = "/counter");

  Result checkpoint(const std::string& id, std::vector<std::string> options = {});
  // Detached, with the outputs in output_of(id). "" as images: those of images().
  Result restore(const std::string& id, std::vector<std::string> options = {});
  std::string criu_;  // the program
};

}  // namespace wpar::test
