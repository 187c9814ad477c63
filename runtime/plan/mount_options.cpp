// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/mount_options.h"

#include <linux/mount.h>

#include <algorithm>
#include <array>

namespace wpar::plan {

// glibc's <sys/mount.h> and <linux/mount.h> cannot both be included with every glibc, so the four
// propagation flags of mount(2) are named here.
namespace {

constexpr std::uint64_t kRecursive = 1U << 14;
constexpr std::uint64_t kUnbindable = 1U << 17;
constexpr std::uint64_t kPrivate = 1U << 18;
constexpr std::uint64_t kSlave = 1U << 19;
constexpr std::uint64_t kShared = 1U << 20;

enum class Effect {
  kNothing,        // asks for what is so anyway
  kBind,           // seen by find_bind_request()
  kSet,            // an attribute of the mount
  kClear,          //
  kAtime,          // one of the three access time modes
  kAtimeNot,       // … no longer that mode; relatime is the kernel's default
  kPropagation,    //
  kSuperblock,     // fsconfig(2) flag that turns something on
  kSuperblockOff,  // … that turns it off again: the default
  kCopyUp,
  kIdMap,         // seen by plan_mount_id_map()
  kRemount,       //
  kCopySymlink,   // these three are crun's
  kSourceItself,  //
  kDestinationItself,
};

struct OptionWord {
  std::string_view word;
  Effect effect;
  std::uint64_t value = 0;
  bool recursive = false;          // of the whole tree
  std::string_view opposite = {};  // kSuperblockOff: the flag it takes back
};

// config.md's table, in its order, without the r* words: those are made from the plain ones.
constexpr auto kWords = std::to_array<OptionWord>({
    {"async", Effect::kSuperblockOff, 0, false, "sync"},
    {"atime", Effect::kAtimeNot, MOUNT_ATTR_NOATIME},
    {"bind", Effect::kBind},
    {"defaults", Effect::kNothing},
    {"dev", Effect::kClear, MOUNT_ATTR_NODEV},
    {"diratime", Effect::kClear, MOUNT_ATTR_NODIRATIME},
    {"dirsync", Effect::kSuperblock},
    {"exec", Effect::kClear, MOUNT_ATTR_NOEXEC},
    {"iversion", Effect::kNothing},  // file systems with a change counter keep it always; ext4 was
                                     // the last to let one choose
    {"lazytime", Effect::kSuperblock},
    {"loud", Effect::kNothing},  // loud and silent are about kernel messages, and fsopen(2) keeps
                                 // those to itself
    {"mand", Effect::kSuperblock},
    {"noatime", Effect::kAtime, MOUNT_ATTR_NOATIME},
    {"nodev", Effect::kSet, MOUNT_ATTR_NODEV},
    {"nodiratime", Effect::kSet, MOUNT_ATTR_NODIRATIME},
    {"noexec", Effect::kSet, MOUNT_ATTR_NOEXEC},
    {"noiversion", Effect::kNothing},
    {"nolazytime", Effect::kSuperblockOff, 0, false, "lazytime"},
    {"nomand", Effect::kSuperblockOff, 0, false, "mand"},
    {"norelatime", Effect::kAtimeNot, MOUNT_ATTR_RELATIME},
    {"nostrictatime", Effect::kAtimeNot, MOUNT_ATTR_STRICTATIME},
    {"nosuid", Effect::kSet, MOUNT_ATTR_NOSUID},
    {"nosymfollow", Effect::kSet, MOUNT_ATTR_NOSYMFOLLOW},
    {"private", Effect::kPropagation, kPrivate},
    {"rbind", Effect::kBind},
    {"relatime", Effect::kAtime, MOUNT_ATTR_RELATIME},
    {"ro", Effect::kSet, MOUNT_ATTR_RDONLY},
    {"rprivate", Effect::kPropagation, kPrivate | kRecursive},
    {"rshared", Effect::kPropagation, kShared | kRecursive},
    {"rslave", Effect::kPropagation, kSlave | kRecursive},
    {"runbindable", Effect::kPropagation, kUnbindable | kRecursive},
    {"rw", Effect::kClear, MOUNT_ATTR_RDONLY},
    {"shared", Effect::kPropagation, kShared},
    {"silent", Effect::kNothing},
    {"slave", Effect::kPropagation, kSlave},
    {"strictatime", Effect::kAtime, MOUNT_ATTR_STRICTATIME},
    {"suid", Effect::kClear, MOUNT_ATTR_NOSUID},
    {"symfollow", Effect::kClear, MOUNT_ATTR_NOSYMFOLLOW},
    {"sync", Effect::kSuperblock},
    {"tmpcopyup", Effect::kCopyUp},
    {"unbindable", Effect::kPropagation, kUnbindable},
    {"ratime", Effect::kAtimeNot, MOUNT_ATTR_NOATIME, true},
    {"rdev", Effect::kClear, MOUNT_ATTR_NODEV, true},
    {"rdiratime", Effect::kClear, MOUNT_ATTR_NODIRATIME, true},
    {"rexec", Effect::kClear, MOUNT_ATTR_NOEXEC, true},
    {"rnoatime", Effect::kAtime, MOUNT_ATTR_NOATIME, true},
    {"rnodev", Effect::kSet, MOUNT_ATTR_NODEV, true},
    {"rnodiratime", Effect::kSet, MOUNT_ATTR_NODIRATIME, true},
    {"rnoexec", Effect::kSet, MOUNT_ATTR_NOEXEC, true},
    {"rnorelatime", Effect::kAtimeNot, MOUNT_ATTR_RELATIME, true},
    {"rnostrictatime", Effect::kAtimeNot, MOUNT_ATTR_STRICTATIME, true},
    {"rnosuid", Effect::kSet, MOUNT_ATTR_NOSUID, true},
    {"rnosymfollow", Effect::kSet, MOUNT_ATTR_NOSYMFOLLOW, true},
    {"rrelatime", Effect::kAtime, MOUNT_ATTR_RELATIME, true},
    {"rro", Effect::kSet, MOUNT_ATTR_RDONLY, true},
    {"rrw", Effect::kClear, MOUNT_ATTR_RDONLY, true},
    {"rstrictatime", Effect::kAtime, MOUNT_ATTR_STRICTATIME, true},
    {"rsuid", Effect::kClear, MOUNT_ATTR_NOSUID, true},
    {"rsymfollow", Effect::kClear, MOUNT_ATTR_NOSYMFOLLOW, true},
    {"idmap", Effect::kIdMap},
    {"ridmap", Effect::kIdMap},
    {"remount", Effect::kRemount},
    {"copy-symlink", Effect::kCopySymlink},
    {"src-nofollow", Effect::kSourceItself},
    {"dest-nofollow", Effect::kDestinationItself},
});

const OptionWord* find_word(std::string_view word) {
  if (word.starts_with("idmap=") || word.starts_with("ridmap=")) {
    word = word.substr(0, word.find('='));
  }
  const auto found = std::ranges::find(kWords, word, &OptionWord::word);
  return found == kWords.end() ? nullptr : &*found;
}

void set_bits(MountAttributes& attributes, std::uint64_t bits) {
  attributes.set |= bits;
  attributes.clear &= ~bits;
}

void clear_bits(MountAttributes& attributes, std::uint64_t bits) {
  attributes.set &= ~bits;
  attributes.clear |= bits;
}

// The access time mode is a number inside the mask, and mount_setattr(2) wants all of the mask
// cleared before another is set.
void set_atime(MountAttributes& attributes, std::uint64_t mode) {
  attributes.set = (attributes.set & ~std::uint64_t{MOUNT_ATTR__ATIME}) | mode;
  attributes.clear |= MOUNT_ATTR__ATIME;
}

// "not noatime" after "strictatime" changes nothing; alone it asks for the default.
void unset_atime(MountAttributes& attributes, std::uint64_t mode) {
  const bool chosen = (attributes.clear & MOUNT_ATTR__ATIME) != 0;
  const bool other_mode = chosen && (attributes.set & MOUNT_ATTR__ATIME) != mode;
  // norelatime: the kernel's default *is* relatime, so there is nothing that it could turn off.
  if (!other_mode && mode != MOUNT_ATTR_RELATIME) {
    set_atime(attributes, MOUNT_ATTR_RELATIME);
  }
}

void drop_parameter(MountOptions& options, std::string_view key) {
  for (std::size_t i = options.parameters.size(); i-- > 0;) {
    if (options.parameters[i].key == key && options.parameters[i].is_flag) {
      options.parameters.erase(options.parameters.begin() + static_cast<std::ptrdiff_t>(i));
      options.parameter_places.erase(options.parameter_places.begin() +
                                     static_cast<std::ptrdiff_t>(i));
    }
  }
}

void add_parameter(MountOptions& options, std::string_view text, std::size_t place) {
  const std::size_t equals = text.find('=');
  FilesystemParameter parameter{
      .key = std::string(text.substr(0, equals)), .value = {}, .is_flag = true};
  if (equals != std::string_view::npos) {
    std::string_view value = text.substr(equals + 1);
    // context="…,…": the quotes kept the comma from mount(2); fsconfig(2) takes the bare value.
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    parameter.value = value;
    parameter.is_flag = false;
  }
  options.parameters.push_back(std::move(parameter));
  options.parameter_places.push_back(place);
}

// One word of the list may hold several options, as the data text of mount(2) does. A comma in
// quotes or behind a backslash (overlayfs) does not separate.
void add_parameters(MountOptions& options, std::string_view text, std::size_t place) {
  bool quoted = false;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const bool at_end = i == text.size();
    if (!at_end && text[i] == '\\' && i + 1 < text.size()) {
      ++i;
    } else if (!at_end && text[i] == '"') {
      quoted = !quoted;
    } else if (at_end || (text[i] == ',' && !quoted)) {
      if (i > start) {
        add_parameter(options, text.substr(start, i - start), place);
      }
      start = i + 1;
    }
  }
}

void apply_word(const OptionWord& word, std::size_t place, MountOptions& options) {
  MountAttributes& attributes = word.recursive ? options.recursive_attributes : options.attributes;
  switch (word.effect) {
    case Effect::kNothing:
    case Effect::kBind:
    case Effect::kIdMap:
    case Effect::kRemount:
      break;
    case Effect::kSet:
      set_bits(attributes, word.value);
      break;
    case Effect::kClear:
      clear_bits(attributes, word.value);
      break;
    case Effect::kAtime:
      set_atime(attributes, word.value);
      break;
    case Effect::kAtimeNot:
      unset_atime(attributes, word.value);
      break;
    case Effect::kPropagation:
      options.propagation.push_back(word.value);
      break;
    case Effect::kSuperblock:
      add_parameter(options, word.word, place);
      break;
    case Effect::kSuperblockOff:
      drop_parameter(options, word.opposite);
      // What exists may have it on: there the default must be asked for.
      if (options.remount) {
        add_parameter(options, word.word, place);
      }
      break;
    case Effect::kCopyUp:
      options.copy_up = true;
      break;
    case Effect::kCopySymlink:
      options.copy_symlink = true;
      break;
    case Effect::kSourceItself:
      options.follow_source = false;
      break;
    case Effect::kDestinationItself:
      options.follow_destination = false;
      break;
  }
}

}  // namespace

