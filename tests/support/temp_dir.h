// SPDX-License-Identifier: Apache-2.0
#pragma once
// A private directory that is gone with its owner, and small file helpers. Every test keeps all
// that it makes below one. Errors of the test machine itself throw std::runtime_error.

#include <string>
#include <string_view>
#include <vector>

namespace wpar::test {

class TempDir {
 public:
  TempDir();  // below $TMPDIR or /tmp, mode 0755 so that mapped users can reach a rootfs inside
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::string& path() const { return path_; }
  // The random part of the name: unique on the machine, used in container ids and cgroup names.
  const std::string& tag() const { return tag_; }
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
  std::string tag_;
};

std::string read_text(const std::string& path);     // "" when it cannot be read
std::string read_trimmed(const std::string& path);  // without white space at the end
std::vector<std::string> read_lines(const std::string& path);
void write_text(const std::string& path, std::string_view text, unsigned int mode = 0644);
bool try_write(const std::string& path, std::string_view text);  // an existing file, as in /proc
void make_directories(const std::string& path, unsigned int mode = 0755);
void copy_file(const std::string& from, const std::string& to, unsigned int mode = 0755);
void make_symlink(const std::string& target, const std::string& path);
bool exists(const std::string& path);  // lstat(2): a dangling link exists
std::vector<std::string> list_directory(const std::string& path);  // names, sorted; {} when absent
// Detaches every mount at or below path first and never walks onto another file system.
void remove_tree(const std::string& path);
std::vector<std::string> split(std::string_view text, char separator);
bool contains(std::string_view text, std::string_view part);

}  // namespace wpar::test
