// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/systemd_unit.h"

#include <algorithm>

#include "runtime/base/text.h"

namespace wpar::plan {
namespace {

constexpr Pointer kPlace = {"/linux/cgroupsPath"};
constexpr std::string_view kSlice = ".slice";
constexpr std::string_view kScope = ".scope";
constexpr std::string_view kRootSlice = "-.slice";
constexpr std::size_t kMaxUnitName = 255;  // systemd.unit(5)

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

// A dot at the very beginning is escaped too, as a file that begins with one is hidden.
std::string escape(std::string_view text, bool at_start) {
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_plain(c) && !(at_start && i == 0 && c == '.')) {
      escaped += c;
    } else {
      escaped += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return escaped;
}

// "a-b.slice" is below "a.slice", so that no word between two dashes may be empty.
bool is_slice(std::string_view name) {
  if (name == kRootSlice) {
    return true;
  }
  if (!name.ends_with(kSlice) || name.size() > kMaxUnitName) {
    return false;
  }
  name.remove_suffix(kSlice.size());
  const auto words = split(name, '-');
  const auto good = [](std::string_view word) {
    return !word.empty() &&
           std::ranges::all_of(word, [](char c) { return is_plain(c) || c == '\\'; });
  };
  return !name.starts_with('.') && std::ranges::all_of(words, good);
}

// "a-b.slice" → "a.slice", "a.slice" → "-.slice".
std::string parent_slice(std::string_view name) {
  name.remove_suffix(kSlice.size());
  const std::size_t dash = name.rfind('-');
  return dash == std::string_view::npos ? std::string(kRootSlice)
                                        : fmt::format("{}{}", name.substr(0, dash), kSlice);
}

std::string slice_of(std::string_view word, bool of_user) {
  if (word.empty()) {
    return of_user ? "user.slice" : "system.slice";
  }
  return std::string(word == "-" ? kRootSlice : word);
}

void check_name(std::string_view name, const Pointer& at, std::string_view what,
                Findings& findings) {
  if (std::ranges::any_of(name,
                          [](char c) { return c == '/' || (c >= 0 && c < ' ') || c == 127; })) {
    findings.invalid(at, "{} has a character that no unit may have: \"{}\"", what,
                     escape(name, false));
  }
}

// Slices are where their names say: what stands before the first colon can only agree.
void plan_slice_unit(std::string_view name, std::string_view prefix, std::string_view slice_word,
                     SystemdUnit& unit, Findings& findings) {
  if (!is_slice(name) || name == kRootSlice) {
    findings.invalid(kPlace, "\"{}\" is not the name of a slice", name);
    return;
  }
  if (!prefix.empty()) {
    findings.invalid(kPlace, "a slice has no prefix: expected \"{}::{}\"", slice_word, name);
  }
  unit.name = name;
  const std::string parent = parent_slice(name);
  if (!slice_word.empty() && unit.slice != parent) {
    findings.invalid(kPlace, "{} is in {} by its name, not in {}", name, parent, unit.slice);
  }
  unit.slice = parent;
}

std::string slice_cgroup(const std::string& slice) {
  if (slice == kRootSlice) {
    return {};
  }
  return fmt::format("{}/{}", slice_cgroup(parent_slice(slice)), slice);
}

}  // namespace

SystemdUnit plan_systemd_unit(std::string_view cgroups_path, std::string_view id, bool of_user,
                              Findings& findings) {
  SystemdUnit unit;
  unit.of_user = of_user;
  const std::string standard = fmt::format(":runwpar:{}", id);
  const auto parts = split(cgroups_path.empty() ? standard : cgroups_path, ':');
  if (parts.size() != 3 || parts[2].empty()) {
    findings.invalid(kPlace,
                     "expected \"slice:prefix:name\" with --cgroup-manager=systemd, not \"{}\"",
                     cgroups_path);
    return unit;
  }
  const auto [slice, prefix, name] = std::tuple{parts[0], parts[1], parts[2]};
  unit.slice = slice_of(slice, of_user);
  if (!is_slice(unit.slice)) {
    findings.invalid(kPlace,
                     "expected the name of a slice before the first colon, as in "
                     "\"machine-web.slice\", not \"{}\"",
                     slice);
    return unit;
  }
  check_name(prefix, kPlace, "the prefix", findings);
  check_name(name, kPlace, "the name", findings);
  if (name.ends_with(kSlice)) {
    plan_slice_unit(name, prefix, slice, unit, findings);
    return unit;
  }
  unit.name = escape(prefix, true);
  if (!prefix.empty()) {
    unit.name += '-';
  }
  unit.name += escape(name, prefix.empty());
  unit.name += kScope;
  if (unit.name.size() > kMaxUnitName) {
    findings.invalid(kPlace, "the unit's name would be longer than {} bytes: {}", kMaxUnitName,
                     unit.name);
  }
  return unit;
}

std::string unit_cgroup(const SystemdUnit& unit) {
  return fmt::format("{}/{}", slice_cgroup(unit.slice), unit.name);
}

}  // namespace wpar::plan
