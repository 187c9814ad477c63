// SPDX-License-Identifier: Apache-2.0
#pragma once
// The text files of a target that is not a bundle. Throws Error naming the path. Called by
// wpar2oci.

#include <string>
#include <vector>

namespace wpar::translate {

// Stands in the first lines of every file: check_files knows its own by it.
inline constexpr const char* kWrittenBy = "# written by wpar2oci\n";

struct TargetFile {
  std::string name;  // below the directory
  std::string text;
  unsigned mode = 0644;
};

// Refuses a file that wpar2oci did not write; changes nothing.
void check_files(const std::string& directory, const std::vector<TargetFile>& files);
void write_files(const std::string& directory, const std::vector<TargetFile>& files);

}  // namespace wpar::translate
