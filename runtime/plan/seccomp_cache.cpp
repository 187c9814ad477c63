// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/seccomp_cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <seccomp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

#include "runtime/base/fd.h"
#include "runtime/base/path.h"
#include "runtime/plan/seccomp.h"

namespace wpar::plan {

namespace {

// Changes whenever compile_filter() would give another program for the same profile.
constexpr std::uint32_t kFormat = 1;
constexpr std::string_view kMagic = "wparbpf1";
constexpr std::size_t kMaxEntryBytes = std::size_t{4} << 20;
constexpr std::string_view kSuffix = ".bpf";
constexpr std::string_view kTemporaryPrefix = "new-";

// Fowler-Noll-Vo 1a, 64 bits. It tells entries apart and finds damage; it keeps nobody out, which
// is what the file's owner and mode do.
std::uint64_t fnv1a(std::string_view bytes, std::uint64_t hash) {
  for (const char c : bytes) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return hash;
}

constexpr std::uint64_t kBasis = 0xcbf29ce484222325;
constexpr std::uint64_t kOtherBasis = 0x84222325cbf29ce4;

template <typename Number>
void put_number(std::string& out, Number number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof number);
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

template <typename Number>
void put_optional(std::string& out, const std::optional<Number>& number) {
  out += number ? '\1' : '\0';
  put_number(out, number.value_or(0));
}

void put_texts(std::string& out, const std::vector<std::string>& texts) {
  put_number(out, static_cast<std::uint32_t>(texts.size()));
  for (const std::string& text : texts) {
    put_text(out, text);
  }
}

std::string_view bytes_of(const std::vector<sock_filter>& program) {
  return {reinterpret_cast<const char*>(program.data()), program.size() * sizeof(sock_filter)};
}

// magic, inputs, instruction count, instructions, checksum of all before it.
std::string write_entry(const std::string& inputs, const std::vector<sock_filter>& program) {
  std::string entry(kMagic);
  put_text(entry, inputs);
  put_number(entry, static_cast<std::uint32_t>(program.size()));
  entry += bytes_of(program);
  put_number(entry, fnv1a(entry, kBasis));
  return entry;
}

std::optional<std::vector<sock_filter>> find_program(std::string_view entry,
                                                     const std::string& inputs) {
  std::string head(kMagic);
  put_text(head, inputs);
  std::uint32_t count = 0;
  std::uint64_t checksum = 0;
  const std::size_t fixed = head.size() + sizeof count + sizeof checksum;
  if (entry.size() < fixed || !entry.starts_with(head)) {
    return std::nullopt;
  }
  std::memcpy(&count, entry.data() + head.size(), sizeof count);
  const std::size_t size = std::size_t{count} * sizeof(sock_filter);
  if (count == 0 || count > BPF_MAXINSNS || entry.size() != fixed + size) {
    return std::nullopt;
  }
  const std::string_view checked = entry.substr(0, entry.size() - sizeof checksum);
  std::memcpy(&checksum, entry.data() + checked.size(), sizeof checksum);
  if (fnv1a(checked, kBasis) != checksum) {
    return std::nullopt;
  }
  std::vector<sock_filter> program(count);
  std::memcpy(program.data(), entry.data() + head.size() + sizeof count, size);
  return program;
}

bool is_ours_alone(const struct stat& info, uid_t euid) {
  return info.st_uid == euid && (info.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

std::optional<std::string> find_entry(const std::string& path, uid_t euid) {
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat info {};
  if (!file || fstat(file.get(), &info) < 0 || !S_ISREG(info.st_mode) ||
      !is_ours_alone(info, euid) || info.st_size <= 0 ||
      static_cast<std::size_t>(info.st_size) > kMaxEntryBytes) {
    return std::nullopt;
  }
  std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
  if (read(file.get(), bytes.data(), bytes.size()) != info.st_size) {
    return std::nullopt;
  }
  return bytes;
}

// Makes it (and the state root, which the first container may not have yet), and refuses one that
// somebody else could change.
UniqueFd open_directory(const std::string& path, uid_t euid) {
  mkdir(parent_path(path).c_str(), 0700);
  mkdir(path.c_str(), 0700);
  UniqueFd directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat info {};
  if (!directory || fstat(directory.get(), &info) < 0 || !is_ours_alone(info, euid)) {
    return {};
  }
  return directory;
}

struct Entry {
  std::string name;
  timespec changed = {};
};

std::vector<Entry> list_entries(BorrowedFd directory) {
  std::vector<Entry> entries;
  const int copy = openat(directory.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy < 0) {
    return entries;
  }
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(copy), closedir);
  if (!stream) {
    close(copy);
    return entries;
  }
  while (const dirent* found = readdir(stream.get())) {
    const std::string_view name = found->d_name;
    struct stat info {};
    // Temporary files too: a runtime that was killed may have left one.
    if ((name.ends_with(kSuffix) || name.starts_with(kTemporaryPrefix)) &&
        fstatat(directory.get(), found->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0) {
      entries.push_back({std::string(name), info.st_mtim});
    }
  }
  return entries;
}

void remove_oldest(BorrowedFd directory) {
  std::vector<Entry> entries = list_entries(directory);
  if (entries.size() <= kMaxCachedFilters) {
    return;
  }
  std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
    return std::pair(a.changed.tv_sec, a.changed.tv_nsec) <
           std::pair(b.changed.tv_sec, b.changed.tv_nsec);
  });
  entries.resize(entries.size() - kMaxCachedFilters);
  for (const Entry& entry : entries) {
    unlinkat(directory.get(), entry.name.c_str(), 0);
  }
}

void keep_entry(const std::string& directory_path, const std::string& name, std::string_view bytes,
                uid_t euid) {
  const UniqueFd directory = open_directory(directory_path, euid);
  if (!directory) {
    return;
  }
  const std::string temporary = fmt::format("{}{}-{}", kTemporaryPrefix, getpid(), name);
  UniqueFd file(openat(directory.get(), temporary.c_str(),
                       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) {
    return;
  }
  const bool written =
      write(file.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  file.reset();
  if (!written || renameat(directory.get(), temporary.c_str(), directory.get(), name.c_str()) < 0) {
    unlinkat(directory.get(), temporary.c_str(), 0);
    return;
  }
  remove_oldest(directory);
}

}  // namespace

std::string filter_inputs(const oci::Seccomp& seccomp) {
  std::string inputs;
  put_number(inputs, kFormat);
  put_number(inputs, seccomp_arch_native());
  if (const scmp_version* version = seccomp_version()) {
    put_number(inputs, version->major);
    put_number(inputs, version->minor);
    put_number(inputs, version->micro);
  }
  put_text(inputs, seccomp.default_action);
  put_optional(inputs, seccomp.default_errno_ret);
  put_texts(inputs, seccomp.architectures);
  put_number(inputs, static_cast<std::uint32_t>(seccomp.syscalls.size()));
  for (const oci::SyscallRule& rule : seccomp.syscalls) {
    put_texts(inputs, rule.names);
    put_text(inputs, rule.action);
    put_optional(inputs, rule.errno_ret);
    put_number(inputs, static_cast<std::uint32_t>(rule.args.size()));
    for (const oci::SeccompArg& arg : rule.args) {
      put_number(inputs, arg.index);
      put_number(inputs, arg.value);
      put_optional(inputs, arg.value_two);
      put_text(inputs, arg.op);
    }
  }
  return inputs;
}

std::string filter_file_name(const std::string& inputs) {
  return fmt::format("{:016x}{:016x}{}", fnv1a(inputs, kBasis), fnv1a(inputs, kOtherBasis),
                     kSuffix);
}

std::vector<sock_filter> compile_filter_cached(const oci::Seccomp& seccomp, const HostFacts& host) {
  if (host.cache_directory.empty()) {
    return compile_filter(seccomp);
  }
  const std::string inputs = filter_inputs(seccomp);
  const std::string name = filter_file_name(inputs);
  if (const auto entry = find_entry(host.cache_directory + "/" + name, host.euid)) {
    if (auto program = find_program(*entry, inputs)) {
      return *std::move(program);
    }
  }
  std::vector<sock_filter> program = compile_filter(seccomp);
  keep_entry(host.cache_directory, name, write_entry(inputs, program), host.euid);
  return program;
}

void plan_seccomp(const oci::Seccomp& seccomp, const HostFacts& host, SeccompPlan& plan) {
  plan.flags = seccomp_flags(seccomp);
  plan.listener_path = seccomp_listener(seccomp);
  plan.listener_metadata = seccomp.listener_metadata.value_or("");
  plan.filter = compile_filter_cached(seccomp, host);
}

}  // namespace wpar::plan
