// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/path.h"
#include "runtime/lifecycle/bundle_plan.h"
#include "runtime/lifecycle/container.h"
#include "runtime/lifecycle/criu/criu.h"
#include "runtime/lifecycle/criu/descriptors.h"
#include "runtime/lifecycle/criu/images.h"
#include "runtime/lifecycle/criu/mounts.h"
#include "runtime/lifecycle/criu/namespaces.h"
#include "runtime/lifecycle/criu/refusals.h"
#include "runtime/lifecycle/rootless.h"
#include "runtime/sys/mount.h"
#include "runtime/sys/open.h"
#include "runtime/sys/process.h"
#include "runtime/sys/root_dir.h"

namespace wpar::lifecycle {
namespace {

constexpr const char* kLogFile = "dump.log";
constexpr int kDyingMs = 10'000;

void require_running(const Container& container) {
  if (container.status != state::Status::kRunning && container.status != state::Status::kPaused) {
    throw_error(ErrorKind::kWrongState, "cannot checkpoint container {}: container is not running",
                container.record.id);
  }
}

// What create was told when the container was made.
plan::Plan recorded_plan(const Context& context, const Container& container) {
  CreateOptions options;
  options.id = container.record.id;
  plan::HostFacts host = look_at_host(context);
  require_rights(host);
  Context then = context;
  then.cgroup_manager = container.record.cgroup_manager;
  then.any_systemd_property = true;
  return make_plan(then, host, options, container.record.bundle, container.entry.config_text());
}

std::uint64_t mount_at(const sys::RootDir& root, const std::string& path) {
  const UniqueFd found = root.find(path, O_PATH);
  return found ? sys::mount_id(found) : 0;
}

// A masked file has the null device on it; a directory has an empty tmpfs, which CRIU makes itself.
std::uint64_t hidden_by_null_device(const sys::RootDir& root, const std::string& path) {
  const UniqueFd found = root.find(path, O_PATH, sys::Links::kRefuse);
  struct stat info = {};
  return found && ::fstat(found.get(), &info) == 0 && S_ISCHR(info.st_mode) ? sys::mount_id(found)
                                                                            : 0;
}

MountedNow look_at_mounts(const plan::Plan& plan, const state::Record& record) {
  MountedNow now;
  now.table = parse_mount_lines(read_file(fmt::format("/proc/{}/mountinfo", record.pid)));
  now.own_cgroup_namespace = (record.namespaces & CLONE_NEWCGROUP) != 0;
  const sys::RootDir root(
      sys::open_path(fmt::format("/proc/{}/root", record.pid), O_PATH | O_DIRECTORY));
  for (const plan::MountPlan& mount : plan.mounts) {
    now.mounts.push_back(mount_at(root, mount.destination));
  }
  for (const plan::DevicePlan& device : plan.devices) {
    now.devices.push_back(device.bind ? mount_at(root, device.path) : 0);
  }
  for (const std::string& path : plan.masked_paths) {
    now.hidden.push_back(hidden_by_null_device(root, path));
  }
  return now;
}

// CRIU resolves it below the images, and would only say so in its log when it is not there.
void check_parent(const CheckpointOptions& options, const ImageDirectories& directories) {
  if (options.parent_path.empty()) {
    return;
  }
  if (is_absolute(options.parent_path)) {
    throw_error(ErrorKind::kInvalidArgument,
                "--parent-path {}: expected a path relative to --image-path", options.parent_path);
  }
  in_context("--parent-path", [&] {
    sys::open_at(directories.images, options.parent_path, O_RDONLY | O_DIRECTORY);
  });
}

void check_status_fd(int fd) {
  const int flags = fd < 0 ? 0 : ::fcntl(fd, F_GETFL);
  if (flags < 0 || (fd >= 0 && (flags & O_ACCMODE) == O_RDONLY)) {
    throw_error(ErrorKind::kInvalidArgument, "--status-fd {}: expected a descriptor to write to",
                fd);
  }
}

CriuOptions dump_options(const CheckpointOptions& options, const ImageDirectories& directories,
                         const plan::Plan& plan, const Container& container) {
  CriuOptions request = common_options(options.image, directories, kLogFile, plan);
  request.pid = container.record.pid;
  request.leave_running = options.leave_running;
  request.tcp_skip_in_flight = options.tcp_skip_in_flight;
  request.link_remap = options.link_remap;
  request.page_server_address = options.page_server_address;
  request.page_server_port = options.page_server_port;
  request.parent_image = options.parent_path;
  request.track_memory = options.pre_dump || !options.parent_path.empty();
  request.freeze_cgroup = open_cgroup(container.record.cgroup_directories).freezer_directory();
  request.external = external_namespaces(plan.namespaces, container.record.pid);
  return request;
}

void dump(const CheckpointOptions& options, const ImageDirectories& directories,
          const plan::Plan& plan, const Container& container) {
  CriuOptions request = dump_options(options, directories, plan, container);
  Criu criu({});
  if (request.track_memory) {
    criu.require_memory_tracking();
  }
  if (options.image.lazy_pages) {
    criu.require_lazy_pages();
  }
  if (!options.pre_dump) {
    const MountedNow now = look_at_mounts(plan, container.record);
    const auto keys = from_outside(container.record.standard_descriptors, now.table);
    request.external_mounts = external_mounts(plan, now);
    for (const std::string& file : external_files(keys)) {
      request.external.push_back(file);
    }
    write_descriptors(directories, keys);
  }
  criu.request(options.pre_dump ? CriuTopic::kPreDump : CriuTopic::kDump, request,
               directories.log_path(kLogFile), [&](const CriuResponse& notice, const UniqueFd&) {
                 if (notice.script == "status-ready" && options.status_fd >= 0) {
                   write_all(BorrowedFd(options.status_fd), std::string_view("\0", 1),
                             "--status-fd");
                   ::close(options.status_fd);  // whoever waits for the end of it shall see it
                 }
               });
}

}  // namespace

void checkpoint(const Context& context, const CheckpointOptions& options) {
  const Container container = open_container(context, options.image.id, state::Lock::kExclusive);
  require_running(container);
  check_status_fd(options.status_fd);
  const plan::Plan plan = recorded_plan(context, container);
  require_saveable(plan);
  require_saveable_descriptors(container.record.id, plan, container.record.standard_descriptors);
  const ImageDirectories directories = make_image_directories(options.image);
  check_parent(options, directories);
  const UniqueFd init = find_init(container.record);
  dump(options, directories, plan, container);
  cgroup::Cgroup cgroup = open_cgroup(container.record.cgroup_directories);
  const bool was_paused = container.status == state::Status::kPaused;
  if (options.leave_running || options.pre_dump) {
    if (was_paused && !cgroup.is_frozen()) {
      cgroup.freeze();  // CRIU had to wake it
    }
    return;
  }
  if (was_paused) {
    cgroup.thaw();  // what CRIU has killed can only die now
  }
  if (init && !sys::wait_for_end(init, kDyingMs)) {
    throw_error(ErrorKind::kSystem, "container init still running after its checkpoint");
  }
  destroy(context, container.entry, container.record);
}

}  // namespace wpar::lifecycle
