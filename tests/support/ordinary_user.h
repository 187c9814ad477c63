// SPDX-License-Identifier: Apache-2.0
#pragma once
// A user without privileges for the tests of rootless containers: an entry in /etc/passwd and
// ranges in /etc/subuid and /etc/subgid that exist in the test's own mount namespace only.

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace wpar::test {

class OrdinaryUser {
 public:
  static constexpr uid_t kUid = 54321;
  static constexpr gid_t kGid = 54322;
  static constexpr uid_t kFirstSubId = 700000;
  static constexpr unsigned int kSubIds = 1000;

  OrdinaryUser();
  ~OrdinaryUser();
  OrdinaryUser(const OrdinaryUser&) = delete;
  OrdinaryUser& operator=(const OrdinaryUser&) = delete;

  void uncover();       // ends what take_sub_ids() and cover() did
  void take_sub_ids();  // the user has no ranges any more
  // The directory is made, and the user's alone.
  static void make_own_directory(const std::string& path);
  // A file of the machine is seen as another one, until the user is gone.
  void cover(const std::string& path, const std::string& content, unsigned int mode);
  // What a program is called through to be the user's.
  static std::vector<std::string> call();

 private:
  void uncover_down_to(std::size_t count);

  TempDir files_;
  std::vector<std::string> covered_;
};

}  // namespace wpar::test
