// SPDX-License-Identifier: Apache-2.0
#pragma once
// The operations on containers: the parent's half. Called by cli (and by wpar). Every function
// throws Error; kinds tell the cases apart, texts are those that engines parse.

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/lifecycle/criu/modes.h"
#include "runtime/plan/plan.h"
#include "specs/oci/resources.h"
#include "specs/oci/state.h"

namespace wpar::lifecycle {

// --rootless: whether what needs privileges on the host is done without when it is not allowed.
enum class Rootless { kAuto, kYes, kNo };

// What every command gets from the global options.
struct Context {
  std::string root;  // --root: where the state of containers is kept
  Rootless rootless = Rootless::kAuto;
  // For containers that are made; the record of an existing one says its own.
  plan::CgroupManager cgroup_manager = plan::CgroupManager::kCgroupfs;
  bool any_systemd_property = false;  // --systemd-properties
};

struct CreateOptions {
  std::string id;
  std::string bundle;          // as given; the current directory when empty
  std::string config_file;     // instead of config.json in the bundle; empty: that one
  std::string console_socket;  // empty: none
  std::string pidfd_socket;    // empty: none
  std::string pid_file;        // empty: none
  bool no_pivot = false;
  bool no_new_keyring = false;
  unsigned int preserve_fds = 0;
  // From the caller's environment (sd_notify(3), sd_listen_fds(3)).
  std::string notify_socket;  // NOTIFY_SOCKET; empty: none
  unsigned int listen_fds = 0;
  std::string listen_names;  // LISTEN_FDNAMES
};

struct RunOptions {
  CreateOptions create;
  bool detach = false;
  bool keep = false;  // leave the state behind when the container ends
  bool no_subreaper = false;
};

struct ExecOptions {
  std::string id;
  std::string process_file;  // --process: wins over everything below except terminal handling
  std::vector<std::string> args;
  std::string cwd;               // empty: the container's
  std::vector<std::string> env;  // added to the container's
  bool terminal = false;
  std::string user;  // "UID" or "UID:GID", decimal; empty: the container's
  std::vector<std::uint32_t> additional_gids;
  std::vector<std::string>
      capabilities;  // added to bounding, effective, permitted; never inheritable
  bool no_new_privileges = false;
  bool detach = false;
  bool ignore_paused = false;
  std::string console_socket;
  std::string pidfd_socket;
  std::string pid_file;
  std::string apparmor_profile;
  std::string process_label;
  unsigned int preserve_fds = 0;
  // --cgroup: by controller, "" for all, a path below the container's cgroup.
  std::map<std::string, std::string> cgroups;
};

struct KillOptions {
  std::string id;
  std::optional<int> signal;  // absent: the container's stop signal
  bool all = false;           // every process of the cgroup; a stopped container is then no error
};

struct UpdateOptions {
  std::string id;
  std::string resources_file;  // "-": stdin; empty: `resources` is what was asked for
  oci::Resources resources;
  std::string l3_cache_schema;
  std::string mem_bw_schema;
};

struct EventsOptions {
  std::string id;
  bool once = false;  // one line of statistics, and done
  std::int64_t interval_ms = 5000;
};
// Gets one JSON document after the other, without a line break.
using Emit = std::function<void(const std::string&)>;

// What checkpoint and restore have in common. CRIU does the work; criu(8) explains the words.
struct ImageOptions {
  std::string id;
  std::string image_path;  // empty: "checkpoint" in the current directory
  std::string work_path;   // for CRIU's log; empty: the images' directory
  bool tcp_established = false;
  bool external_unix_sockets = false;
  bool shell_job = false;
  bool file_locks = false;
  bool auto_dedup = false;
  bool lazy_pages = false;
  bool empty_network_namespace = false;
  CriuCgroupMode cgroup_mode = CriuCgroupMode::kDefault;
  CriuNetworkLock network_lock = CriuNetworkLock::kUnset;
};

struct CheckpointOptions {
  ImageOptions image;
  std::string parent_path;  // relative to the images; empty: none
  bool leave_running = false;
  bool pre_dump = false;  // memory only; the container goes on
  bool tcp_skip_in_flight = false;
  bool link_remap = false;
  int status_fd = -1;               // told when pages can be fetched (lazy_pages)
  std::string page_server_address;  // empty: none
  std::uint16_t page_server_port = 0;
};

struct RestoreOptions {
  ImageOptions image;
  CreateOptions create;  // its id is the image's
  bool tcp_close = false;
  bool detach = false;
  bool no_subreaper = false;
  std::string lsm_profile;  // "TYPE:NAME"
  std::string lsm_mount_context;
};

void create(const Context& context, const CreateOptions& options);
// The exit code of the container's process (128 + signal), or 0 when detached.
int run(const Context& context, const RunOptions& options);
// `notify_socket`: NOTIFY_SOCKET of the caller. For a container that was created with one, start
// waits until the container says that it is ready, or has ended.
void start(const Context& context, const std::string& id, const std::string& notify_socket = {});
// The exit code of the process, or 0 when detached. Failures of the runtime itself are thrown.
int exec(const Context& context, const ExecOptions& options);
void kill(const Context& context, const KillOptions& options);
// Writes the state of a running container's processes to files; then it is destroyed, unless it
// shall go on.
void checkpoint(const Context& context, const CheckpointOptions& options);
// Makes a container of such files. The exit code of its process, or 0 when detached.
int restore(const Context& context, const RestoreOptions& options);
// Adds the mounts of a JSON file to a container, or removes what is mounted at their destinations.
void add_mounts(const Context& context, const std::string& id, const std::string& file);
void remove_mounts(const Context& context, const std::string& id, const std::string& file);
// With force: a running container is killed first, and one that does not exist is no error.
void remove(const Context& context, const std::string& id, bool force);
// The same for every container whose id the extended regular expression (regex(7)) matches. All are
// tried; then the failures are thrown as one. That none matches is no failure.
void kill_matching(const Context& context, const KillOptions& options);
void remove_matching(const Context& context, const std::string& pattern, bool force);
// Freezes every process; resume() thaws them.
void pause(const Context& context, const std::string& id);
void resume(const Context& context, const std::string& id);
// All limits change, or none; the recorded configuration follows.
void update(const Context& context, const UpdateOptions& options);
// Returns when the container has ended.
void events(const Context& context, const EventsOptions& options, const Emit& emit);
// Host pids, sorted.
std::vector<pid_t> processes(const Context& context, const std::string& id);
// What ps(1) prints with these options.
std::string process_table(const std::vector<std::string>& options);
oci::State state(const Context& context, const std::string& id);

// One row per container; one that cannot be read has `problem` set and keeps the others readable.
struct ListEntry {
  oci::State state;
  std::string problem;
};
std::vector<ListEntry> list(const Context& context);

// What `features` prints; everything here comes from the tables that do the work.
struct FeatureFacts {
  std::vector<std::string> mount_options;
  std::vector<std::string> capabilities;
  std::vector<std::string> seccomp_actions;
  std::vector<std::string> seccomp_operators;
  std::vector<std::string> seccomp_archs;
  std::vector<std::string> seccomp_flags;
  std::vector<std::string> memory_policy_modes;
  std::vector<std::string> memory_policy_flags;
  bool apparmor = false;
  bool selinux = false;
};
FeatureFacts feature_facts();
std::string libseccomp_version();

// Whether this process is in a user namespace below the host's first one.
bool in_user_namespace();

// Called first by every command that enters a container: from here on this process runs from an
// object that nobody can open for writing (CVE-2019-5736). Re-executes the program once and then
// does not return; the second time it returns at once.
void protect_own_binary(char** argv);

}  // namespace wpar::lifecycle
