// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "runtime/base/path.h"
#include "runtime/base/text.h"
#include "specs/wpar/address.h"
#include "translate/context.h"
#include "translate/mount_options.h"

namespace wpar::translate {
namespace {

constexpr const char* kStanza = "mount";

// Where a mount stanza's files come from.
enum class Source { kRoot, kPseudo, kBind, kNfs, kDisk, kVolumeGroup, kDirectory, kHost };

bool is_pseudo(std::string_view directory) {
  return directory == "/proc" || directory == "/sys" || directory == "/dev";
}

std::string vfs_of(const spec::Mount& mount) {
  if (mount.vfs) {
    return mount.vfs->value;
  }
  if (mount.host) {
    return "nfs";
  }
  if (mount.dev) {
    return is_same_or_below(mount.dev->value, "/dev") ? "jfs2" : "namefs";
  }
  return "jfs2";
}

std::string volume_group_of(const Context& c, const spec::Mount& mount) {
  if (mount.vg) {
    return mount.vg->value;
  }
  return c.wpar.general.vg ? c.wpar.general.vg->value : "rootvg";
}

Source source_of(const Context& c, const spec::Mount& mount, const std::string& directory) {
  const std::string vfs = vfs_of(mount);
  if (directory == "/") {
    return Source::kRoot;
  }
  if (is_pseudo(directory)) {
    return Source::kPseudo;
  }
  if (vfs == "nfs") {
    return Source::kNfs;
  }
  if (vfs == "namefs") {
    return Source::kBind;
  }
  if (c.application && !mount.dev) {
    return Source::kHost;
  }
  if (vfs == "directory") {
    return Source::kDirectory;
  }
  if (mount.dev) {
    return Source::kDisk;
  }
  return c.profile.volume_groups.contains(volume_group_of(c, mount)) ? Source::kVolumeGroup
                                                                     : Source::kDirectory;
}

struct Verdict {
  Fidelity fidelity = Fidelity::kEquivalent;
  std::string reason;
  std::string action;
};

class MountMapper {
 public:
  MountMapper(Context& c, const spec::Mount& mount)
      : c_(c),
        mount_(mount),
        directory_(clean_path(mount.directory->value)),
        source_(source_of(c, mount, directory_)) {}

  // The mount for the configuration, if there is one, and an entry for every attribute.
  std::optional<WorkloadMount> map() {
    std::optional<oci::Mount> result;
    switch (source_) {
      case Source::kRoot:
        verdict_ = {Fidelity::kEquivalent, "the root file system of the bundle", ""};
        break;
      case Source::kPseudo:
        verdict_ = {Fidelity::kEquivalent, "the container's own, made at every start", ""};
        break;
      case Source::kHost:
        verdict_ = {Fidelity::kExact, "the host's directory, which the WPAR sees anyway", ""};
        break;
      case Source::kDirectory:
        map_directory();
        break;
      case Source::kVolumeGroup:
        result = map_volume_group();
        break;
      case Source::kBind:
        result = map_bind();
        break;
      case Source::kNfs:
        result = map_nfs();
        break;
      case Source::kDisk:
        result = map_disk();
        break;
    }
    const std::string dropped = result ? apply_options(*result) : "";
    report(result.has_value(), dropped);
    if (!result) {
      return std::nullopt;
    }
    return WorkloadMount{
        .kind = kind(), .mount = *std::move(result), .size = size(), .places = places()};
  }

  // What AIX makes a file system of, if nothing is mounted for it here.
  std::optional<WorkloadFileSystem> file_system() const {
    const bool directory = mount_.vfs && mount_.vfs->value == "directory";
    if (source_ != Source::kDirectory || directory) {
      return std::nullopt;
    }
    return WorkloadFileSystem{.directory = directory_, .size = size(), .places = places()};
  }

 private:
  std::optional<std::uint64_t> size() const {
    return mount_.size ? std::optional(mount_.size->value.bytes) : std::nullopt;
  }
  MountPlaces places() const {
    return {.directory = mount_.directory->at,
            .size = mount_.size ? mount_.size->at : spec::Position{}};
  }

  WorkloadMount::Kind kind() const {
    switch (source_) {
      case Source::kVolumeGroup:
        return WorkloadMount::Kind::kVolumeGroup;
      case Source::kNfs:
        return WorkloadMount::Kind::kNfs;
      case Source::kDisk:
        return WorkloadMount::Kind::kDisk;
      default:
        return WorkloadMount::Kind::kBind;
    }
  }

