// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stands in for runtime/lifecycle when the tests of the command line are linked: it remembers what
// it was asked, and answers or throws what the test prepared. No container is touched.

#include <optional>
#include <string>
#include <vector>

#include "runtime/base/error.h"
#include "runtime/lifecycle/inspect.h"
#include "runtime/lifecycle/lifecycle.h"

namespace wpar::testing {

struct FakeLifecycle {
  std::string called;               // "create", "run", …; "" when nothing was
  char** protected_argv = nullptr;  // what protect_own_binary() was given
  lifecycle::Context context;
  lifecycle::CreateOptions create;
  lifecycle::RunOptions run;
  lifecycle::ExecOptions exec;
  lifecycle::KillOptions kill;
  lifecycle::UpdateOptions update;
  lifecycle::EventsOptions events;
  std::vector<std::string> ps_options;

  lifecycle::CheckpointOptions checkpoint;
  lifecycle::RestoreOptions restore;
  std::string id;
  std::string notify_socket;
  bool force = false;

  int exit_code = 0;
  std::vector<pid_t> processes;
  std::string process_table;
  std::vector<std::string> documents;  // what events() emits
  oci::State state;
  std::vector<lifecycle::ListEntry> entries;
  lifecycle::FeatureFacts facts;
  lifecycle::LintReport report;
  lifecycle::Explanation explanation;
  std::optional<Error> failure;
};

// Emptied by reset_fake_lifecycle().
FakeLifecycle& fake_lifecycle();
void reset_fake_lifecycle();

}  // namespace wpar::testing
