// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/explain_mounts.h"

#include <fmt/format.h>
#include <sys/mount.h>

#include <string_view>
#include <vector>

#include "runtime/base/text.h"

namespace wpar::lifecycle {
namespace {

using Lines = std::vector<std::string>;

struct Word {
  std::uint64_t bits;
  const char* word;
};

// mount_setattr(2)
constexpr Word kAttributes[] = {{MOUNT_ATTR_RDONLY, "ro"},
                                {MOUNT_ATTR_NOSUID, "nosuid"},
                                {MOUNT_ATTR_NODEV, "nodev"},
                                {MOUNT_ATTR_NOEXEC, "noexec"},
                                {MOUNT_ATTR_NOATIME, "noatime"},
                                {MOUNT_ATTR_STRICTATIME, "strictatime"},
                                {MOUNT_ATTR_NODIRATIME, "nodiratime"},
                                {MOUNT_ATTR_NOSYMFOLLOW, "nosymfollow"}};

constexpr Word kPropagations[] = {{MS_PRIVATE, "private"},
                                  {MS_SLAVE, "slave"},
                                  {MS_SHARED, "shared"},
                                  {MS_UNBINDABLE, "unbindable"}};

void append_words(Lines& words, std::uint64_t set, std::string_view prefix) {
  for (const auto& [bits, word] : kAttributes) {
    if ((set & bits) != 0) {
      words.push_back(std::string(prefix) + word);
    }
  }
}

}  // namespace

std::string propagation_word(std::uint64_t flags) {
  for (const auto& [bits, word] : kPropagations) {
    if ((flags & bits) != 0) {
      return ((flags & MS_REC) != 0 ? "r" : "") + std::string(word);
    }
  }
  return "unchanged";
}

std::string describe_mount(const plan::MountPlan& mount) {
  Lines words;
  append_words(words, mount.attributes.set, "");
  append_words(words, mount.recursive_attributes.set, "r");
  for (const plan::FilesystemParameter& parameter : mount.parameters) {
    words.push_back(parameter.is_flag ? parameter.key : parameter.key + "=" + parameter.value);
  }
  for (const std::uint64_t flags : mount.propagation) {
    words.push_back(propagation_word(flags));
  }
  if (mount.copy_up) {
    words.emplace_back("tmpcopyup");
  }
  if (mount.read_only_late) {
    words.emplace_back("read-only at the end");
  }
  std::string line;
  switch (mount.kind) {
    case plan::MountKind::kBind:
      line = fmt::format("{}: {} of {}", mount.destination, mount.recursive ? "rbind" : "bind",
                         mount.source);
      break;
    case plan::MountKind::kCgroup:
      line = fmt::format("{}: the container's own cgroups", mount.destination);
      break;
    case plan::MountKind::kFilesystem:
      line = fmt::format("{}: new {}", mount.destination, mount.type);
      break;
    case plan::MountKind::kRemount:
      line = fmt::format("{}: other options", mount.destination);
      break;
  }
  return words.empty() ? line : fmt::format("{} ({})", line, join(words, ","));
}

}  // namespace wpar::lifecycle