  oci::Mount made(std::string type, std::string source) {
    return {.destination = directory_,
            .type = std::move(type),
            .source = std::move(source),
            .options = {},
            .uid_mappings = {},
            .gid_mappings = {}};
  }

  void map_directory() {
    if (mount_.vfs && mount_.vfs->value == "directory") {
      verdict_ = {Fidelity::kExact, "a directory of the root file system", ""};
    } else {
      verdict_ = {Fidelity::kApproximate,
                  "a directory of the root file system instead of a file system of its own", ""};
    }
  }

  oci::Mount map_volume_group() {
    const std::string group = volume_group_of(c_, mount_);
    const std::string source = c_.profile.volume_groups.at(group) + "/" + c_.name + directory_;
    verdict_ = {Fidelity::kNeedsAction,
                fmt::format("{} of volume group {}, bind-mounted", source, group),
                fmt::format("make {} on the host before the start", source)};
    oci::Mount mount = made("bind", source);
    mount.options = {"rbind"};
    return mount;
  }

  oci::Mount map_bind() {
    verdict_ = {Fidelity::kEquivalent, "the host's directory, bind-mounted", ""};
    const bool below_shared =
        c_.workload.shared_usr &&
        (is_same_or_below(directory_, "/usr") || is_same_or_below(directory_, "/opt")) &&
        directory_ != "/usr" && directory_ != "/opt";
    if (below_shared) {
      verdict_.fidelity = Fidelity::kNeedsAction;
      verdict_.action =
          fmt::format("make {} on the host: it lies in the read-only {} that the WPAR shares",
                      directory_, directory_.substr(0, 4));
    }
    oci::Mount mount = made("bind", clean_path(mount_.dev->value));
    mount.options = {"rbind"};
    return mount;
  }

  // mount(2) resolves no names: the kernel wants the server's address as an option.
  oci::Mount map_nfs() {
    const std::string host = c_.address_of(mount_.host->value);
    oci::Mount mount = made("nfs", host + ":" + mount_.dev->value);
    verdict_ = {Fidelity::kNeedsAction, "mounted by the host kernel's NFS client",
                "load the nfs module on the host; the server must be reachable from it"};
    if (spec::is_ipv4(host) || spec::is_ipv6(host)) {
      mount.options.push_back("addr=" + host);
      if (spec::is_ipv6(host)) {
        mount.source = "[" + host + "]:" + mount_.dev->value;
      }
    } else {
      verdict_.action += fmt::format(
          "; write the address of {} as host, or into the site profile (names: {{hosts: ...}})",
          host);
    }
    return mount;
  }

  oci::Mount map_disk() {
    const std::string& dev = mount_.dev->value;
    const std::string vfs = vfs_of(mount_);
    const auto known_type = c_.profile.filesystems.find(vfs);
    const std::string type =
        known_type == c_.profile.filesystems.end() ? "ext4" : known_type->second;
    auto disk = c_.profile.disks.find(dev);
    if (disk == c_.profile.disks.end()) {
      disk = c_.profile.disks.find(std::string(base_name(dev)));
    }
    if (disk == c_.profile.disks.end()) {
      verdict_ = {
          Fidelity::kNeedsAction,
          fmt::format("mounted as {}; the site profile does not know {}", type, dev),
          fmt::format("add it to the site profile (disks: {{{}: /dev/...}})", base_name(dev))};
      return made(type, dev);
    }
    verdict_ = {Fidelity::kApproximate,
                fmt::format("{} mounted as {}: the AIX file system must have been copied to it",
                            disk->second.path, type),
                ""};
    return made(type, disk->second.path);
  }

  // Returns the options that were dropped, in words.
  std::string apply_options(oci::Mount& mount) {
    std::vector<std::string> dropped;
    std::vector<std::string> wanted;
    if (mount_.mountopts) {
      wanted = mount_.mountopts->value.names;
    }
    for (const std::string& option : wanted) {
      if (is_linux_mount_option(option, source_ == Source::kNfs)) {
        mount.options.push_back(option);
      } else {
        dropped.push_back(option);
      }
    }
    if (source_ == Source::kNfs && !names_nfs_version(wanted)) {
      mount.options.emplace_back("vers=4.2");
    }
    return join(dropped, ", ");
  }