BindRequest find_bind_request(const std::vector<std::string>& options) {
  BindRequest request = BindRequest::kNo;
  for (const std::string& option : options) {
    if (option == "rbind") {
      return BindRequest::kRecursive;
    }
    if (option == "bind") {
      request = BindRequest::kBind;
    }
  }
  return request;
}

MountOptions plan_mount_options(const std::vector<std::string>& options, BindRequest bind,
                                const Pointer& mount, Findings& findings) {
  MountOptions plan;
  plan.remount = std::ranges::find(options, "remount") != options.end();
  for (std::size_t i = 0; i < options.size(); ++i) {
    const std::string& option = options[i];
    const Pointer at = mount.at("/options", i);
    if (!findings.accept_text(at, option)) {
      continue;
    }
    if (option.empty()) {
      continue;  // Podman 5 ends its binds with one; it asks for nothing
    }
    if (option.front() == '=') {
      findings.invalid(at, "expected an option, not \"{}\"", option);
      continue;
    }
    const OptionWord* word = find_word(option);
    if (word == nullptr) {
      add_parameters(plan, option, i);
    } else {
      apply_word(*word, i, plan);
    }
  }
  if (bind == BindRequest::kNo &&
      (plan.copy_symlink || !plan.follow_source || !plan.follow_destination)) {
    findings.invalid(mount.at("/options"),
                     "copy-symlink, src-nofollow and dest-nofollow are options of a bind mount");
  }
  // A bind mount shows an existing superblock; nothing of these could take effect. mount(2) takes
  // them in silence (mount(2), "Creating a bind mount"), so documents are full of them.
  if (bind != BindRequest::kNo) {
    for (std::size_t i = 0; i < plan.parameters.size(); ++i) {
      findings.warn(mount.at("/options", plan.parameter_places[i]),
                    "\"{}\" has no effect on a bind mount", plan.parameters[i].key);
    }
    plan.parameters.clear();
    plan.parameter_places.clear();
  }
  return plan;
}

std::vector<std::string_view> known_mount_options() {
  std::vector<std::string_view> words;
  for (const OptionWord& word : kWords) {
    words.push_back(word.word);
  }
  std::ranges::sort(words);
  return words;
}

}  // namespace wpar::plan
