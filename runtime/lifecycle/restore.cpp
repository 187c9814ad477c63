// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/log.h"
#include "runtime/base/path.h"
#include "runtime/base/rollback.h"
#include "runtime/init/hooks.h"
#include "runtime/lifecycle/bundle_plan.h"
#include "runtime/lifecycle/cgroup_maker.h"
#include "runtime/lifecycle/container.h"
#include "runtime/lifecycle/criu/criu.h"
#include "runtime/lifecycle/criu/descriptors.h"
#include "runtime/lifecycle/criu/images.h"
#include "runtime/lifecycle/criu/mounts.h"
#include "runtime/lifecycle/criu/namespaces.h"
#include "runtime/lifecycle/criu/refusals.h"
#include "runtime/lifecycle/documents.h"
#include "runtime/lifecycle/foreground.h"
#include "runtime/lifecycle/resctrl.h"
#include "runtime/lifecycle/rootless.h"
#include "runtime/sys/open.h"
#include "runtime/sys/process.h"
#include "runtime/sys/root_dir.h"
#include "runtime/sys/socket.h"

namespace wpar::lifecycle {
namespace {

constexpr const char* kLogFile = "restore.log";

struct Restored {
  state::Record record;
  state::Entry entry;
  sys::Child init;
  UniqueFd terminal;  // of a foreground restore
};

void check_terminal(const plan::Plan& plan, const RestoreOptions& options) {
  const bool has_socket = !options.create.console_socket.empty();
  if (plan.process.terminal && options.detach && !has_socket) {
    throw_error(ErrorKind::kInvalidArgument,
                "cannot allocate tty if runwpar will detach without setting console socket");
  }
  if (has_socket && (!plan.process.terminal || !options.detach)) {
    throw_error(ErrorKind::kInvalidArgument,
                "cannot use console socket if runwpar will not detach or allocate tty");
  }
}

bool is_directory(const std::string& path) {
  struct stat info = {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

// CRIU mounts, but makes no mount points. Those below a bind mount belong into its source; those on
// other file systems come back with the contents of these.
void make_mount_point(const plan::Plan& plan, std::size_t index) {
  const plan::MountPlan& mount = plan.mounts[index];
  std::string base = plan.root.path;
  std::string_view below;
  for (std::size_t i = 0; i < index; ++i) {
    const plan::MountPlan& earlier = plan.mounts[i];
    if (earlier.destination.size() >= below.size() && earlier.destination != mount.destination &&
        is_same_or_below(mount.destination, earlier.destination)) {
      below = earlier.destination;
      base = earlier.kind == plan::MountKind::kBind ? earlier.source : "";
    }
  }
  if (base.empty()) {
    return;
  }
  const sys::RootDir root(sys::open_path(base, O_PATH));
  const std::string rest = mount.destination.substr(below.size());
  if (mount.kind == plan::MountKind::kBind && !is_directory(mount.source)) {
    root.make_file(rest);
  } else {
    root.make_directory(rest);
  }
}

void make_mount_points(const plan::Plan& plan) {
  for (std::size_t i = 0; i < plan.mounts.size(); ++i) {
    in_context(fmt::format("mount {}", plan.mounts[i].destination),
               [&] { make_mount_point(plan, i); });
  }
}

// What is known before anything is done.
struct Preparation {
  ImageDirectories directories;
  InheritedDescriptors inherited;
  std::string config_text;
  plan::Plan plan;
  UniqueFd console;
  cgroup::Host hierarchies;
  bool has_cgroup = true;
  std::vector<std::string> cgroup_directories;
  CriuOptions request;
};

// One restore while CRIU works on it: what its notices make us do.
class Restoring {
 public:
  Restoring(const RestoreOptions& options, const Preparation& ready, const state::Entry& entry)
      : options_(options), ready_(ready), entry_(entry) {}

  void hear(const CriuResponse& notice, UniqueFd descriptor) {
    if (notice.script == "setup-namespaces") {
      run_hooks(notice.pid);
    } else if (notice.script == "orphan-pts-master" && descriptor) {
      hand_on(std::move(descriptor));
    } else if (notice.script == "post-restore") {
      adopt(notice.pid);
    }
  }

  // What the notices made us do.
  void undo() {
    init_.kill_and_wait();
    if (record_ && !options_.create.pid_file.empty()) {
      ::unlink(options_.create.pid_file.c_str());
    }
    if (hooks_have_run_) {
      run_poststop_hooks(ready_.plan.hooks, ready_.plan);
    }
  }

  const std::optional<state::Record>& record() const { return record_; }
  sys::Child take_init() { return std::move(init_); }
  UniqueFd take_terminal() { return std::move(terminal_); }

 private:
  // As when it was created: whatever they set up did not survive the checkpoint.
  void run_hooks(pid_t pid) {
    hooks_have_run_ = true;
    const init::HookState state = hook_state(ready_.plan, "created");
    const std::string document = fmt::format("{}{}{}", state.before_pid, pid, state.after_pid);
    init::run_hooks("prestart", ready_.plan.hooks.prestart, document, ready_.plan.bundle);
    init::run_hooks("createRuntime", ready_.plan.hooks.create_runtime, document,
                    ready_.plan.bundle);
  }

  void hand_on(UniqueFd master) {
    if (ready_.console) {
      sys::send_descriptor(ready_.console, "orphan-pts-master", master);
    } else if (!options_.detach) {
      terminal_ = std::move(master);
    }
  }

  // All of it is there, and nothing of it runs yet.
  void adopt(pid_t pid) {
    init_ = sys::Child(pid, sys::find_process(pid));
    if (!init_.pidfd()) {
      throw_error(ErrorKind::kSystem, "init ended before it could be recorded");
    }
    record_ = make_record(ready_.plan, pid, observed_namespaces(pid),
                          open_cgroup(ready_.cgroup_directories));
    record_->standard_descriptors = ready_.inherited.now;
    if (!options_.create.pid_file.empty()) {
      replace_file(options_.create.pid_file, std::to_string(pid), 0644);
    }
    entry_.write_record(*record_);
  }

  const RestoreOptions& options_;
  const Preparation& ready_;
  const state::Entry& entry_;
  sys::Child init_;
  UniqueFd terminal_;
  std::optional<state::Record> record_;
  bool hooks_have_run_ = false;
};

CriuOptions restore_options(const RestoreOptions& options, const ImageDirectories& directories,
                            const plan::Plan& plan, const cgroup::Host& hierarchies,
                            const std::vector<std::string>& cgroup_directories) {
  CriuOptions request = common_options(options.image, directories, kLogFile, plan);
  request.root = plan.root.path;
  request.restore_sibling = true;  // our child, not CRIU's
  request.evasive_devices = true;
  request.tcp_close = options.tcp_close;
  request.lsm_profile = options.lsm_profile;
  request.lsm_mount_context = options.lsm_mount_context;
  request.cgroup_roots = cgroup_roots(hierarchies, cgroup_directories);
  request.external_mounts = mount_sources_by_name(
      plan, parse_mount_lines(read_file("/proc/self/mountinfo")), hierarchies, cgroup_directories);
  return request;
}

Preparation prepare(const Context& context, const RestoreOptions& options) {
  state::check_id(options.image.id);
  plan::HostFacts host = look_at_host(context);
  require_rights(host);
  check_restore_options(options, host);
  Preparation ready;
  ready.directories = open_image_directories(options.image);
  ready.inherited = inherit_standard(read_descriptors(ready.directories));
  const std::string bundle = from_current_directory(options.create.bundle);
  ready.config_text = read_config(bundle, options.create.config_file);
  ready.plan = make_plan(context, host, options.create, bundle, ready.config_text);
  check_terminal(ready.plan, options);
  require_saveable(ready.plan);
  if (find_resctrl_groups(ready.plan)) {
    throw_error(ErrorKind::kUnsupported, "/linux/intelRdt: restore does not support it yet");
  }
  if (!options.create.console_socket.empty()) {
    ready.console = in_context("--console-socket",
                               [&] { return sys::connect_unix(options.create.console_socket); });
  }
  ready.hierarchies = cgroup::look_at_hierarchies();
  if (options.image.cgroup_mode == CriuCgroupMode::kFull &&
      ready.hierarchies.mode == cgroup::Mode::kV2) {
    throw_error(
        ErrorKind::kUnsupported,
        "--manage-cgroups-mode full: CRIU brings no limits of cgroup v2 back; use soft, and "
        "update after the restore");
  }
  ready.has_cgroup = ready.plan.cgroup.manager != plan::CgroupManager::kDisabled;
  ready.cgroup_directories =
      !ready.has_cgroup ? std::vector<std::string>{}
                        : cgroup::cgroup_directories(ready.hierarchies, ready.plan.cgroup.path);
  ready.request = restore_options(options, ready.directories, ready.plan, ready.hierarchies,
                                  ready.cgroup_directories);
  if (!ready.has_cgroup) {
    ready.request.cgroup_mode = CriuCgroupMode::kIgnore;
  }
  ready.request.inherited_fds = ready.inherited.entries;
  join_namespaces(ready.plan.namespaces, ready.request, ready.inherited.opened);
  return ready;
}

void run_criu(const RestoreOptions& options, const Preparation& ready, const cgroup::Cgroup& cgroup,
              Restoring& work) {
  CriuStart start = {.descriptors = {}, .entry = cgroup.entry(), .root = ready.plan.root.path};
  start.descriptors.assign(ready.inherited.opened.begin(), ready.inherited.opened.end());
  Criu criu(start);
  if (options.image.lazy_pages) {
    criu.require_lazy_pages();
  }
  const UniqueFd images = criu.open_directory(ready.directories.image_path);
  const UniqueFd work_directory = criu.open_directory(ready.directories.work_path);
  const auto lent_images = lend_to_root_of(ready.plan.id_maps, images);
  const auto lent_work = lend_to_root_of(ready.plan.id_maps, work_directory);
  CriuOptions request = ready.request;
  request.images_fd = images.get();
  request.work_fd = work_directory.get();
  criu.request(CriuTopic::kRestore, request, ready.directories.log_path(kLogFile),
               [&](const CriuResponse& notice, UniqueFd descriptor) {
                 work.hear(notice, std::move(descriptor));
               });
  if (!work.record()) {
    throw_error(ErrorKind::kInternal, "criu has restored nothing");
  }
}

Restored make_restored(const Context& context, const RestoreOptions& options) {
  Preparation ready = prepare(context, options);
  const std::string& id = options.image.id;
  state::Store store(context.root);
  CgroupMaker cgroup_maker(ready.plan, ready.hierarchies, false);
  std::optional<Restoring> work;

  Rollback rollback;  // after what its actions use
  state::Entry entry = store.reserve(id);
  rollback.on_failure([&] { store.release(id); });
  state::Journal journal;
  cgroup_maker.fill(journal);
  entry.write_journal(journal);
  entry.write_config(ready.config_text);
  make_mount_points(ready.plan);
  const cgroup::Cgroup& cgroup = cgroup_maker.make(entry, journal, rollback);
  work.emplace(options, ready, entry);
  rollback.on_failure([&] { work->undo(); });
  run_criu(options, ready, cgroup, *work);
  cgroup_maker.entered();
  rollback.keep();
  return {*work->record(), std::move(entry), work->take_init(), work->take_terminal()};
}

}  // namespace

int restore(const Context& context, const RestoreOptions& options) {
  if (options.create.no_pivot) {
    log::warn("--no-pivot has no effect: CRIU changes the root with pivot_root(2)");
  }
  if (options.detach) {
    Restored restored = make_restored(context, options);
    restored.init.detach();
    return 0;
  }
  const BlockedSignals signals;
  if (!options.no_subreaper) {
    sys::become_subreaper();
  }
  Restored restored = make_restored(context, options);
  const int exit_code = wait_in_foreground(restored.init, signals, std::move(restored.terminal));
  destroy(context, restored.entry, restored.record);
  return exit_code;
}

}  // namespace wpar::lifecycle
