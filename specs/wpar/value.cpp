// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "runtime/base/text.h"

namespace wpar::spec {
namespace {

// AIX counts megabytes; the largest number it takes still fits 64 bits in bytes.
constexpr std::uint64_t kMaxMegabytes = 8796093022207;
constexpr std::uint64_t kBlockBytes = 512;

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Splits "512MB" into the number and the unit's bytes; `bare_unit` for a number alone.
std::optional<std::uint64_t> find_bytes(std::string_view text, std::uint64_t bare_unit) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::optional<std::uint64_t> number = parse_integer<std::uint64_t>(text.substr(0, digits));
  std::string suffix = to_lower(text.substr(digits));
  if (suffix.size() == 2 && suffix[1] == 'b') {
    suffix.pop_back();
  }
  constexpr std::uint64_t kMegabyte = std::uint64_t{1} << 20;
  std::uint64_t unit = bare_unit;
  if (suffix == "m") {
    unit = kMegabyte;
  } else if (suffix == "g") {
    unit = kMegabyte << 10;
  } else if (suffix == "t") {
    unit = kMegabyte << 20;
  } else if (!suffix.empty()) {
    return std::nullopt;
  }
  if (!number || *number > kMaxMegabytes * kMegabyte / unit) {
    return std::nullopt;
  }
  return *number * unit;
}

}  // namespace

std::optional<int> find_hundredths(std::string_view text) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string fraction(point == std::string_view::npos ? "0" : text.substr(point + 1));
  if ((!whole.empty() && !all_digits(whole)) || !all_digits(fraction) || fraction.size() > 2 ||
      whole.size() > 3 || (whole.empty() && point == std::string_view::npos)) {
    return std::nullopt;
  }
  fraction.resize(2, '0');
  const int hundredths =
      (whole.empty() ? 0 : *parse_integer<int>(whole) * 100) + *parse_integer<int>(fraction);
  return hundredths <= 10000 ? std::optional<int>(hundredths) : std::nullopt;
}

std::string read_into(std::string& out, std::string_view text) {
  out = text;
  return {};
}

std::string read_into(bool& out, std::string_view text) {
  if (text != "yes" && text != "no") {
    return fmt::format("expected yes or no, not \"{}\"", text);
  }
  out = text == "yes";
  return {};
}

std::string read_into(std::int64_t& out, std::string_view text) {
  const std::optional<std::int64_t> number = parse_integer<std::int64_t>(text);
  if (!number || *number < 0) {
    return fmt::format("expected a number, not \"{}\"", text);
  }
  out = *number;
  return {};
}

std::string read_into(Count& out, std::string_view text) {
  if (text == "unlimited") {
    out.number.reset();
    return {};
  }
  out.number = parse_integer<std::uint64_t>(text);
  if (!out.number || *out.number > std::numeric_limits<std::uint32_t>::max()) {
    return fmt::format("expected a number from 0 to 4294967295 or unlimited, not \"{}\"", text);
  }
  return {};
}

std::string read_into(Percent& out, std::string_view text) {
  std::string_view number = trim(text);
  if (number.ends_with('%')) {
    number.remove_suffix(1);
  }
  const std::optional<int> hundredths = find_hundredths(number);
  if (!hundredths) {
    return fmt::format("expected a percentage from 0% to 100%, not \"{}\"", text);
  }
  out.hundredths = *hundredths;
  return {};
}

std::string read_into(PercentLimits& out, std::string_view text) {
  const std::string expected = fmt::format(
      "expected minimum%-soft maximum%,hard maximum% such as 10%-40%,60%, not \"{}\"", text);
  const std::size_t dash = text.find('-');
  const std::size_t comma = text.find(',');
  if (dash == std::string_view::npos || comma == std::string_view::npos || comma < dash) {
    return expected;
  }
  if (!read_into(out.minimum, text.substr(0, dash)).empty() ||
      !read_into(out.soft, text.substr(dash + 1, comma - dash - 1)).empty() ||
      !read_into(out.hard, text.substr(comma + 1)).empty()) {
    return expected;
  }
  if (out.soft.hundredths == 0 || out.hard.hundredths == 0) {
    return fmt::format("the maximums must be at least 0.01%, not \"{}\"", text);
  }
  if (out.minimum.hundredths > out.soft.hundredths || out.soft.hundredths > out.hard.hundredths) {
    return fmt::format("must not decrease from minimum to soft to hard maximum, as \"{}\" does",
                       text);
  }
  return {};
}

std::string read_into(MemorySize& out, std::string_view text) {
  if (text == "unlimited") {
    out.bytes.reset();
    return {};
  }
  out.bytes = find_bytes(text, std::uint64_t{1} << 20);
  if (!out.bytes || *out.bytes == 0) {
    return fmt::format("expected a size such as 512M, 2G or unlimited, not \"{}\"", text);
  }
  return {};
}

std::string read_into(DiskSize& out, std::string_view text) {
  const std::optional<std::uint64_t> bytes = find_bytes(text, kBlockBytes);
  if (!bytes || *bytes == 0) {
    return fmt::format("expected 512-byte blocks or a size such as 512M or 2G, not \"{}\"", text);
  }
  out.bytes = *bytes;
  return {};
}

std::string read_into(NameList& out, std::string_view text) {
  out.names.clear();
  for (const std::string_view part : split(text, ',')) {
    const std::string_view name = trim(part);
    if (name.empty()) {
      return fmt::format("an empty name in the list \"{}\"", text);
    }
    out.names.emplace_back(name);
  }
  return {};
}

}  // namespace wpar::spec
