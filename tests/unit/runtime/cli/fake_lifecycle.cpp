// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/runtime/cli/fake_lifecycle.h"

namespace wpar::testing {

FakeLifecycle& fake_lifecycle() {
  static FakeLifecycle instance;
  return instance;
}

void reset_fake_lifecycle() {
  fake_lifecycle() = FakeLifecycle{};
}

namespace {

FakeLifecycle& note(const char* called, const lifecycle::Context& context) {
  FakeLifecycle& fake = fake_lifecycle();
  fake.called = called;
  fake.context = context;
  if (fake.failure) {
    throw Error(*fake.failure);
  }
  return fake;
}

}  // namespace
}  // namespace wpar::testing

namespace wpar::lifecycle {

using wpar::testing::fake_lifecycle;
using wpar::testing::note;

void create(const Context& context, const CreateOptions& options) {
  note("create", context).create = options;
}

int run(const Context& context, const RunOptions& options) {
  note("run", context).run = options;
  return fake_lifecycle().exit_code;
}

void start(const Context& context, const std::string& id, const std::string& notify_socket) {
  fake_lifecycle().notify_socket = notify_socket;
  note("start", context).id = id;
}

int exec(const Context& context, const ExecOptions& options) {
  note("exec", context).exec = options;
  return fake_lifecycle().exit_code;
}

void kill(const Context& context, const KillOptions& options) {
  note("kill", context).kill = options;
}

void checkpoint(const Context& context, const CheckpointOptions& options) {
  note("checkpoint", context).checkpoint = options;
}

int restore(const Context& context, const RestoreOptions& options) {
  note("restore", context).restore = options;
  return fake_lifecycle().exit_code;
}

void add_mounts(const Context& context, const std::string& id, const std::string& file) {
  note("add_mounts", context).id = id + " " + file;
}

void remove_mounts(const Context& context, const std::string& id, const std::string& file) {
  note("remove_mounts", context).id = id + " " + file;
}

void remove(const Context& context, const std::string& id, bool force) {
  note("delete", context).id = id;
  fake_lifecycle().force = force;
}

void pause(const Context& context, const std::string& id) {
  note("pause", context).id = id;
}

void resume(const Context& context, const std::string& id) {
  note("resume", context).id = id;
}

void update(const Context& context, const UpdateOptions& options) {
  note("update", context).update = options;
}

void events(const Context& context, const EventsOptions& options, const Emit& emit) {
  note("events", context).events = options;
  for (const std::string& document : fake_lifecycle().documents) {
    emit(document);
  }
}

std::vector<pid_t> processes(const Context& context, const std::string& id) {
  note("ps", context).id = id;
  return fake_lifecycle().processes;
}

std::string process_table(const std::vector<std::string>& options) {
  fake_lifecycle().ps_options = options;
  return fake_lifecycle().process_table;
}

void kill_matching(const Context& context, const KillOptions& options) {
  note("kill --regex", context).kill = options;
}

void remove_matching(const Context& context, const std::string& pattern, bool force) {
  note("delete --regex", context).id = pattern;
  fake_lifecycle().force = force;
}

oci::State state(const Context& context, const std::string& id) {
  note("state", context).id = id;
  return fake_lifecycle().state;
}

std::vector<ListEntry> list(const Context& context) {
  return note("list", context).entries;
}

LintReport lint(const std::string& path) {
  note("lint", {}).id = path;
  return fake_lifecycle().report;
}

Explanation explain(const Context& context, const std::string& path, const std::string& id) {
  note("explain", context).id = path + " as " + id;
  return fake_lifecycle().explanation;
}

FeatureFacts feature_facts() {
  return fake_lifecycle().facts;
}

std::string libseccomp_version() {
  return "2.5.4";
}

bool in_user_namespace() {
  return false;
}

void protect_own_binary(char** argv) {
  if (!fake_lifecycle().called.empty()) {
    throw Error(ErrorKind::kInternal, "the program was protected too late");
  }
  fake_lifecycle().protected_argv = argv;
}

}  // namespace wpar::lifecycle
