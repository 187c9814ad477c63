// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/command.h"
#include "runtime/cli/image_options.h"
#include "runtime/cli/requests.h"
#include "runtime/cli/values.h"

namespace wpar::cli {
namespace {

constexpr std::array<Option, 7> kOwnOptions = {{
    {"parent-path", '\0', "DIR", "an earlier image of the same container, relative to the images"},
    {"leave-running", '\0', "", "let the container go on"},
    {"pre-dump", '\0', "", "write only memory and let the container go on"},
    {"tcp-skip-in-flight", '\0', "", "leave out TCP connections that are being opened"},
    {"link-remap", '\0', "", "allow open files without a name"},
    {"status-fd", '\0', "FD", "write a zero byte there when pages can be fetched (--lazy-pages)"},
    {"page-server", '\0', "ADDRESS:PORT", "send memory to this page server"},
}};
constexpr auto kCheckpointOptions = concat(kImageOptions, kOwnOptions);

int checkpoint(const Globals& globals, const Parsed& parsed) {
  lifecycle::checkpoint(globals.context, checkpoint_request(parsed));
  return 0;
}

struct CgroupModeWord {
  std::string_view word;
  lifecycle::CriuCgroupMode mode;
};
constexpr CgroupModeWord kCgroupModes[] = {
    {"soft", lifecycle::CriuCgroupMode::kSoft},
    {"full", lifecycle::CriuCgroupMode::kFull},
    {"strict", lifecycle::CriuCgroupMode::kStrict},
    {"ignore", lifecycle::CriuCgroupMode::kIgnore},
};

struct NetworkLockWord {
  std::string_view word;
  lifecycle::CriuNetworkLock mode;
};
constexpr NetworkLockWord kNetworkLocks[] = {
    {"iptables", lifecycle::CriuNetworkLock::kIptables},
    {"nftables", lifecycle::CriuNetworkLock::kNftables},
    {"skip", lifecycle::CriuNetworkLock::kSkip},
};

template <typename Table, typename Mode>
Mode choose(const Parsed& parsed, std::string_view option, const Table& table, Mode absent) {
  if (!parsed.has(option)) {
    return absent;
  }
  const std::string given = parsed.text(option);
  std::vector<std::string> words;
  for (const auto& entry : table) {
    if (entry.word == given) {
      return entry.mode;
    }
    words.emplace_back(entry.word);
  }
  throw_error(ErrorKind::kInvalidArgument, "invalid value \"{}\" for --{}: expected {}", given,
              option, join(words, ", "));
}

bool leaves_network_empty(const Parsed& parsed) {
  for (const std::string& name : parsed.texts("empty-ns")) {
    if (name != "network") {
      throw_error(ErrorKind::kInvalidArgument,
                  "invalid value \"{}\" for --empty-ns: expected network", name);
    }
  }
  return parsed.has("empty-ns");
}

}  // namespace

lifecycle::ImageOptions image_request(const Parsed& parsed) {
  return {.id = parsed.arguments().front(),
          .image_path = parsed.text("image-path"),
          .work_path = parsed.text("work-path"),
          .tcp_established = parsed.flag("tcp-established"),
          .external_unix_sockets = parsed.flag("ext-unix-sk"),
          .shell_job = parsed.flag("shell-job"),
          .file_locks = parsed.flag("file-locks"),
          .auto_dedup = parsed.flag("auto-dedup"),
          .lazy_pages = parsed.flag("lazy-pages"),
          .empty_network_namespace = leaves_network_empty(parsed),
          .cgroup_mode = choose(parsed, "manage-cgroups-mode", kCgroupModes,
                                lifecycle::CriuCgroupMode::kDefault),
          .network_lock =
              choose(parsed, "network-lock", kNetworkLocks, lifecycle::CriuNetworkLock::kUnset)};
}

lifecycle::CheckpointOptions checkpoint_request(const Parsed& parsed) {
  lifecycle::CheckpointOptions options;
  options.image = image_request(parsed);
  options.parent_path = parsed.text("parent-path");
  options.leave_running = parsed.flag("leave-running");
  options.pre_dump = parsed.flag("pre-dump");
  options.tcp_skip_in_flight = parsed.flag("tcp-skip-in-flight");
  options.link_remap = parsed.flag("link-remap");
  if (parsed.has("status-fd")) {
    options.status_fd = static_cast<int>(parsed.number<std::uint16_t>("status-fd"));
  }
  if (parsed.has("page-server")) {
    const HostPort server = parse_host_port(parsed.text("page-server"), "--page-server");
    options.page_server_address = server.host;
    options.page_server_port = server.port;
  }
  return options;
}

constinit const Command kCheckpoint = {
    .name = "checkpoint",
    .arguments = "ID",
    .summary = "write the state of a container's processes to files, with CRIU",
    .options = kCheckpointOptions,
    .arity = {.min = 1, .max = 1},
    .run = checkpoint};

}  // namespace wpar::cli