  void report(bool mounted, const std::string& dropped) {
    c_.note(kStanza, "directory", mount_.directory, verdict_.fidelity, verdict_.reason,
            verdict_.action);
    const bool local =
        source_ == Source::kDirectory && mount_.vfs && mount_.vfs->value != "directory";
    c_.note(kStanza, "vfs", mount_.vfs,
            local || source_ == Source::kDisk ? Fidelity::kApproximate : Fidelity::kEquivalent,
            local ? "no file system of this type is made" : "decides how the directory is mounted");
    const bool own_dev = source_ == Source::kRoot || source_ == Source::kPseudo;
    c_.note(kStanza, "dev", mount_.dev, own_dev ? Fidelity::kApproximate : Fidelity::kEquivalent,
            own_dev ? "the root and the pseudo file systems are not mounted from a device"
                    : "source of the mount");
    c_.note(kStanza, "host", mount_.host, Fidelity::kEquivalent, "source of the mount");
    if (mounted) {
      c_.note(kStanza, "mountopts", mount_.mountopts,
              dropped.empty() ? Fidelity::kEquivalent : Fidelity::kApproximate,
              dropped.empty() ? "mount options" : "without a Linux counterpart: " + dropped);
    } else {
      const bool plain = mount_.mountopts && mount_.mountopts->text == "rw";
      c_.note(kStanza, "mountopts", mount_.mountopts,
              plain ? Fidelity::kEquivalent : Fidelity::kIgnored,
              plain ? "writable" : "nothing is mounted here that could have options");
    }
    c_.note(kStanza, "size", mount_.size, Fidelity::kIgnored,
            "not enforced: the directory shares its file system",
            "use a quota, or a file system of this size for the directory");
    c_.note(kStanza, "vg", mount_.vg,
            source_ == Source::kVolumeGroup ? Fidelity::kEquivalent : Fidelity::kIgnored,
            source_ == Source::kVolumeGroup ? "a directory of the site profile's volume group"
                                            : "the site profile knows no such group");
    c_.note(kStanza, "logname", mount_.logname, Fidelity::kIgnored,
            "Linux file systems keep their journal themselves");
    c_.note(kStanza, "crfsopts", mount_.crfsopts, Fidelity::kIgnored, "no file system is created");
  }

  Context& c_;
  const spec::Mount& mount_;
  std::string directory_;
  Source source_;
  Verdict verdict_;
};

// Parents before children; equals in the order of the file.
void sort_parents_first(std::vector<WorkloadMount>& mounts) {
  const auto depth = [](const WorkloadMount& mount) {
    const std::string& path = mount.mount.destination;
    return std::count(path.begin(), path.end(), '/');
  };
  std::stable_sort(mounts.begin(), mounts.end(),
                   [&](const auto& a, const auto& b) { return depth(a) < depth(b); });
}

bool mounts_at(const std::vector<WorkloadMount>& mounts, std::string_view destination) {
  return std::any_of(mounts.begin(), mounts.end(), [&](const WorkloadMount& mount) {
    return mount.mount.destination == destination;
  });
}

void add_shared_parts(const Context& c, std::vector<WorkloadMount>& mounts) {
  if (!c.workload.shared_usr) {
    return;
  }
  for (const char* shared : {"/usr", "/opt"}) {
    if (!mounts_at(mounts, shared)) {
      mounts.push_back({.mount = bind_mount(shared, {"rbind", "ro"}), .size = {}});
    }
  }
}

}  // namespace

void map_mounts(Context& c) {
  const bool shared_ipc = c.wpar.general.xwparipc && c.wpar.general.xwparipc->value;
  c.config.mounts = base_mounts(
      {.application = c.application, .shared_ipc = shared_ipc, .own_network = c.own_network});
  std::vector<WorkloadMount>& mounts = c.workload.mounts;
  for (const spec::Mount& mount : c.wpar.mounts) {
    MountMapper mapper(c, mount);
    if (std::optional<WorkloadMount> mapped = mapper.map()) {
      mounts.push_back(*std::move(mapped));
    }
    if (std::optional<WorkloadFileSystem> made = mapper.file_system()) {
      c.workload.file_systems.push_back(*std::move(made));
    }
  }
  add_shared_parts(c, mounts);
  c.workload.names = c.profile.names;
  c.workload.copies_names =
      c.wpar.general.copynameres && c.wpar.general.copynameres->value && !c.application;
  if (c.workload.copies_names) {
    for (const char* file : {"/etc/resolv.conf", "/etc/hosts"}) {
      mounts.push_back({.kind = WorkloadMount::Kind::kNameFile,
                        .mount = bind_mount(file, {"bind", "ro"}),
                        .size = {}});
    }
  }
  sort_parents_first(mounts);
  for (const WorkloadMount& mount : mounts) {
    c.config.mounts.push_back(mount.mount);
  }
}

}  // namespace wpar::translate
