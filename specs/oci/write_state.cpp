// SPDX-License-Identifier: Apache-2.0
#include "specs/oci/json_writer.h"
#include "specs/oci/write_config.h"

namespace wpar::oci {
namespace {

void write_document(JsonWriter& to, const State& state) {
  const auto extra = [&](std::string_view name, const std::string& text) {
    if (!text.empty()) {
      to.member(name, text);
    }
  };
  // runc's order, which is also what people see when they run `state`.
  to.object([&] {
    to.member("ociVersion", state.oci_version);
    to.member("id", state.id);
    to.member("pid", state.pid);
    to.member("status", state.status);
    to.member("bundle", state.bundle);
    extra("rootfs", state.rootfs);
    extra("created", state.created);
    to.member("annotations", state.annotations);
    extra("owner", state.owner);
  });
}

}  // namespace

std::string write_state(const State& state, Indent indent) {
  JsonWriter writer(indent, BadText::kReplace);
  write_document(writer, state);
  return writer.take();
}

std::string write_container_process_state(const ContainerProcessState& state) {
  JsonWriter writer(Indent::kNone, BadText::kReplace);
  writer.object([&] {
    writer.member("ociVersion", state.oci_version);
    writer.member("fds", state.fds);
    writer.member("pid", state.pid);
    if (!state.metadata.empty()) {
      writer.member("metadata", state.metadata);
    }
    writer.key("state");
    write_document(writer, state.state);
  });
  return writer.take();
}

std::string write_states(const std::vector<State>& states) {
  JsonWriter writer(Indent::kNone, BadText::kReplace);
  writer.list(states, [&](const State& state) { write_document(writer, state); });
  return writer.take();
}

}  // namespace wpar::oci
