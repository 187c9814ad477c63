// SPDX-License-Identifier: Apache-2.0
#pragma once
// The fixture of tests that run containers as an ordinary user: ContainerTest with the runtime, the
// root and the state in that user's hands.

#include <memory>
#include <string>
#include <vector>

#include "tests/support/container_test.h"
#include "tests/support/ordinary_user.h"

namespace wpar::test {

class RootlessTest : public ContainerTest {
 protected:
  void SetUp() override;
  void TearDown() override;
  // A command that the user starts, with his runtime directory, *temp_/user.
  Command as_user(std::vector<std::string> words) const;
  // A user namespace in which root is the user …
  void map_own_id();
  // … and the ids above it are those of his ranges.
  void map_ranges();
  // newuidmap(1) becomes a script, first in the PATH of the runtime.
  void replace_helper(const std::string& script);
  // The lines of a file as words with single blanks.
  static std::string words_of(const Json& lines);

  std::unique_ptr<OrdinaryUser> user_;

 private:
  std::vector<std::string> environment(const std::string& path) const;
};

}  // namespace wpar::test
