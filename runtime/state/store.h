// SPDX-License-Identifier: Apache-2.0
#pragma once
// The directories below --root, one per container, mode 0700: journal.json, state.json, config.json
// (the snapshot that create took) and start.sock, the gate between create and start. Parent only.

#include <optional>
#include <string>
#include <vector>

#include "runtime/base/fd.h"
#include "runtime/state/record.h"

namespace wpar::state {

// 1 to 255 of [A-Za-z0-9_+.-], not beginning with '.' or '-': "invalid container ID format".
void check_id(const std::string& id);

// One container's directory, opened, and locked (flock(2)) for as long as this object lives.
class Entry {
 public:
  BorrowedFd directory() const { return directory_; }

  std::optional<Record> find_record() const;
  std::optional<Journal> find_journal() const;
  std::string config_text() const;
  // The start gate has not been opened yet: its socket is there.
  bool has_gate() const;

  void write_journal(const Journal& journal) const;
  void write_config(const std::string& text) const;
  void rewrite_config(const std::string& text) const;  // readers see the old or the new one
  void write_record(const Record& record) const;
  // Makes the gate's listener; init inherits it.
  UniqueFd make_gate() const;
  // Connects to init at the gate; invalid when it is not there (any more).
  UniqueFd knock() const;
  // The directory that a container sees as /run/notify.
  void make_notify() const;
  bool has_notify() const;
  UniqueFd open_notify() const;
  // From now on the status is running.
  void remove_gate() const;
  // Others may change the container from now on; this object only reads.
  void unlock() const;

 private:
  friend class Store;
  Entry(UniqueFd directory, std::string id)
      : directory_(std::move(directory)), id_(std::move(id)) {}
  UniqueFd directory_;
  std::string id_;
};

enum class Lock {
  kExclusive,  // commands that change something
  kNone,       // state, list: a snapshot is enough, and they must not wait for a slow create
};

class Store {
 public:
  // `root` is made when `reserve` needs it. It must belong to us and not be writable by others.
  explicit Store(std::string root) : root_(std::move(root)) {}

  // Making the directory is the claim on the id: "container with given ID already exists".
  Entry reserve(const std::string& id);
  // Throws kNotFound "container ID does not exist".
  Entry open(const std::string& id, Lock lock) const;
  std::optional<Entry> find(const std::string& id, Lock lock) const;
  // Removes the files we know and the directory; nothing else, and nothing through a link.
  void release(const std::string& id) const;
  std::vector<std::string> ids() const;  // sorted

  const std::string& root() const { return root_; }

 private:
  UniqueFd open_root(bool make) const;
  std::string root_;
};

}  // namespace wpar::state
