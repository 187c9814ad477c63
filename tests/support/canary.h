// SPDX-License-Identifier: Apache-2.0
#pragma once
// A directory outside every container, and a snapshot of a tree that shows any change to it.

#include <map>
#include <string>
#include <vector>

namespace wpar::test {

// type, mode, owner, size, link target, inode, modification time and content of everything below.
class TreeSnapshot {
 public:
  explicit TreeSnapshot(std::string path);
  std::vector<std::string> differences() const;  // {} when nothing changed

 private:
  std::map<std::string, std::string> look() const;
  std::string path_;
  std::map<std::string, std::string> then_;
};

// Victims of every kind: files that a bug would truncate, remove, chown or mount over.
class Canary {
 public:
  explicit Canary(const std::string& path);
  const std::string& path() const { return path_; }
  std::vector<std::string> differences() const { return snapshot_.differences(); }

 private:
  static std::string fill(const std::string& path);
  std::string path_;
  TreeSnapshot snapshot_;
};

}  // namespace wpar::test
