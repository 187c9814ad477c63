// SPDX-License-Identifier: Apache-2.0
#include "tests/support/temp_dir.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <ftw.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace wpar::test {
namespace {

[[noreturn]] void fail(std::string_view what, const std::string& path) {
  throw std::runtime_error(fmt::format("{} {}: {}", what, path, std::strerror(errno)));
}

int remove_one(const char* path, const struct stat*, int, FTW*) {
  ::remove(path);
  return 0;
}

}  // namespace

TempDir::TempDir() {
  const char* base = std::getenv("TMPDIR");
  path_ = fmt::format("{}/wpartest-XXXXXX", base != nullptr && *base == '/' ? base : "/tmp");
  if (::mkdtemp(path_.data()) == nullptr)
    fail("make", path_);
  if (::chmod(path_.c_str(), 0755) != 0)
    fail("chmod", path_);
  tag_ = path_.substr(path_.size() - 6);
}

TempDir::~TempDir() {
  remove_tree(path_);
}

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string read_trimmed(const std::string& path) {
  std::string text = read_text(path);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())))
    text.pop_back();
  return text;
}

std::vector<std::string> read_lines(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);)
    lines.push_back(line);
  return lines;
}

void write_text(const std::string& path, std::string_view text, unsigned int mode) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file)
    fail("write", path);
  if (::chmod(path.c_str(), mode) != 0)
    fail("chmod", path);
}

bool try_write(const std::string& path, std::string_view text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0)
    return false;
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(fd);
  return written;
}

void make_directories(const std::string& path, unsigned int mode) {
  std::filesystem::create_directories(path);
  if (::chmod(path.c_str(), mode) != 0)
    fail("chmod", path);
}

void copy_file(const std::string& from, const std::string& to, unsigned int mode) {
  std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing);
  if (::chmod(to.c_str(), mode) != 0)
    fail("chmod", to);
}

void make_symlink(const std::string& target, const std::string& path) {
  if (::symlink(target.c_str(), path.c_str()) != 0)
    fail("symlink", path);
}

bool exists(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

std::vector<std::string> list_directory(const std::string& path) {
  std::vector<std::string> names;
  std::error_code absent;
  for (const auto& entry : std::filesystem::directory_iterator(path, absent))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

void remove_tree(const std::string& path) {
  std::vector<std::string> points;
  for (const std::string& line : read_lines("/proc/self/mountinfo")) {
    const std::vector<std::string> words = split(line, ' ');
    if (words.size() > 4 && (words[4] == path || words[4].starts_with(path + "/")))
      points.push_back(words[4]);
  }
  for (auto point = points.rbegin(); point != points.rend(); ++point)
    if (::umount2(point->c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) != 0)
      return;  // better left than emptied
  ::nftw(path.c_str(), remove_one, 32, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find(separator, begin)) != std::string_view::npos;
       begin = end + 1)
    parts.emplace_back(text.substr(begin, end - begin));
  parts.emplace_back(text.substr(begin));
  return parts;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace wpar::test
