// SPDX-License-Identifier: Apache-2.0
#pragma once
// The functions of the step tables, by the file that holds them. Each runs in the new process,
// once, at its place in the table; each throws Error. Only steps.cpp and init.cpp include this.

#include "runtime/init/context.h"

namespace wpar::init {

// session.cpp
void set_oom_score(Context& context);
void write_oom_score(Input& input);
void start_session(Context& context);
void enter_cgroup(Context& context);
void start_keyring(Context& context);
void close_descriptors(Context& context);
void close_exec_descriptors(Context& context);
// Closes everything from `first` on but `kept`.
void close_all_but(unsigned int first, std::vector<int> kept);
// namespaces.cpp
void join_namespaces(Context& context);
void enter_time_namespace(Context& context);
void make_time_namespace(Input& input);
void become_namespace_root(Context& context);
void enter_cgroup_ns(Context& context);
void bring_up_loopback(Context& context);
void set_names(Context& context);
void join_target(Context& context);
void become_target_root(Context& context);
// mount_sources.cpp
void open_sources(Context& context);
// rootfs.cpp
void mount_root(Context& context);
void change_root(Context& context);
void set_container_propagation(Context& context);
void finish_read_only(Context& context);
// mounts.cpp, cgroup_mounts.cpp
void mount_everything(Context& context);
void mount_at(Context& context, std::size_t index);  // one of the plan's mounts
void mount_cgroups(Context& context, const plan::MountPlan& mount);
// live_mounts.cpp
void close_mount_descriptors(Context& context);
void add_mounts(Context& context);
void remove_mounts(Context& context);
void say_done(Context& context);
// devices.cpp
void make_devices(Context& context);
// hooks.cpp
void wait_for_hooks(Context& context);
void run_create_container_hooks(Context& context);
void run_start_container_hooks(Context& context);
// sysctls.cpp
void set_sysctls(Context& context);
// console.cpp
void open_console(Context& context);
void open_exec_console(Context& context);
// masks.cpp
void apply_masks(Context& context);
// process.cpp
void find_home(Context& context);
void enter_working_directory(Context& context);
void find_executable(Context& context);
// privileges.cpp
void set_limits(Context& context);
void set_execution_domain(Context& context);
void set_label(Context& context);
void become_user(Context& context);
// gate.cpp
void wait_for_start(Context& context);
// final_exec.cpp
void execute(Context& context);

}  // namespace wpar::init
