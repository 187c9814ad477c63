// SPDX-License-Identifier: Apache-2.0
#pragma once
// The messages between us and `criu swrk` (criu.org/RPC; rpc.proto names the fields): what we ask
// for as plain data, its bytes, and the answers. Pure. Called by criu.cpp, filled in by
// checkpoint.cpp and restore.cpp.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/lifecycle/criu/modes.h"

namespace wpar::lifecycle {

// criu_req_type
enum class CriuTopic {
  kEmpty = 0,
  kDump = 1,
  kRestore = 2,
  kPreDump = 4,
  kNotify = 6,
  kFeatureCheck = 9,
  kVersion = 10,
};

struct CriuInheritedFd {
  std::string key;  // "pipe:[42]", "file[1a:2b]", "extRootNetNS"
  int fd = -1;      // its number in the CRIU process
  bool operator==(const CriuInheritedFd&) const = default;
};

// criu_opts. What is empty, 0 or false is not sent.
struct CriuOptions {
  int images_fd = -1;  // numbers in our process: CRIU opens /proc/PID/fd/N
  int work_fd = -1;
  std::string log_file;
  pid_t pid = 0;  // dump: the root of the process tree
  std::string root;
  std::string parent_image;
  bool leave_running = false;
  bool tcp_established = false;
  bool tcp_skip_in_flight = false;
  bool tcp_close = false;
  bool link_remap = false;
  bool external_unix_sockets = false;
  bool shell_job = false;
  bool file_locks = false;
  bool lazy_pages = false;
  bool auto_dedup = false;
  bool track_memory = false;
  bool evasive_devices = false;
  bool restore_sibling = false;
  CriuCgroupMode cgroup_mode = CriuCgroupMode::kDefault;
  CriuNetworkLock network_lock = CriuNetworkLock::kUnset;
  std::uint32_t empty_namespaces = 0;  // CLONE_NEWNET or nothing
  std::string page_server_address;
  std::uint16_t page_server_port = 0;
  std::string freeze_cgroup;
  std::vector<std::pair<std::string, std::string>> cgroup_roots;  // controller, path in it
  std::vector<std::pair<std::string, std::string>> external_mounts;
  std::vector<std::string> external;                                 // "net[4026531840]:key"
  std::vector<std::pair<std::string, std::string>> join_namespaces;  // "ipc", file
  std::vector<CriuInheritedFd> inherited_fds;
  std::string config_file;
  std::string lsm_profile;
  std::string lsm_mount_context;
  bool operator==(const CriuOptions&) const = default;
};

std::string write_criu_request(CriuTopic topic, const CriuOptions& options);
// Questions after which CRIU waits for the next request on the same channel.
std::string write_criu_version_request();
std::string write_criu_feature_request();
// The answer to a notification.
std::string write_criu_notify_answer(bool success);

struct CriuVersion {
  int major = 0;
  int minor = 0;
  int sublevel = 0;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes <=> for a comparison with 0
  auto operator<=>(const CriuVersion&) const = default;
};
std::string version_text(const CriuVersion& version);  // "4.1.1", "4.1"

struct CriuResponse {
  CriuTopic topic = CriuTopic::kEmpty;
  bool success = false;
  std::string script;  // of a notification: "post-restore"
  pid_t pid = 0;       // of the root task: some notifications, and the answer to a restore
  int error = 0;       // an errno
  std::string message;
  CriuVersion version;
  bool tracks_memory = false;  // the answer to the feature question
  bool lazy_pages = false;
  bool operator==(const CriuResponse&) const = default;
};
// Throws Error(kInternal).
CriuResponse parse_criu_response(std::string_view bytes);

// The reasons that CRIU's log gives, in one line: "mnt: Can't bind-mount …; …". Empty when it names
// none. It begins with complaints about what it could do without, so the last few are the ones that
// tell.
std::string errors_in_criu_log(std::string_view log);

}  // namespace wpar::lifecycle
