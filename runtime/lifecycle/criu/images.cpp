// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/criu/images.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/errno_text.h"
#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/log.h"
#include "runtime/base/path.h"
#include "runtime/base/text.h"
#include "runtime/lifecycle/bundle_plan.h"
#include "runtime/sys/open.h"
#include "specs/oci/json_cursor.h"
#include "specs/oci/json_document.h"
#include "specs/oci/json_writer.h"

namespace wpar::lifecycle {
namespace {

constexpr const char* kDescriptors = "descriptors.json";
constexpr const char* kConfigAnnotation = "org.criu.config";
constexpr const char* kConfigFile = "/etc/criu/runwpar.conf";

std::string image_path(const ImageOptions& options) {
  return from_current_directory(options.image_path.empty() ? "checkpoint" : options.image_path);
}

ImageDirectories open_directories(const ImageOptions& options) {
  ImageDirectories directories;
  directories.image_path = image_path(options);
  directories.work_path = directories.image_path;
  directories.images = in_context("--image-path", [&] {
    return sys::open_path(directories.image_path, O_RDONLY | O_DIRECTORY);
  });
  if (!options.work_path.empty()) {
    directories.work_path = from_current_directory(options.work_path);
    directories.work = in_context("--work-path", [&] {
      make_private_directories(directories.work_path);
      return sys::open_path(directories.work_path, O_RDONLY | O_DIRECTORY);
    });
  }
  return directories;
}

// As with runc: the annotation names a file, or none when it is empty.
std::string criu_config(const plan::Plan& plan) {
  const auto chosen = plan.annotations.find(kConfigAnnotation);
  if (chosen != plan.annotations.end()) {
    return chosen->second;
  }
  return ::access(kConfigFile, R_OK) == 0 ? kConfigFile : "";
}

// The id outside that `map` ("0 100000 65536\n…", user_namespaces(7)) gives to 0.
std::uint32_t outside_root(std::string_view map) {
  for (const std::string_view line : split(map, '\n')) {
    const auto words = split_words(line);
    if (words.size() == 3 && words[0] == "0") {
      if (const auto id = parse_integer<std::uint32_t>(words[1])) {
        return *id;
      }
    }
  }
  throw_error(ErrorKind::kUnsupported,
              "CRIU cannot restore into a user namespace in which there is no root");
}

}  // namespace

LentDirectory::LentDirectory(BorrowedFd directory, gid_t to)
    : directory_(::fcntl(directory.get(), F_DUPFD_CLOEXEC, 0)) {
  struct stat info = {};
  if (::fstat(directory.get(), &info) < 0 || ::fchown(directory.get(), ~uid_t{0}, to) < 0) {
    throw_errno("lend the images to the container's root");
  }
  group_ = info.st_gid;
  mode_ = info.st_mode & 07777;
  if (::fchmod(directory.get(), mode_ | S_IRWXG) < 0) {
    throw_errno("lend the images to the container's root");
  }
}

LentDirectory::LentDirectory(LentDirectory&& other) noexcept
    : directory_(std::move(other.directory_)), group_(other.group_), mode_(other.mode_) {}

LentDirectory::~LentDirectory() {
  if (directory_ && (::fchmod(directory_.get(), mode_) < 0 ||
                     ::fchown(directory_.get(), ~uid_t{0}, group_) < 0)) {
    log::warn(fmt::format("the images stay open to the container's root: {}", errno_text(errno)));
  }
}

LentDirectory lend_to_root_of(const plan::IdMapPlan& maps, BorrowedFd directory) {
  if (maps.uid_map.empty()) {
    return {};
  }
  static_cast<void>(outside_root(maps.uid_map));
  return {directory, outside_root(maps.gid_map)};
}

ImageDirectories make_image_directories(const ImageOptions& options) {
  in_context("--image-path", [&] { make_private_directories(image_path(options)); });
  return open_directories(options);
}

ImageDirectories open_image_directories(const ImageOptions& options) {
  return open_directories(options);
}

CriuOptions common_options(const ImageOptions& options, const ImageDirectories& directories,
                           const std::string& log_file, const plan::Plan& plan) {
  CriuOptions request;
  request.images_fd = directories.images.get();
  request.work_fd = directories.work.get();
  request.log_file = log_file;
  request.tcp_established = options.tcp_established;
  request.external_unix_sockets = options.external_unix_sockets;
  request.shell_job = options.shell_job;
  request.file_locks = options.file_locks;
  request.auto_dedup = options.auto_dedup;
  request.lazy_pages = options.lazy_pages;
  request.cgroup_mode = options.cgroup_mode;
  request.network_lock = options.network_lock;
  request.empty_namespaces = options.empty_network_namespace ? CLONE_NEWNET : 0U;
  request.config_file = criu_config(plan);
  return request;
}

void write_descriptors(const ImageDirectories& directories, const std::vector<std::string>& keys) {
  oci::JsonWriter json(oci::Indent::kNone, oci::BadText::kReplace);
  json.list(keys, [&](const std::string& key) { json.value(key); });
  write_file_at(directories.images, kDescriptors, json.take(), 0600);
}

std::vector<std::string> read_descriptors(const ImageDirectories& directories) {
  const auto text = find_file_at(directories.images, kDescriptors);
  if (!text) {
    throw_error(ErrorKind::kNotFound, "{} holds no checkpoint: there is no {}",
                directories.image_path, kDescriptors);
  }
  return in_context(fmt::format("{}/{}", directories.image_path, kDescriptors), [&] {
    const oci::JsonValue document = oci::parse_json(*text);
    return oci::JsonCursor(document).strings();
  });
}

}  // namespace wpar::lifecycle
