// SPDX-License-Identifier: Apache-2.0
#include "runtime/cgroup/resctrl.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/path.h"
#include "runtime/base/text.h"
#include "runtime/sys/open.h"

namespace wpar::cgroup {
namespace {

// "L3:0=7f0;1=1f" → "L3", {"0=7f0", "1=1f"}.
struct Schema {
  std::string_view resource;
  std::vector<std::string_view> domains;
};

Schema parse_schema(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    return {.resource = trim(line), .domains = {}};
  }
  return {.resource = trim(line.substr(0, colon)), .domains = split(line.substr(colon + 1), ';')};
}

// "0=00F" and "0=f" are the same mask.
std::string normalized(std::string_view domain) {
  const std::size_t equals = domain.find('=');
  std::string_view value = trim(domain.substr(equals == std::string_view::npos ? 0 : equals + 1));
  while (value.size() > 1 && value.front() == '0') {
    value.remove_prefix(1);
  }
  const std::string_view id =
      equals == std::string_view::npos ? std::string_view() : trim(domain.substr(0, equals));
  return fmt::format("{}={}", id, to_lower(value));
}

bool has_domain(const Schema& schema, std::string_view domain) {
  const std::string wanted = normalized(domain);
  return std::ranges::any_of(schema.domains,
                             [&](std::string_view one) { return normalized(one) == wanted; });
}

// What the kernel thinks of the last write: "schemata: mask f000 out of range".
std::string error_detail(const std::string& root) {
  const auto status = find_file(root + "/info/last_cmd_status");
  return status ? fmt::format(" ({})", trim(*status)) : "";
}

// One write: the kernel takes a line or refuses it.
void write_schema(const std::string& root, const std::string& group, const std::string& line) {
  const std::string path = group + "/schemata";
  const UniqueFd file = sys::open_path(path, O_WRONLY | O_NOFOLLOW);
  const std::string text = line + "\n";
  if (::write(file.get(), text.data(), text.size()) < 0) {
    const int error = errno;
    throw Error(error, fmt::format("write \"{}\" to {}{}", line, path, error_detail(root)));
  }
}

std::string find_line(std::string_view schemata, std::string_view resource) {
  for (const std::string_view line : split(schemata, '\n')) {
    if (parse_schema(line).resource == resource) {
      return std::string(trim(line));
    }
  }
  return {};
}

bool is_directory(const std::string& path) {
  struct stat info = {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

}  // namespace

std::optional<std::string> find_resctrl(std::string_view mountinfo) {
  for (const std::string_view line : split(mountinfo, '\n')) {
    const std::size_t separator = line.find(" - ");  // proc_pid_mountinfo(5)
    const auto fields = split(line, ' ');
    if (separator != std::string_view::npos && fields.size() > 5 &&
        line.substr(separator + 3).starts_with("resctrl ")) {
      return std::string(fields[4]);
    }
  }
  return std::nullopt;
}

bool has_schema(std::string_view schemata, std::string_view line) {
  const Schema wanted = parse_schema(line);
  for (const std::string_view one : split(schemata, '\n')) {
    const Schema there = parse_schema(one);
    if (there.resource == wanted.resource) {
      return std::ranges::all_of(wanted.domains, [&](std::string_view domain) {
        return trim(domain).empty() || has_domain(there, domain);
      });
    }
  }
  return false;
}

Resctrl::Resctrl(std::string root, const plan::IntelRdtPlan& plan)
    : root_(std::move(root)), plan_(plan), class_(root_) {
  if (!plan.class_of_service.empty()) {
    class_ += "/" + plan.class_of_service;
  }
  existed_ = is_directory(class_);
  groups_.push_back(class_);
  if (!plan.monitor.empty()) {
    groups_.push_back(class_ + "/mon_groups/" + plan.monitor);
  }
  // A directory that is there already is not ours: making it will fail.
  if (plan.own_class && !existed_) {
    directories_.push_back(class_);
  }
  if (groups_.size() > 1 && !is_directory(groups_.back())) {
    directories_.push_back(groups_.back());
  }
}

void Resctrl::make_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0755) < 0) {
    throw_errno("mkdir {}", path);
  }
  made_.push_back(path);
}

void Resctrl::make_class() {
  if (plan_.own_class) {
    make_directory(class_);
  } else if (existed_) {
    check_class();
  } else if (plan_.class_must_exist) {
    throw_error(ErrorKind::kInvalidConfig,
                "closID: {} does not exist, and there is no schema to make it with", class_);
  } else {
    make_directory(class_);
  }
}

void Resctrl::check_class() const {
  if (plan_.compared == 0) {
    return;
  }
  const std::string schemata = read_file(class_ + "/schemata");
  for (std::size_t i = 0; i < plan_.compared; ++i) {
    if (!has_schema(schemata, plan_.schemata[i])) {
      throw_error(ErrorKind::kInvalidConfig, "{} exists and its schemata are not \"{}\"", class_,
                  plan_.schemata[i]);
    }
  }
}

void Resctrl::write_schemata() const {
  for (const std::string& line : plan_.schemata) {
    write_schema(root_, class_, line);
  }
}

void Resctrl::make_monitor() {
  if (!plan_.monitor.empty()) {
    make_directory(class_ + "/mon_groups/" + plan_.monitor);
  }
}

void change_schemata(const std::string& group, const std::vector<std::string>& lines,
                     Rollback& rollback) {
  const std::string root = parent_path(group);
  const std::string before = read_file(group + "/schemata");
  for (const std::string& line : lines) {
    write_schema(root, group, line);
    rollback.on_failure([root, group, old = find_line(before, parse_schema(line).resource)] {
      write_schema(root, group, old);
    });
  }
}

void enter_resctrl_groups(const std::vector<std::string>& groups, pid_t pid) {
  for (const std::string& group : groups) {
    const std::string path = group + "/tasks";
    write_all(sys::open_path(path, O_WRONLY | O_NOFOLLOW), std::to_string(pid), path);
  }
}

void remove_resctrl_groups(const std::vector<std::string>& directories) {
  for (auto directory = directories.rbegin(); directory != directories.rend(); ++directory) {
    if (::rmdir(directory->c_str()) < 0 && errno != ENOENT) {
      throw_errno("rmdir {}", *directory);
    }
  }
}

}  // namespace wpar::cgroup
