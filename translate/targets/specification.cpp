// SPDX-License-Identifier: Apache-2.0
#include "translate/targets/specification.h"

#include <filesystem>
#include <optional>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/path.h"
#include "specs/wpar/read_wpar.h"
#include "specs/yaml/spec_form.h"

namespace wpar::translate {
namespace {

constexpr const char* kFirstLine = "# written by wpar2oci: the normal form\n";

std::string path_of(const std::string& directory, const spec::Wpar& wpar, bool yaml) {
  return join_path(directory, wpar.general.name->value + (yaml ? ".yaml" : ".spec"));
}

}  // namespace

std::string specification_text(const spec::Wpar& wpar, bool yaml) {
  const std::string text =
      yaml ? yaml::write_yaml(wpar) : spec::write_stanzas(spec::stanzas_of(wpar));
  return kFirstLine + text;
}

void check_specification(const std::string& directory, const spec::Wpar& wpar, bool yaml) {
  const std::string path = path_of(directory, wpar, yaml);
  const std::optional<std::string> text = find_file(path);
  if (text && !text->starts_with(kFirstLine)) {
    throw_error(ErrorKind::kAlreadyExists,
                "{} exists and was not written by wpar2oci: remove it or choose another directory",
                path);
  }
}

void write_specification(const std::string& directory, const spec::Wpar& wpar, bool yaml) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    throw Error(error.value(), fmt::format("make the directory {}", directory));
  }
  replace_file(path_of(directory, wpar, yaml), specification_text(wpar, yaml), 0644);
}

}  // namespace wpar::translate
