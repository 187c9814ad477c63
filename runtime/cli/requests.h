// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the words of a command mean: each function stands in the file of its command and does
// nothing but decide. Errors are Error(kInvalidArgument).

#include <sys/types.h>

#include <string>
#include <vector>

#include "runtime/cli/options.h"
#include "runtime/lifecycle/inspect.h"
#include "runtime/lifecycle/lifecycle.h"
#include "specs/oci/config.h"

namespace wpar::cli {

lifecycle::CreateOptions read_place(const Parsed& parsed);      // create.cpp; also for restore
lifecycle::CreateOptions create_request(const Parsed& parsed);  // create.cpp; also for run
lifecycle::RunOptions run_request(const Parsed& parsed);
lifecycle::KillOptions kill_request(const Parsed& parsed);
lifecycle::ExecOptions exec_request(const Parsed& parsed);
lifecycle::UpdateOptions update_request(const Parsed& parsed);
lifecycle::EventsOptions events_request(const Parsed& parsed);

// Of what ps(1) printed, the head and the lines of these processes. Throws when there is no column
// PID.
std::string select_processes(std::string_view table, const std::vector<pid_t>& pids);
lifecycle::ImageOptions image_request(const Parsed& parsed);  // checkpoint.cpp; also for restore
lifecycle::CheckpointOptions checkpoint_request(const Parsed& parsed);
lifecycle::RestoreOptions restore_request(const Parsed& parsed);

// The table of `list`; entries with a problem are rows too.
std::string list_table(const std::vector<lifecycle::ListEntry>& entries);
// What `lint` and `explain` print.
std::string lint_text(const lifecycle::LintReport& report);
std::string lint_json(const lifecycle::LintReport& report);
std::string explain_text(const lifecycle::Explanation& explanation);
std::string explain_json(const lifecycle::Explanation& explanation);
// What `completion` prints.
std::string completion_script();
// The document of `features`.
std::string features_document(const lifecycle::FeatureFacts& facts, std::string_view version);
// What `spec` writes. Rootless: the ids of the caller become root inside.
oci::Config example_config();
oci::Config rootless_example_config(uid_t uid, gid_t gid);

}  // namespace wpar::cli
