// SPDX-License-Identifier: Apache-2.0
#include "specs/oci/write_config.h"

#include "specs/oci/json_writer.h"
#include "specs/oci/write_parts.h"

namespace wpar::oci {
namespace {

void write_mount(JsonWriter& to, const Mount& mount) {
  const auto mapping = [&](const IdMapping& one) { write_id_mapping(to, one); };
  to.object([&] {
    to.member("destination", mount.destination);
    to.member("type", mount.type);
    to.member("source", mount.source);
    to.member("options", mount.options);
    to.list_member("uidMappings", mount.uid_mappings, mapping);
    to.list_member("gidMappings", mount.gid_mappings, mapping);
  });
}

void write_hook(JsonWriter& to, const Hook& hook) {
  to.object([&] {
    to.member("path", hook.path);
    to.member("args", hook.args);
    to.member("env", hook.env);
    to.member("timeout", hook.timeout);
  });
}

void write_hooks(JsonWriter& to, const Hooks& hooks) {
  const auto hook = [&](const Hook& one) { write_hook(to, one); };
  to.object([&] {
    to.list_member("prestart", hooks.prestart, hook);
    to.list_member("createRuntime", hooks.create_runtime, hook);
    to.list_member("createContainer", hooks.create_container, hook);
    to.list_member("startContainer", hooks.start_container, hook);
    to.list_member("poststart", hooks.poststart, hook);
    to.list_member("poststop", hooks.poststop, hook);
  });
}

void write_root(JsonWriter& to, const Root& root) {
  to.object([&] {
    to.member("path", root.path);
    to.member("readonly", root.readonly);
  });
}

void write_members(JsonWriter& to, const Config& config) {
  to.member("ociVersion", config.oci_version);
  to.object_member("process", config.process, [](JsonWriter& writer, const Process& process) {
    write_process(writer, process);
  });
  to.object_member("root", config.root, write_root);
  to.member("hostname", config.hostname);
  to.member("domainname", config.domainname);
  to.list_member("mounts", config.mounts, [&](const Mount& mount) { write_mount(to, mount); });
  if (config.hooks != Hooks{}) {
    to.key("hooks");
    write_hooks(to, config.hooks);
  }
  to.member("annotations", config.annotations);
  if (config.linux_ != Linux{}) {
    to.key("linux");
    write_linux(to, config.linux_);
  }
}

}  // namespace

std::string write_config(const Config& config, Indent indent) {
  JsonWriter writer(indent, BadText::kRefuse);
  writer.object([&] { write_members(writer, config); });
  return writer.take();
}

std::string write_process(const Process& process, Indent indent) {
  JsonWriter writer(indent, BadText::kRefuse);
  write_process(writer, process);
  return writer.take();
}

std::string write_resources(const Resources& resources, Indent indent) {
  JsonWriter writer(indent, BadText::kRefuse);
  write_resources(writer, resources);
  return writer.take();
}

}  // namespace wpar::oci
