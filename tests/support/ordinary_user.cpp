// SPDX-License-Identifier: Apache-2.0
#include "tests/support/ordinary_user.h"

#include <fmt/format.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace wpar::test {

OrdinaryUser::OrdinaryUser() {
  cover("/etc/passwd",
        read_text("/etc/passwd") +
            fmt::format("wparuser:x:{}:{}::/nonexistent:/bin/sh\n", kUid, kGid),
        0644);
  const std::string ranges = fmt::format("wparuser:{}:{}\n", kFirstSubId, kSubIds);
  cover("/etc/subuid", ranges, 0644);
  cover("/etc/subgid", ranges, 0644);
}

OrdinaryUser::~OrdinaryUser() {
  uncover_down_to(0);
}

void OrdinaryUser::uncover() {
  uncover_down_to(3);  // passwd, subuid, subgid
}

void OrdinaryUser::uncover_down_to(std::size_t count) {
  for (; covered_.size() > count; covered_.pop_back())
    ::umount2(covered_.back().c_str(), MNT_DETACH);
}

void OrdinaryUser::cover(const std::string& path, const std::string& content, unsigned int mode) {
  const std::string file = files_ / fmt::format("cover{}", covered_.size());
  write_text(file, content, mode);
  if (!exists(path))
    throw std::runtime_error("no " + path + " that could be covered");
  if (::mount(file.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) != 0)
    throw std::runtime_error(fmt::format("cover {}: {}", path, std::strerror(errno)));
  covered_.push_back(path);
}

void OrdinaryUser::take_sub_ids() {
  cover("/etc/subuid", "", 0644);
  cover("/etc/subgid", "", 0644);
}

void OrdinaryUser::make_own_directory(const std::string& path) {
  make_directories(path, 0700);
  if (::chown(path.c_str(), kUid, kGid) != 0)
    throw std::runtime_error("chown " + path);
}

std::vector<std::string> OrdinaryUser::call() {
  return {"setpriv",
          "--reuid",
          std::to_string(kUid),
          "--regid",
          std::to_string(kGid),
          "--clear-groups",
          "--inh-caps=-all",
          "--"};
}

}  // namespace wpar::test
