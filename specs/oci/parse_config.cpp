// SPDX-License-Identifier: Apache-2.0
#include "specs/oci/parse_config.h"

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "specs/oci/read_members.h"
#include "specs/oci/read_parts.h"

namespace wpar::oci {
namespace {

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// A decimal number as SemVer wants it: no leading zeros.
bool is_version_number(std::string_view text) {
  return is_digits(text) && (text.size() == 1 || text.front() != '0');
}

// "alpha.1": pre-release (`numbers_count`: no leading zeros in numbers) or build metadata.
bool are_identifiers(std::string_view text, bool numbers_count) {
  return std::ranges::all_of(split(text, '.'), [&](std::string_view part) {
    const bool legal = !part.empty() && std::ranges::all_of(part, [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
    });
    return legal && !(numbers_count && is_digits(part) && !is_version_number(part));
  });
}

// Semantic Versioning 2.0.0: MAJOR.MINOR.PATCH[-pre-release][+build].
bool is_semantic_version(std::string_view text) {
  if (const std::size_t plus = text.find('+'); plus != std::string_view::npos) {
    if (!are_identifiers(text.substr(plus + 1), false)) {
      return false;
    }
    text = text.substr(0, plus);
  }
  if (const std::size_t dash = text.find('-'); dash != std::string_view::npos) {
    if (!are_identifiers(text.substr(dash + 1), true)) {
      return false;
    }
    text = text.substr(0, dash);
  }
  const auto numbers = split(text, '.');
  return numbers.size() == 3 && std::ranges::all_of(numbers, is_version_number);
}

std::string read_version(const JsonCursor& at) {
  const std::string& version = at.string();
  if (!is_semantic_version(version)) {
    at.fail(fmt::format("\"{}\" is not a semantic version", printable(version)));
  }
  if (!version.starts_with("1.")) {
    at.fail(fmt::format("version {} is not supported, only 1.x.y is", printable(version)));
  }
  return version;
}

Root read_root(const JsonCursor& at) {
  return {.path = nonempty(at.at("path")), .readonly = find_boolean(at, "readonly")};
}

State read_state(const JsonCursor& at) {
  State state;
  state.oci_version = nonempty(at.at("ociVersion"));
  state.id = nonempty(at.at("id"));
  state.status = nonempty(at.at("status"));
  state.pid = find_integer<int>(at, "pid", 0, std::numeric_limits<int>::max()).value_or(0);
  state.bundle = nonempty(at.at("bundle"));
  state.annotations = find_string_map(at, "annotations");
  state.rootfs = find_string(at, "rootfs").value_or("");
  state.created = find_string(at, "created").value_or("");
  state.owner = find_string(at, "owner").value_or("");
  return state;
}

template <typename Read>
auto parse_document(std::string_view text, std::string_view name, Read&& read) {
  const JsonValue document = parse_json(text);
  if (document.is_null()) {
    throw_error(ErrorKind::kInvalidConfig, "{} cannot be null", name);
  }
  return read(JsonCursor(document));
}

}  // namespace

Config read_config(const JsonCursor& at) {
  Config config;
  config.oci_version = read_version(at.at("ociVersion"));
  config.root = find_object(at, "root", read_root);
  config.mounts = find_list(at, "mounts", read_mount);
  config.process = find_object(at, "process", read_process);
  config.hostname = find_string(at, "hostname");
  config.domainname = find_string(at, "domainname");
  config.hooks = find_object(at, "hooks", read_hooks).value_or(Hooks{});
  config.annotations = find_string_map(at, "annotations");
  if (const auto linux_part = at.find("linux")) {
    config.linux_ = read_linux(*linux_part);
  }
  return config;
}

Config parse_config(std::string_view text) {
  return parse_document(text, "config", read_config);
}

Process parse_process(std::string_view text) {
  return parse_document(text, "process", read_process);
}

Resources parse_resources(std::string_view text) {
  return parse_document(text, "resources", read_resources);
}

std::vector<Mount> parse_mounts(std::string_view text) {
  const JsonValue document = parse_json(text);
  const JsonCursor top(document);
  const bool is_object = document.get_if<JsonObject>() != nullptr;
  const JsonCursor list = is_object ? top.at("mounts") : top;
  std::vector<Mount> mounts;
  for (const JsonCursor& element : list.elements()) {
    mounts.push_back(read_mount(element));
  }
  return mounts;
}

State parse_state(std::string_view text) {
  return parse_document(text, "state", read_state);
}

}  // namespace wpar::oci
