// SPDX-License-Identifier: Apache-2.0
#pragma once
// argv or envp as execve(2) wants it, made before a fork or before the last filter is loaded. Any
// process.

#include <string>
#include <vector>

namespace wpar::sys {

// Points into `strings`, which must outlive it.
class StringArray {
 public:
  explicit StringArray(const std::vector<std::string>& strings) {
    pointers_.reserve(strings.size() + 1);
    for (const std::string& string : strings) {
      pointers_.push_back(const_cast<char*>(string.c_str()));  // execve(2) does not write to it
    }
    pointers_.push_back(nullptr);
  }
  char* const* data() const { return pointers_.data(); }

 private:
  std::vector<char*> pointers_;
};

}  // namespace wpar::sys
