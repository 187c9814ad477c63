// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/values.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "runtime/base/error.h"
#include "runtime/base/signal_names.h"
#include "runtime/base/text.h"

namespace wpar::cli {

int parse_signal(std::string_view text) {
  const std::optional<int> number = find_signal(text);
  if (!number) {
    throw_error(ErrorKind::kInvalidArgument, "unknown signal \"{}\"", text);
  }
  return *number;
}

std::string optional_argument(const Parsed& parsed) {
  return parsed.arguments().empty() ? "" : parsed.arguments().front();
}

bool wants_json(const Parsed& parsed) {
  const std::string format = parsed.has("format") ? parsed.text("format") : "text";
  if (format != "text" && format != "json") {
    throw_error(ErrorKind::kInvalidArgument,
                "invalid value \"{}\" for --format: expected text or json", format);
  }
  return format == "json";
}

std::uint32_t parse_id(std::string_view text, std::string_view what) {
  constexpr std::uint32_t kUnchanged = std::numeric_limits<std::uint32_t>::max();
  const std::optional<std::uint32_t> id = parse_integer<std::uint32_t>(text);
  if (!id || *id == kUnchanged) {
    throw_error(ErrorKind::kInvalidArgument, "invalid {} \"{}\": expected an integer from 0 to {}",
                what, text, kUnchanged - 1);
  }
  return *id;
}

std::int64_t parse_size(std::string_view text, std::string_view option) {
  const auto refuse = [&]() {
    throw_error(ErrorKind::kInvalidArgument,
                "invalid value \"{}\" for --{}: expected a size such as 64m, or -1", text, option);
  };
  if (text == "-1") {
    return -1;
  }
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string unit = to_lower(trim(text.substr(end)));
  constexpr std::string_view kUnits = "bkmgtp";  // each 1024 times the one before
  const std::size_t power = unit.empty() ? 0 : kUnits.find(unit.front());
  if (end == 0 || power == std::string_view::npos ||
      (unit.size() > 1 && (power == 0 || (unit.substr(1) != "b" && unit.substr(1) != "ib")))) {
    refuse();
  }
  const std::string_view number = text.substr(0, end);
  const std::size_t dot = number.find('.');
  const auto whole = parse_integer<std::int64_t>(number.substr(0, dot));
  const std::string_view digits = dot == number.npos ? "0" : number.substr(dot + 1);
  const auto fraction = parse_integer<std::uint32_t>(digits.substr(0, 9));
  const std::int64_t factor = std::int64_t{1} << (10 * power);
  std::int64_t bytes = 0;
  if (!whole || !fraction || digits.find('.') != digits.npos ||
      __builtin_mul_overflow(*whole, factor, &bytes)) {
    refuse();
  }
  const double part = *fraction / std::pow(10.0, std::min<std::size_t>(digits.size(), 9));
  if (__builtin_add_overflow(bytes, static_cast<std::int64_t>(part * static_cast<double>(factor)),
                             &bytes)) {
    refuse();
  }
  return bytes;
}

std::int64_t parse_duration_ms(std::string_view text, std::string_view option) {
  struct Unit {
    std::string_view name;
    std::int64_t milliseconds;
  };
  constexpr Unit kUnits[] = {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}};
  std::int64_t total = 0;
  std::string_view left = text;
  while (!left.empty()) {
    const std::size_t digits = std::min(left.find_first_not_of("0123456789"), left.size());
    const auto number = parse_integer<std::int32_t>(left.substr(0, digits));
    left.remove_prefix(digits);
    const std::size_t letters = std::min(left.find_first_of("0123456789"), left.size());
    const auto unit = std::find_if(std::begin(kUnits), std::end(kUnits), [&](const Unit& one) {
      return one.name == left.substr(0, letters);
    });
    left.remove_prefix(letters);
    if (!number || unit == std::end(kUnits)) {
      total = 0;
      break;
    }
    total += *number * unit->milliseconds;
  }
  if (total <= 0) {
    throw_error(ErrorKind::kInvalidArgument,
                "invalid value \"{}\" for --{}: expected a duration greater than 0 such as 5s",
                text, option);
  }
  return total;
}

std::map<std::string, std::string> parse_cgroups(const std::vector<std::string>& words) {
  std::map<std::string, std::string> paths;
  for (const std::string& word : words) {
    const std::size_t colon = word.find(':');
    if (colon == word.npos) {
      if (words.size() > 1) {
        throw_error(ErrorKind::kInvalidArgument,
                    "invalid --cgroup argument: {} (missing <controller>: prefix)", word);
      }
      paths[""] = word;
      continue;
    }
    for (const std::string_view controller : split(std::string_view(word).substr(0, colon), ',')) {
      if (controller.empty()) {
        throw_error(ErrorKind::kInvalidArgument,
                    "invalid --cgroup argument: {} (empty <controller> prefix)", word);
      }
      if (!paths.emplace(controller, word.substr(colon + 1)).second) {
        throw_error(ErrorKind::kInvalidArgument,
                    "invalid --cgroup argument: {} (controller {} specified multiple times)", word,
                    controller);
      }
    }
  }
  return paths;
}

NumericUser parse_user(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return {.uid = parse_id(text, "user id"), .gid = std::nullopt};
  }
  return {.uid = parse_id(text.substr(0, colon), "user id"),
          .gid = parse_id(text.substr(colon + 1), "group id")};
}

HostPort parse_host_port(std::string_view text, std::string_view what) {
  const std::size_t colon = text.rfind(':');
  std::string_view host = text.substr(0, colon == std::string_view::npos ? 0 : colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  const auto port = parse_integer<std::uint16_t>(text.substr(host.empty() ? 0 : colon + 1));
  if (host.empty() || !port || *port == 0) {
    throw_error(ErrorKind::kInvalidArgument, "invalid value \"{}\" for {}: expected ADDRESS:PORT",
                text, what);
  }
  return {.host = std::string(host), .port = *port};
}

}  // namespace wpar::cli
