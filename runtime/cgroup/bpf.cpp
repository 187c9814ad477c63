// SPDX-License-Identifier: Apache-2.0
#include "runtime/cgroup/bpf.h"

#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "runtime/base/error.h"
#include "runtime/base/text.h"

namespace wpar::cgroup {
namespace {

constexpr char kLicence[] = "Apache-2.0";
constexpr std::string_view kName = "wpar_devices";
static_assert(kName.size() < BPF_OBJ_NAME_LEN);
constexpr std::size_t kLogBytes = std::size_t{256} << 10;
constexpr int kLoadAttempts = 5;
constexpr std::size_t kMaxPrograms = 64;  // BPF_CGROUP_MAX_PROGS of the kernel

__aligned_u64 address_of(const void* data) {
  return reinterpret_cast<std::uintptr_t>(data);
}

int bpf(bpf_cmd command, bpf_attr& attributes) {
  return static_cast<int>(::syscall(SYS_bpf, command, &attributes, sizeof(attributes)));
}

// The kernel takes only zeros for what it does not know, and a union's {} need not clear all of it.
bpf_attr no_attributes() {
  bpf_attr attributes;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  std::memset(&attributes, 0, sizeof(attributes));
  return attributes;
}

UniqueFd try_load(bpf_attr& attributes) {
  for (int attempt = 1;; ++attempt) {
    UniqueFd loaded(bpf(BPF_PROG_LOAD, attributes));
    // EAGAIN: a signal came while the verifier worked.
    if (loaded || errno != EAGAIN || attempt == kLoadAttempts) {
      return loaded;
    }
  }
}

// The log ends with the reason and a line of statistics.
std::string reason_in(std::string_view log) {
  std::string reason;
  for (const std::string_view line : split(log, '\n')) {
    if (!trim(line).empty() && !line.starts_with("processed ")) {
      reason = trim(line);
    }
  }
  return reason;
}

std::vector<__u32> attached_ids(BorrowedFd directory, const std::string& path) {
  std::array<__u32, kMaxPrograms> ids = {};
  bpf_attr attributes = no_attributes();
  attributes.query.target_fd = static_cast<__u32>(directory.get());
  attributes.query.attach_type = BPF_CGROUP_DEVICE;
  attributes.query.prog_ids = address_of(ids.data());
  attributes.query.prog_cnt = ids.size();
  if (bpf(BPF_PROG_QUERY, attributes) < 0) {
    throw_errno("list the device programs of {}", path);
  }
  return {ids.begin(), ids.begin() + attributes.query.prog_cnt};
}

// Those of ours. One that somebody detaches meanwhile is gone: ENOENT.
std::vector<UniqueFd> own_programs(BorrowedFd directory, const std::string& path) {
  std::vector<UniqueFd> own;
  for (const __u32 id : attached_ids(directory, path)) {
    bpf_attr by_id = no_attributes();
    by_id.prog_id = id;
    UniqueFd program(bpf(BPF_PROG_GET_FD_BY_ID, by_id));
    if (!program && errno == ENOENT) {
      continue;
    }
    bpf_prog_info info = {};
    bpf_attr question = no_attributes();
    question.info.bpf_fd = static_cast<__u32>(program.get());
    question.info.info_len = sizeof(info);
    question.info.info = address_of(&info);
    if (!program || bpf(BPF_OBJ_GET_INFO_BY_FD, question) < 0) {
      throw_errno("look at the device program {} of {}", id, path);
    }
    if (kName == info.name) {
      own.push_back(std::move(program));
    }
  }
  return own;
}

int change(bpf_cmd command, BorrowedFd directory, const UniqueFd& program) {
  bpf_attr attributes = no_attributes();
  attributes.target_fd = static_cast<__u32>(directory.get());
  attributes.attach_bpf_fd = static_cast<__u32>(program.get());
  attributes.attach_type = BPF_CGROUP_DEVICE;
  // A detaching names no flags: kernels differ in whether they take them.
  attributes.attach_flags = command == BPF_PROG_ATTACH ? BPF_F_ALLOW_MULTI : 0;
  return bpf(command, attributes);
}

}  // namespace

UniqueFd load_device_program(const std::vector<bpf_insn>& program) {
  bpf_attr attributes = no_attributes();
  attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  attributes.insns = address_of(program.data());
  attributes.insn_cnt = static_cast<__u32>(program.size());
  attributes.license = address_of(kLicence);
  kName.copy(attributes.prog_name, kName.size());
  UniqueFd loaded = try_load(attributes);
  if (loaded) {
    return loaded;
  }
  const int error = errno;
  // Once more to hear why: a log that nobody reads would cost the verifier time.
  std::string log(kLogBytes, '\0');
  attributes.log_level = 1;
  attributes.log_size = static_cast<__u32>(log.size());
  attributes.log_buf = address_of(log.data());
  loaded = try_load(attributes);
  if (loaded) {
    return loaded;
  }
  const std::string reason = reason_in(log.c_str());
  throw Error(error, fmt::format("load a device program of {} instructions{}{}", program.size(),
                                 reason.empty() ? "" : ", of which the kernel says: ", reason));
}

void replace_device_program(BorrowedFd directory, const std::string& path,
                            const std::vector<bpf_insn>& program) {
  const UniqueFd loaded = load_device_program(program);
  const std::vector<UniqueFd> old = own_programs(directory, path);
  if (change(BPF_PROG_ATTACH, directory, loaded) < 0) {
    throw_errno("attach a device program to {}", path);
  }
  for (const UniqueFd& one : old) {
    if (change(BPF_PROG_DETACH, directory, one) < 0 && errno != ENOENT) {
      throw_errno("detach the former device program from {}", path);
    }
  }
}

}  // namespace wpar::cgroup
