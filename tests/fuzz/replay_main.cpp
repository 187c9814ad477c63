// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target over the files of the directories given as arguments: what was found once
// stays fixed, also where there is no libFuzzer. Fails when there is nothing to run.

#include <dirent.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "runtime/base/file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::vector<std::string> files_of(const std::string& directory) {
  std::vector<std::string> paths;
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(directory.c_str()), ::closedir);
  while (const dirent* entry = open ? ::readdir(open.get()) : nullptr) {
    if (entry->d_name[0] != '.') {
      paths.push_back(directory + '/' + entry->d_name);
    }
  }
  return paths;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t count = 0;
  for (int i = 1; i < argc; ++i) {
    for (const std::string& path : files_of(argv[i])) {
      std::printf("%s\n", path.c_str());
      std::fflush(stdout);  // the last line names the input of a crash
      const std::string text = wpar::read_file(path);
      // A copy on the heap without a terminator, so that a sanitizer sees a read beyond the end.
      const auto exact = std::make_unique<std::uint8_t[]>(text.size());
      text.copy(reinterpret_cast<char*>(exact.get()), text.size());
      LLVMFuzzerTestOneInput(exact.get(), text.size());
      ++count;
    }
  }
  std::printf("%zu inputs\n", count);
  return count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
