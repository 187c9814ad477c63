// SPDX-License-Identifier: Apache-2.0
#pragma once
// Internet addresses as text: what is one, and what a mask makes of it. No name is ever resolved.
// Used by the schema's checks and by translate/'s network and route mappers.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace wpar::spec {

inline constexpr std::size_t kMaxInterfaceName = 15;  // IFNAMSIZ without the final NUL

bool is_ipv4(std::string_view text);
bool is_ipv6(std::string_view text);
// 1 to 15 printable characters other than / : % " \\, not "." or ".." (the kernel's
// dev_valid_name).
bool is_interface_name(std::string_view text);
// "255.255.252.0" → 22; nothing for a mask with holes.
std::optional<unsigned> find_netmask_bits(std::string_view text);
// ("192.0.2.7", 24) → "192.0.2.255".
std::string broadcast_address(std::string_view ipv4, unsigned prefix);
// ("192.0.2.7", 24) → "192.0.2.0"; either family. `prefix` must fit the family.
std::string network_address(std::string_view address, unsigned prefix);

}  // namespace wpar::spec
