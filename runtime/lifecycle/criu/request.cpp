// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/criu/request.h"

#include <fmt/format.h>

#include <array>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/lifecycle/criu/wire.h"

namespace wpar::lifecycle {
namespace {

// Field numbers of rpc.proto.
constexpr unsigned int kReqType = 1;
constexpr unsigned int kReqOpts = 2;
constexpr unsigned int kReqNotifySuccess = 3;
constexpr unsigned int kReqKeepOpen = 4;
constexpr unsigned int kReqFeatures = 5;
constexpr int kLogEverything = 4;

struct FlagField {
  unsigned int field;
  bool CriuOptions::*flag;
};
constexpr std::array kFlags = {
    FlagField{3, &CriuOptions::leave_running},
    FlagField{4, &CriuOptions::external_unix_sockets},
    FlagField{5, &CriuOptions::tcp_established},
    FlagField{6, &CriuOptions::evasive_devices},
    FlagField{7, &CriuOptions::shell_job},
    FlagField{8, &CriuOptions::file_locks},
    FlagField{15, &CriuOptions::track_memory},
    FlagField{16, &CriuOptions::auto_dedup},
    FlagField{18, &CriuOptions::link_remap},
    FlagField{26, &CriuOptions::restore_sibling},
    FlagField{46, &CriuOptions::tcp_skip_in_flight},
    FlagField{48, &CriuOptions::lazy_pages},
    FlagField{52, &CriuOptions::tcp_close},
};

struct TextField {
  unsigned int field;
  std::string CriuOptions::*text;
};
constexpr std::array kTexts = {
    TextField{10, &CriuOptions::log_file},          TextField{13, &CriuOptions::root},
    TextField{14, &CriuOptions::parent_image},      TextField{44, &CriuOptions::freeze_cgroup},
    TextField{51, &CriuOptions::config_file},       TextField{53, &CriuOptions::lsm_profile},
    TextField{63, &CriuOptions::lsm_mount_context},
};

// Messages that are a pair of strings: ext_mount_map, cgroup_root, join_namespace.
void write_pairs(WireWriter& out, unsigned int field,
                 const std::vector<std::pair<std::string, std::string>>& pairs) {
  for (const auto& [first, second] : pairs) {
    WireWriter pair;
    pair.bytes(1, first);
    pair.bytes(2, second);
    out.message(field, pair);
  }
}

void write_lists(WireWriter& out, const CriuOptions& options) {
  write_pairs(out, 23, options.external_mounts);
  write_pairs(out, 25, options.cgroup_roots);
  for (const CriuInheritedFd& inherited : options.inherited_fds) {
    WireWriter one;
    one.bytes(1, inherited.key);
    one.number(2, inherited.fd);
    out.message(27, one);
  }
  for (const std::string& external : options.external) {
    out.bytes(37, external);
  }
  write_pairs(out, 39, options.join_namespaces);
}

WireWriter write_options(const CriuOptions& options) {
  WireWriter out;
  out.number(1, options.images_fd);
  if (options.pid != 0) {
    out.number(2, options.pid);
  }
  for (const FlagField& one : kFlags) {
    if (options.*one.flag) {
      out.number(one.field, 1);
    }
  }
  for (const TextField& one : kTexts) {
    if (!(options.*one.text).empty()) {
      out.bytes(one.field, options.*one.text);
    }
  }
  out.number(9, kLogEverything);
  if (options.page_server_port != 0) {
    WireWriter server;
    server.bytes(1, options.page_server_address);
    server.number(2, options.page_server_port);
    out.message(11, server);
  }
  out.number(12, 1);  // notify_scripts: tell us what happens
  if (options.work_fd >= 0) {
    out.number(17, options.work_fd);
  }
  out.number(34, static_cast<int>(options.cgroup_mode));
  if (options.empty_namespaces != 0) {
    out.number(38, options.empty_namespaces);
  }
  out.number(50, 1);  // orphan_pts_master: the other end of the container's terminal is ours
  if (options.network_lock != CriuNetworkLock::kUnset) {
    out.number(64, static_cast<int>(options.network_lock));
  }
  write_lists(out, options);
  return out;
}

void read_notify(std::string_view bytes, CriuResponse& response) {
  for (const WireField& one : parse_wire(bytes)) {
    if (one.field == 1) {
      response.script = one.bytes;
    } else if (one.field == 2) {
      response.pid = static_cast<pid_t>(one.number);
    }
  }
}

void read_version(std::string_view bytes, CriuVersion& version) {
  for (const WireField& one : parse_wire(bytes)) {
    if (one.field == 1) {
      version.major = static_cast<int>(one.number);
    } else if (one.field == 2) {
      version.minor = static_cast<int>(one.number);
    } else if (one.field == 4) {
      version.sublevel = static_cast<int>(one.number);
    }
  }
}

void read_features(std::string_view bytes, CriuResponse& response) {
  for (const WireField& one : parse_wire(bytes)) {
    if (one.field == 1) {
      response.tracks_memory = one.number != 0;
    } else if (one.field == 2) {
      response.lazy_pages = one.number != 0;
    }
  }
}

void read_restored(std::string_view bytes, CriuResponse& response) {
  for (const WireField& one : parse_wire(bytes)) {
    if (one.field == 1) {
      response.pid = static_cast<pid_t>(one.number);
    }
  }
}

// "(00.012345) Error (criu/mount.c:99): mnt: Can't open /x" → "mnt: Can't open /x". Lines of a
// child have its pid before the word. A page server that is not there is told of without the word.
std::string_view reason_of(std::string_view line) {
  constexpr std::string_view kUnmarked = "Can't connect to server ";
  const std::size_t mark = line.find("Error (");
  const std::size_t end = mark == std::string_view::npos ? mark : line.find("): ", mark);
  if (end != std::string_view::npos) {
    return trim(line.substr(end + 3));
  }
  const std::size_t unmarked = line.find(kUnmarked);
  return unmarked == std::string_view::npos ? std::string_view() : trim(line.substr(unmarked));
}

}  // namespace

std::string write_criu_request(CriuTopic topic, const CriuOptions& options) {
  WireWriter out;
  out.number(kReqType, static_cast<int>(topic));
  out.message(kReqOpts, write_options(options));
  return out.text();
}

std::string write_criu_version_request() {
  WireWriter out;
  out.number(kReqType, static_cast<int>(CriuTopic::kVersion));
  out.number(kReqKeepOpen, 1);
  return out.text();
}

std::string write_criu_feature_request() {
  WireWriter features;
  features.number(1, 1);  // mem_track
  features.number(2, 1);  // lazy_pages
  WireWriter out;
  out.number(kReqType, static_cast<int>(CriuTopic::kFeatureCheck));
  out.message(kReqFeatures, features);
  out.number(kReqKeepOpen, 1);
  return out.text();
}

std::string write_criu_notify_answer(bool success) {
  WireWriter out;
  out.number(kReqType, static_cast<int>(CriuTopic::kNotify));
  out.number(kReqNotifySuccess, success ? 1 : 0);
  return out.text();
}

std::string version_text(const CriuVersion& version) {
  return version.sublevel == 0
             ? fmt::format("{}.{}", version.major, version.minor)
             : fmt::format("{}.{}.{}", version.major, version.minor, version.sublevel);
}

CriuResponse parse_criu_response(std::string_view bytes) {
  CriuResponse response;
  for (const WireField& one : parse_wire(bytes)) {
    switch (one.field) {
      case 1:
        response.topic = static_cast<CriuTopic>(one.number);
        break;
      case 2:
        response.success = one.number != 0;
        break;
      case 4:
        read_restored(one.bytes, response);
        break;
      case 5:
        read_notify(one.bytes, response);
        break;
      case 7:
        response.error = static_cast<int>(one.number);
        break;
      case 8:
        read_features(one.bytes, response);
        break;
      case 9:
        response.message = one.bytes;
        break;
      case 10:
        read_version(one.bytes, response.version);
        break;
      default:
        break;  // newer versions say more
    }
  }
  return response;
}

std::string errors_in_criu_log(std::string_view log) {
  constexpr std::size_t kEnough = 3;
  std::vector<std::string> reasons;
  for (const std::string_view line : split(log, '\n')) {
    const std::string_view reason = reason_of(line);
    if (!reason.empty() && reason.find("FAILED.") == reason.npos &&
        (reasons.empty() || reasons.back() != reason)) {
      reasons.emplace_back(reason);
    }
  }
  if (reasons.size() > kEnough) {
    reasons.erase(reasons.begin(), reasons.end() - kEnough);
  }
  return join(reasons, "; ");
}

}  // namespace wpar::lifecycle
