// SPDX-License-Identifier: Apache-2.0
#pragma once
// Options as Go programs take them, because engines pass them so: --name v, --name=v, -name v,
// -name=v, -n v; --flag, --flag=false; "--" ends them, and so does the first argument that is none.
// A command declares a constexpr table of Option; the parser and the help text both come from it.
// Errors are Error(kInvalidArgument) with the words of Go's flag package: Podman looks for them.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/error.h"
#include "runtime/base/text.h"

namespace wpar::cli {

using Words = std::vector<std::string>;

struct Option {
  std::string_view name;   // "pid-file"
  char letter = '\0';      // the short name, if there is one
  std::string_view value;  // what the help calls its value; empty: a switch
  std::string_view help;
  bool hidden = false;  // understood, not shown
};

// Where options may stand. Only commands without a foreign command line may take the second.
enum class Placement {
  kBeforeArguments,
  kAnywhere,  // after the first argument only words that name an option are options
};

// The words of one command line, sorted. Asking for an option that is not in the table is a bug
// of ours and throws kInternal. An option may be repeated: text() and flag() give the last value.
class Parsed {
 public:
  Parsed() = default;
  explicit Parsed(std::span<const Option> table) : table_(table) {}

  const Words& arguments() const { return arguments_; }
  bool help_wanted() const { return help_wanted_; }

  bool has(std::string_view name) const { return !texts(name).empty(); }
  bool flag(std::string_view name) const;         // false when absent
  std::string text(std::string_view name) const;  // "" when absent
  Words texts(std::string_view name) const;       // all of a repeated option, in order
  // 0 when absent.
  template <std::unsigned_integral Int>
  Int number(std::string_view name) const {
    return has(name) ? to_number<Int>(name, text(name)) : Int{};
  }
  template <std::unsigned_integral Int>
  static Int to_number(std::string_view name, std::string_view text);

 private:
  friend Parsed parse_options(std::span<const Option>, std::span<const std::string>, Placement);

  std::span<const Option> table_;
  std::vector<std::pair<const Option*, std::string>> values_;
  Words arguments_;
  bool help_wanted_ = false;
};

// --help and -h are part of every table without standing in it.
Parsed parse_options(std::span<const Option> table, std::span<const std::string> words,
                     Placement placement = Placement::kBeforeArguments);

// One line per option that is not hidden, "--help" last.
std::string describe_options(std::span<const Option> table);

template <std::unsigned_integral Int>
Int Parsed::to_number(std::string_view name, std::string_view text) {
  const std::optional<Int> number = parse_integer<Int>(text);
  if (!number) {
    throw_error(ErrorKind::kInvalidArgument,
                "invalid value \"{}\" for --{}: expected an integer from 0 to {}", text, name,
                std::numeric_limits<Int>::max());
  }
  return *number;
}

// Two tables as one: constexpr auto kOptions = concat(kShared, kOwn).
template <std::size_t N, std::size_t M>
constexpr std::array<Option, N + M> concat(const std::array<Option, N>& first,
                                           const std::array<Option, M>& second) {
  std::array<Option, N + M> all{};
  std::copy(first.begin(), first.end(), all.begin());
  std::copy(second.begin(), second.end(), all.begin() + N);
  return all;
}

}  // namespace wpar::cli
