// SPDX-License-Identifier: Apache-2.0
#pragma once
// Flags<Enum>: a set of enumerators, each enumerator being a bit position.

#include <cstdint>
#include <initializer_list>

namespace wpar {

template <typename Enum>
class Flags {
 public:
  constexpr Flags() = default;
  constexpr Flags(std::initializer_list<Enum> members) {
    for (const Enum member : members) {
      add(member);
    }
  }
  constexpr void add(Enum member) { bits_ |= bit(member); }
  constexpr void remove(Enum member) { bits_ &= ~bit(member); }
  constexpr bool has(Enum member) const { return (bits_ & bit(member)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool operator==(const Flags&) const = default;

 private:
  static constexpr std::uint64_t bit(Enum member) {
    return std::uint64_t{1} << static_cast<unsigned>(member);
  }
  std::uint64_t bits_ = 0;
};

}  // namespace wpar
