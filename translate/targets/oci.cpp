// SPDX-License-Identifier: Apache-2.0
#include "translate/targets/oci.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/path.h"
#include "specs/oci/parse_config.h"
#include "specs/oci/write_config.h"
#include "translate/translate.h"

namespace wpar::translate {
namespace {

std::string config_path(const std::string& directory) {
  return join_path(directory, "config.json");
}

bool is_ours(const oci::Config& config) {
  return std::any_of(config.annotations.begin(), config.annotations.end(),
                     [](const auto& entry) { return entry.first.starts_with(kAnnotationPrefix); });
}

}  // namespace

std::string config_text(const oci::Config& config) {
  std::string text = oci::write_config(config, oci::Indent::kTwoSpaces);
  if (!text.ends_with('\n')) {
    text += '\n';
  }
  return text;
}

void check_bundle(const std::string& directory) {
  const std::string path = config_path(directory);
  const std::optional<std::string> text = find_file(path);
  if (!text) {
    return;
  }
  const bool ours = in_context(fmt::format("{} exists and is not to be replaced", path),
                               [&] { return is_ours(oci::parse_config(*text)); });
  if (!ours) {
    throw_error(ErrorKind::kAlreadyExists,
                "{} exists and was not written by wpar2oci (no org.openwpar annotation): remove it "
                "or choose another bundle",
                path);
  }
}

void write_bundle(const std::string& directory, const oci::Config& config) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    throw Error(error.value(), fmt::format("make the directory {}", directory));
  }
  replace_file(config_path(directory), config_text(config), 0644);
}

}  // namespace wpar::translate
