// SPDX-License-Identifier: Apache-2.0
#include "translate/targets/files.h"

#include <filesystem>
#include <optional>
#include <string_view>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/path.h"

namespace wpar::translate {

void check_files(const std::string& directory, const std::vector<TargetFile>& files) {
  constexpr std::size_t kFirstLines = 64;
  for (const TargetFile& file : files) {
    const std::string path = join_path(directory, file.name);
    const std::optional<std::string> text = find_file(path);
    if (text && text->substr(0, kFirstLines).find(kWrittenBy) == std::string::npos) {
      throw_error(
          ErrorKind::kAlreadyExists,
          "{} exists and was not written by wpar2oci: remove it or choose another directory", path);
    }
  }
}

void write_files(const std::string& directory, const std::vector<TargetFile>& files) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    throw Error(error.value(), fmt::format("make the directory {}", directory));
  }
  for (const TargetFile& file : files) {
    replace_file(join_path(directory, file.name), file.text, file.mode);
  }
}

}  // namespace wpar::translate
