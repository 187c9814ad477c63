// SPDX-License-Identifier: Apache-2.0
#pragma once
// The types of attribute values and how each is written in a specification. read_into() gives the
// complaint, empty when `text` was understood. Used by read_wpar and by the site profile.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "specs/wpar/stanza.h"

namespace wpar::spec {

// An attribute's value with the text it came from and its place; absent attributes have no Value.
template <typename T>
struct Value {
  T value{};
  std::string text;
  Position at;
};
template <typename T>
using Field = std::optional<Value<T>>;

// "1024" or "unlimited".
struct Count {
  std::optional<std::uint64_t> number;  // nothing: unlimited
};

// "50%" or "50", in hundredths of a percent: 0 to 10000.
struct Percent {
  int hundredths = 10000;
  bool operator==(const Percent&) const = default;
};

// "10%-40%,60%": what is guaranteed, the limit under contention, the limit at any time.
struct PercentLimits {
  Percent minimum{0};
  Percent soft;
  Percent hard;
};

// "512M", "2G", "1T" (also MB …); a bare number counts MiB. Or "unlimited".
struct MemorySize {
  std::optional<std::uint64_t> bytes;  // nothing: unlimited
};

// "512M", "2G"; a bare number counts blocks of 512 bytes.
struct DiskSize {
  std::uint64_t bytes = 0;
};

// "a,b" with =, += or -=.
struct NameList {
  Assign assign = Assign::kSet;
  std::vector<std::string> names;
};

std::string read_into(std::string& out, std::string_view text);
std::string read_into(bool& out, std::string_view text);  // yes, no
std::string read_into(std::int64_t& out, std::string_view text);
std::string read_into(Count& out, std::string_view text);
std::string read_into(Percent& out, std::string_view text);
std::string read_into(PercentLimits& out, std::string_view text);
std::string read_into(MemorySize& out, std::string_view text);
std::string read_into(DiskSize& out, std::string_view text);
std::string read_into(NameList& out, std::string_view text);

// "1" "0.5" → hundredths, at most 10000; nothing when it is no such number.
std::optional<int> find_hundredths(std::string_view text);

}  // namespace wpar::spec
