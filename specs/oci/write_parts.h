// SPDX-License-Identifier: Apache-2.0
#pragma once
// The parts of config.json as text, one write_<noun>.cpp each; the mirror of read_parts.h. Each
// writes one object (or array) at the writer's place. Members stand in the specification's order.

#include "specs/oci/config.h"
#include "specs/oci/json_writer.h"

namespace wpar::oci {

void write_process(JsonWriter& to, const Process& process);
void write_linux(JsonWriter& to, const Linux& part);
void write_resources(JsonWriter& to, const Resources& resources);
void write_seccomp(JsonWriter& to, const Seccomp& seccomp);
void write_id_mapping(JsonWriter& to, const IdMapping& mapping);

}  // namespace wpar::oci
