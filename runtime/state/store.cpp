// SPDX-License-Identifier: Apache-2.0
#include "runtime/state/store.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/path.h"
#include "runtime/sys/socket.h"

namespace wpar::state {
namespace {

constexpr const char* kJournal = "journal.json";
constexpr const char* kRecord = "state.json";
constexpr const char* kConfig = "config.json";
constexpr const char* kGate = "start.sock";
constexpr const char* kNotify = "notify";
constexpr mode_t kPrivateFile = 0600;
constexpr mode_t kPrivateDirectory = 0700;

UniqueFd open_directory(int parent, const char* name) {
  return UniqueFd(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

void lock_exclusively(BorrowedFd directory, const std::string& id) {
  while (::flock(directory.get(), LOCK_EX) < 0) {
    if (errno != EINTR) {
      throw_errno("lock container {}", id);
    }
  }
}

// The sticky bit keeps those who tidy up the user's runtime directory away (XDG base directory
// specification).
void make_state_root(const std::string& path) {
  if (parent_path(path) != "/") {
    make_private_directories(parent_path(path));
  }
  if (::mkdir(path.c_str(), kPrivateDirectory | S_ISVTX) < 0 && errno != EEXIST) {
    throw_errno("create {}", path);
  }
}

}  // namespace

void check_id(const std::string& id) {
  if (id.empty()) {
    throw_error(ErrorKind::kInvalidArgument, "container id cannot be empty");
  }
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '+' || c == '.' || c == '-';
  };
  if (id.size() > 255 || id.starts_with('.') || id.starts_with('-') ||
      !std::all_of(id.begin(), id.end(), allowed)) {
    throw_error(ErrorKind::kInvalidArgument, "invalid container ID format: {}", id);
  }
}

std::optional<Record> Entry::find_record() const {
  const auto text = find_file_at(directory_, kRecord);
  if (!text) {
    return std::nullopt;
  }
  return in_context(fmt::format("state of container {}", id_), [&] { return parse_record(*text); });
}

std::optional<Journal> Entry::find_journal() const {
  const auto text = find_file_at(directory_, kJournal);
  if (!text || text->empty()) {
    return std::nullopt;  // killed before, or within, its very first write: nothing was done yet
  }
  return in_context(fmt::format("journal of container {}", id_),
                    [&] { return parse_journal(*text); });
}

std::string Entry::config_text() const {
  return read_file_at(directory_, kConfig);
}

bool Entry::has_gate() const {
  return ::faccessat(directory_.get(), kGate, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

void Entry::write_journal(const Journal& journal) const {
  replace_file_at(directory_, kJournal, state::write_journal(journal), kPrivateFile);
}

void Entry::write_config(const std::string& text) const {
  write_file_at(directory_, kConfig, text, kPrivateFile);
}

void Entry::rewrite_config(const std::string& text) const {
  replace_file_at(directory_, kConfig, text, kPrivateFile);
}

void Entry::write_record(const Record& record) const {
  replace_file_at(directory_, kRecord, state::write_record(record), kPrivateFile);
}

UniqueFd Entry::make_gate() const {
  return sys::listen_in(directory_, kGate);
}

UniqueFd Entry::knock() const {
  return sys::find_listener_in(directory_, kGate);
}

void Entry::remove_gate() const {
  if (::unlinkat(directory_.get(), kGate, 0) < 0 && errno != ENOENT) {
    throw_errno("open the start gate of container {}", id_);
  }
}

void Entry::make_notify() const {
  // Whatever its umask, the container's user must pass through.
  if (::mkdirat(directory_.get(), kNotify, 0755) < 0 ||
      ::fchmodat(directory_.get(), kNotify, 0755, 0) < 0) {
    throw_errno("make the notify directory of container {}", id_);
  }
}

bool Entry::has_notify() const {
  return ::faccessat(directory_.get(), kNotify, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

UniqueFd Entry::open_notify() const {
  UniqueFd directory = open_directory(directory_.get(), kNotify);
  if (!directory) {
    throw_errno("open the notify directory of container {}", id_);
  }
  return directory;
}

void Entry::unlock() const {
  ::flock(directory_.get(), LOCK_UN);
}

UniqueFd Store::open_root(bool make) const {
  UniqueFd root = open_directory(AT_FDCWD, root_.c_str());
  if (!root && errno == ENOENT && make) {
    make_state_root(root_);
    root = open_directory(AT_FDCWD, root_.c_str());
  }
  if (!root) {
    if (errno == ENOENT) {
      return root;
    }
    throw_errno("open {}", root_);
  }
  struct stat info = {};
  if (::fstat(root.get(), &info) < 0) {
    throw_errno("stat {}", root_);
  }
  // Whoever can write here could put a container of his own making before us. The sticky bit is
  // what runc sets on a root it shares with nobody; it does not make a world-writable directory
  // safe.
  if (info.st_uid != ::geteuid() || (info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    throw_error(ErrorKind::kInvalidArgument,
                "{}: the state root must belong to uid {} and be writable by nobody else", root_,
                ::geteuid());
  }
  return root;
}

Entry Store::reserve(const std::string& id) {
  check_id(id);
  const UniqueFd root = open_root(true);
  if (::mkdirat(root.get(), id.c_str(), kPrivateDirectory) < 0) {
    if (errno == EEXIST) {
      throw_error(ErrorKind::kAlreadyExists, "container with given ID already exists: {}", id);
    }
    throw_errno("create {}/{}", root_, id);
  }
  UniqueFd directory = open_directory(root.get(), id.c_str());
  if (!directory) {
    throw_errno("open {}/{}", root_, id);
  }
  Entry entry(std::move(directory), id);
  lock_exclusively(entry.directory(), id);
  return entry;
}

std::optional<Entry> Store::find(const std::string& id, Lock lock) const {
  check_id(id);
  const UniqueFd root = open_root(false);
  if (!root) {
    return std::nullopt;
  }
  UniqueFd directory = open_directory(root.get(), id.c_str());
  if (!directory) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return std::nullopt;
    }
    throw_errno("open {}/{}", root_, id);
  }
  Entry entry(std::move(directory), id);
  if (lock == Lock::kExclusive) {
    lock_exclusively(entry.directory(), id);
    struct stat info = {};
    // It may have been deleted while we waited for the lock.
    if (::fstat(entry.directory().get(), &info) < 0 || info.st_nlink == 0) {
      return std::nullopt;
    }
  }
  return entry;
}

Entry Store::open(const std::string& id, Lock lock) const {
  auto entry = find(id, lock);
  if (!entry) {
    throw_error(ErrorKind::kNotFound, "container {} does not exist", id);
  }
  return std::move(*entry);
}

namespace {

// Everything in it that is not a directory; unlinkat(2) never follows a link.
void remove_files(BorrowedFd directory) {
  const UniqueFd listing = open_directory(directory.get(), ".");
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(::dup(listing.get())), ::closedir);
  while (const dirent* child = entries ? ::readdir(entries.get()) : nullptr) {
    if (child->d_type != DT_DIR) {
      ::unlinkat(directory.get(), child->d_name, 0);
    }
  }
}

}  // namespace

void Store::release(const std::string& id) const {
  const UniqueFd root = open_root(false);
  if (!root) {
    return;
  }
  const UniqueFd directory = open_directory(root.get(), id.c_str());
  if (!directory) {
    return;
  }
  // A killed replace_file leaves a temporary name of ours behind, so all files go.
  remove_files(directory);
  if (const UniqueFd notify = open_directory(directory.get(), kNotify)) {
    remove_files(notify);
    ::unlinkat(directory.get(), kNotify, AT_REMOVEDIR);
  }
  if (::unlinkat(root.get(), id.c_str(), AT_REMOVEDIR) < 0 && errno != ENOENT) {
    throw_errno("remove {}/{}", root_, id);
  }
}

std::vector<std::string> Store::ids() const {
  std::vector<std::string> found;
  const UniqueFd root = open_root(false);
  if (!root) {
    return found;
  }
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(::dup(root.get())), ::closedir);
  while (const dirent* child = entries ? ::readdir(entries.get()) : nullptr) {
    // Names that begin with a dot are ours but no containers (the filter cache).
    if (child->d_type == DT_DIR && child->d_name[0] != '.') {
      found.emplace_back(child->d_name);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace wpar::state
