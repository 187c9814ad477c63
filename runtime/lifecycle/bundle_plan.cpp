// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/bundle_plan.h"

#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <memory>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/log.h"
#include "runtime/base/path.h"
#include "runtime/lifecycle/rootless.h"
#include "runtime/plan/build.h"
#include "runtime/plan/seccomp.h"
#include "runtime/sys/proc.h"
#include "specs/oci/parse_config.h"

namespace wpar::lifecycle {
namespace {

std::string current_directory() {
  const std::unique_ptr<char, void (*)(void*)> path(::getcwd(nullptr, 0), ::free);
  if (!path) {
    throw_errno("get the current directory");
  }
  return path.get();
}

std::string now_rfc3339() {
  timespec now = {};
  ::clock_gettime(CLOCK_REALTIME, &now);
  std::tm utc = {};
  ::gmtime_r(&now.tv_sec, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, now.tv_nsec);
}

plan::ServiceRequest service_request(const Context& context, const CreateOptions& options) {
  return {.notify_directory = options.notify_socket.empty()
                                  ? std::string()
                                  : fmt::format("{}/{}/notify", context.root, options.id),
          .listen_fds = options.listen_fds,
          .listen_names = options.listen_names};
}

}  // namespace

std::string from_current_directory(const std::string& given) {
  return join_path(current_directory(), given);
}

std::string read_config(const std::string& bundle, const std::string& other_file) {
  if (!other_file.empty()) {
    return read_file(from_current_directory(other_file));
  }
  auto text = find_file(bundle + "/config.json");
  if (!text) {
    throw_error(ErrorKind::kNotFound, "JSON specification file config.json not found in {}",
                bundle);
  }
  return std::move(*text);
}

plan::Plan make_plan(const Context& context, plan::HostFacts& host, const CreateOptions& options,
                     const std::string& bundle, const std::string& config_text) {
  oci::Config config = in_context("config.json", [&] { return oci::parse_config(config_text); });
  give_user_namespace(config, host);
  plan::Plan plan = in_context("config.json", [&] {
    return plan::build_plan(config, host,
                            {.id = options.id,
                             .bundle = bundle,
                             .no_pivot = options.no_pivot,
                             .no_new_keyring = options.no_new_keyring,
                             .cgroup_manager = context.cgroup_manager,
                             .any_systemd_property = context.any_systemd_property,
                             .preserve_fds = options.preserve_fds,
                             .service = service_request(context, options)});
  });
  if (!plan.cgroup.unit.name.empty()) {
    plan.cgroup.unit.description = fmt::format("container {} of {}", options.id, context.root);
  }
  for (const std::string& warning : plan.warnings) {
    log::warn(warning);
  }
  if (log::debug_enabled() && config.linux_.seccomp) {
    for (const std::string& name : plan::unknown_seccomp_names(*config.linux_.seccomp)) {
      log::debug("/linux/seccomp: no system call is called {}: ignored", name);
    }
  }
  return plan;
}

state::Record make_record(const plan::Plan& plan, pid_t pid, std::uint64_t namespaces,
                          const cgroup::Cgroup& cgroup) {
  const auto stat = sys::find_process_stat(pid);
  if (!stat) {
    throw_error(ErrorKind::kSystem, "init ended before it could be recorded");
  }
  return {.id = plan.id,
          .oci_version = plan.oci_version,
          .bundle = plan.bundle,
          .rootfs = plan.root.path,
          .created = now_rfc3339(),
          .owner = ::geteuid(),
          .pid = pid,
          .start_time = stat->start_time,
          .namespaces = namespaces,
          .has_process = plan.has_process,
          .has_poststart_hooks = !plan.hooks.poststart.empty(),
          .has_poststop_hooks = !plan.hooks.poststop.empty(),
          .cgroup_manager = plan.cgroup.manager,
          .unit = {.name = plan.cgroup.unit.name,
                   .slice = {},
                   .of_user = plan.cgroup.unit.of_user,
                   .description = plan.cgroup.unit.description,
                   .properties = {}},
          .cgroup_directories = cgroup.directories(),
          .freezer_directory = cgroup.freezer_directory(),
          .stop_signal = plan.stop_signal,
          .annotations = plan.annotations};
}

}  // namespace wpar::lifecycle
