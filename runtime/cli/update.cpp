// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/command.h"
#include "runtime/cli/requests.h"
#include "runtime/cli/values.h"

namespace wpar::cli {
namespace {

constexpr std::array<Option, 18> kUpdateOptions = {{
    {"resources", 'r', "FILE", "take linux.resources from this JSON file (-: stdin) instead"},
    {"blkio-weight", '\0', "N", "weight of block I/O, 10 to 1000"},
    {"cpu-period", '\0', "US", "period of the CPU quota, in microseconds"},
    {"cpu-quota", '\0', "US", "CPU time in each period; -1: no limit"},
    {"cpu-burst", '\0', "US", "CPU time that may be saved up from earlier periods"},
    {"cpu-share", '\0', "N", "CPU shares, relative to other containers"},
    {"cpu-rt-period", '\0', "US", "period of the realtime runtime"},
    {"cpu-rt-runtime", '\0', "US", "realtime CPU time in each such period"},
    {"cpuset-cpus", '\0', "LIST", "processors, such as 0-3,7"},
    {"cpuset-mems", '\0', "LIST", "memory nodes"},
    {"cpu-idle", '\0', "0|1", "1: run only when nobody else wants to"},
    {"memory", '\0', "SIZE", "memory; units k, m, g; -1: no limit"},
    {"memory-reservation", '\0', "SIZE", "what is left to it when memory gets short"},
    {"memory-swap", '\0', "SIZE", "memory and swap together"},
    {"pids-limit", '\0', "N", "number of processes; -1: no limit"},
    {"l3-cache-schema", '\0', "SCHEMA", "Intel RDT cache allocation"},
    {"mem-bw-schema", '\0', "SCHEMA", "Intel RDT memory bandwidth"},
    {"kernel-memory", '\0', "SIZE", "without effect on current kernels", true},
}};
constexpr std::array<Option, 1> kForgotten = {{
    {"kernel-memory-tcp", '\0', "SIZE", "without effect on current kernels", true},
}};
constexpr auto kOptions = concat(kUpdateOptions, kForgotten);

template <typename Int>
void take_number(const Parsed& parsed, std::string_view option, std::optional<Int>& target) {
  if (!parsed.has(option)) {
    return;
  }
  target = parse_integer<Int>(parsed.text(option));
  if (!target) {
    throw_error(ErrorKind::kInvalidArgument, "invalid value \"{}\" for --{}: expected an integer",
                parsed.text(option), option);
  }
}

void take_text(const Parsed& parsed, std::string_view option, std::optional<std::string>& target) {
  if (parsed.has(option)) {
    target = parsed.text(option);
  }
}

void take_size(const Parsed& parsed, std::string_view option, std::optional<std::int64_t>& target) {
  if (parsed.has(option)) {
    target = parse_size(parsed.text(option), option);
  }
}

oci::Resources asked_resources(const Parsed& parsed) {
  oci::Resources resources;
  oci::CpuResources cpu;
  take_number(parsed, "cpu-period", cpu.period);
  take_number(parsed, "cpu-quota", cpu.quota);
  take_number(parsed, "cpu-burst", cpu.burst);
  take_number(parsed, "cpu-share", cpu.shares);
  take_number(parsed, "cpu-rt-period", cpu.realtime_period);
  take_number(parsed, "cpu-rt-runtime", cpu.realtime_runtime);
  take_number(parsed, "cpu-idle", cpu.idle);
  take_text(parsed, "cpuset-cpus", cpu.cpus);
  take_text(parsed, "cpuset-mems", cpu.mems);
  if (cpu != oci::CpuResources{}) {
    resources.cpu = cpu;
  }
  oci::MemoryResources memory;
  take_size(parsed, "memory", memory.limit);
  take_size(parsed, "memory-reservation", memory.reservation);
  take_size(parsed, "memory-swap", memory.swap);
  take_size(parsed, "kernel-memory", memory.kernel);
  take_size(parsed, "kernel-memory-tcp", memory.kernel_tcp);
  if (memory != oci::MemoryResources{}) {
    resources.memory = memory;
  }
  oci::BlockIoResources block;
  take_number(parsed, "blkio-weight", block.weight);
  if (block != oci::BlockIoResources{}) {
    resources.block_io = block;
  }
  take_number(parsed, "pids-limit", resources.pids_limit);
  return resources;
}

int update(const Globals& globals, const Parsed& parsed) {
  lifecycle::update(globals.context, update_request(parsed));
  return 0;
}

}  // namespace

lifecycle::UpdateOptions update_request(const Parsed& parsed) {
  lifecycle::UpdateOptions options;
  options.id = parsed.arguments().front();
  if (parsed.has("resources")) {
    // As runc: a document says all, whatever stands beside it.
    options.resources_file = parsed.text("resources");
    if (options.resources_file.empty()) {
      throw_error(ErrorKind::kInvalidArgument, "--resources needs a file");
    }
    for (const Option& other : kOptions) {
      if (other.name != "resources" && parsed.has(other.name)) {
        log::warn(fmt::format("--{} is ignored beside --resources", other.name));
      }
    }
    return options;
  }
  options.resources = asked_resources(parsed);
  options.l3_cache_schema = parsed.text("l3-cache-schema");
  options.mem_bw_schema = parsed.text("mem-bw-schema");
  return options;
}

constinit const Command kUpdate = {.name = "update",
                                   .arguments = "ID",
                                   .summary = "change the limits of a container",
                                   .options = kOptions,
                                   .arity = {.min = 1, .max = 1},
                                   .run = update,
                                   .placement = Placement::kAnywhere};

}  // namespace wpar::cli
