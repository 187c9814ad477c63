// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "runtime/base/error.h"
#include "runtime/base/text.h"

namespace wpar::spec {
namespace {

std::optional<std::uint32_t> find_ipv4(std::string_view text) {
  in_addr address{};
  if (has_nul(text) || ::inet_pton(AF_INET, std::string(text).c_str(), &address) != 1) {
    return std::nullopt;
  }
  return ntohl(address.s_addr);
}

std::uint32_t mask_of(unsigned prefix) {
  return prefix == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix);
}

std::string ipv4_text(std::uint32_t value) {
  return fmt::format("{}.{}.{}.{}", value >> 24, (value >> 16) & 0xff, (value >> 8) & 0xff,
                     value & 0xff);
}

std::uint32_t ipv4_value(std::string_view text) {
  const std::optional<std::uint32_t> value = find_ipv4(text);
  if (!value) {
    throw_error(ErrorKind::kInternal, "\"{}\" should have been an IPv4 address", text);
  }
  return *value;
}

}  // namespace

bool is_ipv4(std::string_view text) {
  return find_ipv4(text).has_value();
}

bool is_ipv6(std::string_view text) {
  in6_addr address{};
  return !has_nul(text) && ::inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1;
}

bool is_interface_name(std::string_view text) {
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < 0x7f && std::string_view("/:%\"\\").find(c) == std::string_view::npos;
  });
  return printable && !text.empty() && text.size() <= kMaxInterfaceName && text != "." &&
         text != "..";
}

std::optional<unsigned> find_netmask_bits(std::string_view text) {
  const std::optional<std::uint32_t> mask = find_ipv4(text);
  if (!mask) {
    return std::nullopt;
  }
  const auto bits = static_cast<unsigned>(std::countl_one(*mask));
  return mask_of(bits) == *mask ? std::optional<unsigned>(bits) : std::nullopt;
}

std::string broadcast_address(std::string_view ipv4, unsigned prefix) {
  return ipv4_text(ipv4_value(ipv4) | ~mask_of(prefix));
}

std::string network_address(std::string_view address, unsigned prefix) {
  if (is_ipv4(address)) {
    return ipv4_text(ipv4_value(address) & mask_of(prefix));
  }
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  if (!is_ipv6(address) || ::inet_pton(AF_INET6, std::string(address).c_str(), bytes.data()) != 1) {
    throw_error(ErrorKind::kInternal, "\"{}\" should have been an address", address);
  }
  for (unsigned bit = prefix; bit < 128; ++bit) {
    bytes[bit / 8] = static_cast<unsigned char>(bytes[bit / 8] & ~(0x80u >> (bit % 8)));
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  return text.data();
}

}  // namespace wpar::spec
