// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/update.h"

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/log.h"
#include "runtime/lifecycle/container.h"
#include "specs/oci/parse_config.h"
#include "specs/oci/write_config.h"

namespace wpar::lifecycle {
namespace {

constexpr int kStdin = 0;

oci::Resources read_resources(const UpdateOptions& options) {
  if (options.resources_file.empty()) {
    return options.resources;
  }
  return in_context(fmt::format("--resources {}", options.resources_file), [&] {
    return oci::parse_resources(options.resources_file == "-" ? read_fd(BorrowedFd(kStdin), "stdin")
                                                              : read_file(options.resources_file));
  });
}

void refuse_cache_allocation(const UpdateOptions& options) {
  for (const auto& [option, value] : {std::pair("l3-cache-schema", &options.l3_cache_schema),
                                      std::pair("mem-bw-schema", &options.mem_bw_schema)}) {
    if (!value->empty()) {
      throw_error(ErrorKind::kUnsupported,
                  "--{}: Intel RDT of a running container cannot be "
                  "changed yet",
                  option);
    }
  }
}

}  // namespace

void update(const Context& context, const UpdateOptions& options) {
  refuse_cache_allocation(options);
  const oci::Resources asked = read_resources(options);
  std::vector<std::string> warnings;
  const plan::Limits limits = plan::plan_update(asked, warnings);
  for (const std::string& warning : warnings) {
    log::warn(warning);
  }
  const Container container = open_container(context, options.id, state::Lock::kExclusive);
  if (container.status == state::Status::kStopped) {
    throw_error(ErrorKind::kWrongState, "container not running");
  }
  if (container.record.cgroup_directories.empty()) {
    throw_error(ErrorKind::kUnsupported, "container {} has no cgroup whose limits could be changed",
                options.id);
  }
  oci::Config config = oci::parse_config(container.entry.config_text());
  config.linux_.resources = plan::merge_resources(std::move(config.linux_.resources), asked);
  const std::string text = oci::write_config(config, oci::Indent::kNone);
  open_cgroup(container.record.cgroup_directories).apply(limits, [&] {
    container.entry.rewrite_config(text);
  });
}

}  // namespace wpar::lifecycle
