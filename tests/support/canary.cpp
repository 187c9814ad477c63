// SPDX-License-Identifier: Apache-2.0
#include "tests/support/canary.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "tests/support/temp_dir.h"

namespace wpar::test {

TreeSnapshot::TreeSnapshot(std::string path) : path_(std::move(path)), then_(look()) {}

std::map<std::string, std::string> TreeSnapshot::look() const {
  std::map<std::string, std::string> facts;
  const auto record = [&](const std::string& path) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0)
      return;
    std::string content;
    if (S_ISLNK(info.st_mode))
      content = std::filesystem::read_symlink(path).string();
    if (S_ISREG(info.st_mode))
      content = fmt::format("{}", std::hash<std::string>()(read_text(path)));
    facts[path] = fmt::format("mode {:o} owner {}:{} size {} inode {} device {} changed {}.{} {}",
                              info.st_mode, info.st_uid, info.st_gid, info.st_size, info.st_ino,
                              info.st_rdev, info.st_mtim.tv_sec, info.st_mtim.tv_nsec, content);
  };
  record(path_);
  std::error_code ignored;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path_, ignored))
    record(entry.path().string());
  return facts;
}

std::vector<std::string> TreeSnapshot::differences() const {
  const std::map<std::string, std::string> now = look();
  std::vector<std::string> found;
  for (const auto& [path, fact] : now) {
    const auto before = then_.find(path);
    if (before == then_.end())
      found.push_back("new " + path);
    else if (before->second != fact)
      found.push_back(fmt::format("changed {}: {} -> {}", path, before->second, fact));
  }
  for (const auto& [path, fact] : then_)
    if (!now.contains(path))
      found.push_back("removed " + path);
  return found;
}

Canary::Canary(const std::string& path) : path_(fill(path)), snapshot_(path) {}

std::string Canary::fill(const std::string& path) {
  make_directories(path);
  write_text(path + "/victim", "0123456789", 0640);
  write_text(path + "/ptmx", "not a device");
  write_text(path + "/null", "not a device");
  write_text(path + "/fd", "not a link");
  make_directories(path + "/folder", 0750);
  make_symlink("victim", path + "/link");
  return path;
}

}  // namespace wpar::test
