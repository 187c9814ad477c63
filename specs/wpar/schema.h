// SPDX-License-Identifier: Apache-2.0
#pragma once
// The attributes of every stanza as tables: one row per attribute, in the order they are written.
// read_wpar, stanzas_of and the documentation tests walk them; nothing else names an attribute's
// key.

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "specs/wpar/wpar.h"

namespace wpar::spec {

// The complaint about a text that has the right type; empty when it is well.
using Check = std::string (*)(std::string_view text);

template <typename S>
using Member = std::variant<Field<std::string> S::*, Field<bool> S::*, Field<std::int64_t> S::*,
                            Field<Count> S::*, Field<Percent> S::*, Field<PercentLimits> S::*,
                            Field<MemorySize> S::*, Field<DiskSize> S::*, Field<NameList> S::*>;

template <typename S>
struct Row {
  std::string_view key;
  Member<S> member;
  Check check = nullptr;
};

template <typename S>
std::span<const Row<S>> rows();
template <>
std::span<const Row<General>> rows();
template <>
std::span<const Row<Network>> rows();
template <>
std::span<const Row<Mount>> rows();
template <>
std::span<const Row<Resources>> rows();
template <>
std::span<const Row<Security>> rows();
template <>
std::span<const Row<Device>> rows();
template <>
std::span<const Row<Route>> rows();
template <>
std::span<const Row<Kext>> rows();
template <>
std::span<const Row<CopyControls>> rows();

// Names of all stanzas; those of kReservedStanzas are read and have no effect.
std::span<const std::string_view> stanza_names();
bool is_reserved_stanza(std::string_view name);

}  // namespace wpar::spec
