// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/path.h"

#include <vector>

#include "runtime/base/text.h"

namespace wpar {

bool is_absolute(std::string_view path) {
  return path.starts_with('/');
}

std::string clean_path(std::string_view path) {
  const bool absolute = is_absolute(path);
  std::vector<std::string_view> kept;
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") {
      continue;
    }
    if (part != "..") {
      kept.push_back(part);
    } else if (!kept.empty() && kept.back() != "..") {
      kept.pop_back();
    } else if (!absolute) {
      kept.push_back(part);
    }
  }
  std::string clean(absolute ? "/" : "");
  for (const std::string_view part : kept) {
    if (!clean.empty() && clean.back() != '/') {
      clean += '/';
    }
    clean += part;
  }
  return clean.empty() ? "." : clean;
}

std::string join_path(std::string_view base, std::string_view relative) {
  if (is_absolute(relative)) {
    return clean_path(relative);
  }
  std::string joined(base);
  joined += '/';
  joined += relative;
  return clean_path(joined);
}

bool is_same_or_below(std::string_view path, std::string_view ancestor) {
  const std::string clean = clean_path(path);
  const std::string above = clean_path(ancestor);
  if (above == "/") {
    return is_absolute(clean);
  }
  return clean == above ||
         (clean.size() > above.size() && clean.starts_with(above) && clean[above.size()] == '/');
}

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string parent_path(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) {
    return ".";
  }
  return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

}  // namespace wpar
