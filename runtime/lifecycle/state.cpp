// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/text.h"
#include "runtime/lifecycle/container.h"
#include "specs/oci/config.h"

namespace wpar::lifecycle {
namespace {

// passwd(5) of the host, read here because NSS would need shared libraries.
std::string owner_name(uid_t uid) {
  if (uid == 0) {
    return "root";
  }
  const std::string passwd = find_file("/etc/passwd").value_or("");
  for (const std::string_view line : split(passwd, '\n')) {
    const auto fields = split(line, ':');
    if (fields.size() > 2 && parse_integer<uid_t>(fields[2]) == uid) {
      return std::string(fields[0]);
    }
  }
  return std::to_string(uid);
}

oci::State to_state(const Container& container) {
  const state::Record& record = container.record;
  const bool alive = container.status != state::Status::kStopped;
  return {.oci_version = record.oci_version,
          .id = record.id,
          .status = state::status_word(container.status),
          .pid = alive ? record.pid : 0,
          .bundle = record.bundle,
          .annotations = record.annotations,
          .rootfs = record.rootfs,
          .created = record.created,
          .owner = owner_name(record.owner)};
}

// A container whose create has not written its record yet: all that can be said of it.
oci::State creating(const std::string& id) {
  oci::State state;
  state.oci_version = oci::kSpecVersion;
  state.id = id;
  state.status = state::status_word(state::Status::kCreating);
  return state;
}

}  // namespace

oci::State state(const Context& context, const std::string& id) {
  return to_state(open_container(context, id, state::Lock::kNone));
}

std::vector<ListEntry> list(const Context& context) {
  std::vector<ListEntry> entries;
  const state::Store store(context.root);
  for (const std::string& id : store.ids()) {
    ListEntry row;
    row.state.id = id;
    try {
      auto entry = store.find(id, state::Lock::kNone);
      if (!entry) {
        continue;  // deleted since the directory was read
      }
      const auto record = entry->find_record();
      if (!record) {
        row.state = creating(id);
      } else {
        const state::Status status = observe_status(*entry, *record);
        row.state = to_state({std::move(*entry), *record, status});
      }
    } catch (const Error& error) {
      row.problem = error.what();  // one broken container must not hide the others
    }
    entries.push_back(std::move(row));
  }
  return entries;
}

}  // namespace wpar::lifecycle
