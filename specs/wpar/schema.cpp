// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "runtime/base/path.h"
#include "runtime/base/text.h"
#include "specs/wpar/address.h"
#include "specs/wpar/name.h"

namespace wpar::spec {
namespace {

std::string absolute_path(std::string_view text) {
  return is_absolute(text) ? "" : fmt::format("expected an absolute path, not \"{}\"", text);
}

template <const auto& kWords>
std::string one_of(std::string_view text) {
  if (std::find(kWords.begin(), kWords.end(), text) != kWords.end()) {
    return {};
  }
  return fmt::format("\"{}\" is not known, the nearest known one is \"{}\"", text,
                     nearest_name(text, kWords));
}

constexpr std::array<std::string_view, 6> kFileSystems = {"jfs2", "jfs",       "namefs",
                                                          "nfs",  "directory", "vxfs"};
constexpr std::array<std::string_view, 2> kRouteTypes = {"net", "host"};
constexpr std::array<std::string_view, 2> kFamilies = {"inet", "inet6"};
constexpr std::array<std::string_view, 7> kDeviceTypes = {"pseudo", "clone", "disk",  "adapter",
                                                          "cdrom",  "tape",  "object"};
constexpr std::array<std::string_view, 1> kVersions = {"1"};

std::string host_name(std::string_view text) {
  const bool bad = text.size() > 64 || std::any_of(text.begin(), text.end(), [](char c) {
                     return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_');
                   });
  return bad ? fmt::format("\"{}\" is not a host name of at most 64 letters, digits, - and .", text)
             : "";
}

std::string ipv4(std::string_view text) {
  return is_ipv4(text) ? "" : fmt::format("expected an IPv4 address, not \"{}\"", text);
}
std::string ipv6(std::string_view text) {
  return is_ipv6(text) ? "" : fmt::format("expected an IPv6 address, not \"{}\"", text);
}
std::string netmask(std::string_view text) {
  return find_netmask_bits(text) ? "" : fmt::format("expected a netmask, not \"{}\"", text);
}
std::string prefix_length(std::string_view text) {
  return parse_integer<int>(text).value_or(999) <= 128
             ? ""
             : fmt::format("expected a prefix length from 0 to 128, not \"{}\"", text);
}

std::string uuid(std::string_view text) {
  constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  bool good = text.size() == kShape.size();
  for (std::size_t i = 0; good && i < text.size(); ++i) {
    const bool hex = std::string_view("0123456789abcdefABCDEF").find(text[i]) != std::string::npos;
    good = kShape[i] == '-' ? text[i] == '-' : hex;
  }
  return good ? "" : fmt::format("expected a UUID such as {}, not \"{}\"", kShape, text);
}

constexpr std::array<std::string_view, 3> kOsTypes = {"0", "1", "1024"};

using G = General;
constexpr std::array<Row<General>, 23> kGeneral = {{
    {"version", &G::version, one_of<kVersions>},
    {"name", &G::name, complaint_about_name},
    {"hostname", &G::hostname, host_name},
    {"directory", &G::directory, absolute_path},
    {"vg", &G::vg},
    {"auto", &G::auto_start},
    {"privateusr", &G::privateusr},
    {"checkpointable", &G::checkpointable},
    {"script", &G::script, absolute_path},
    {"routing", &G::routing},
    {"vipwpar", &G::vipwpar},
    {"rootvgwpar", &G::rootvgwpar},
    {"xwparipc", &G::xwparipc},
    {"architecture", &G::architecture},
    {"ostype", &G::ostype, one_of<kOsTypes>},
    {"versioned", &G::versioned},
    {"uuid", &G::uuid, uuid},
    {"owner", &G::owner},
    {"application", &G::application},
    {"system_copy", &G::system_copy},
    {"devexports", &G::devexports, absolute_path},
    {"copynameres", &G::copynameres},
    {"preserve", &G::preserve},
}};

using N = Network;
constexpr std::array<Row<Network>, 6> kNetwork = {{
    {"interface", &N::interface},
    {"address", &N::address, ipv4},
    {"netmask", &N::netmask, netmask},
    {"broadcast", &N::broadcast, ipv4},
    {"address6", &N::address6, ipv6},
    {"prefixlen", &N::prefixlen, prefix_length},
}};

using M = Mount;
constexpr std::array<Row<Mount>, 9> kMount = {{
    {"directory", &M::directory, absolute_path},
    {"vfs", &M::vfs, one_of<kFileSystems>},
    {"dev", &M::dev},
    {"host", &M::host},
    {"size", &M::size},
    {"mountopts", &M::mountopts},
    {"logname", &M::logname},
    {"vg", &M::vg},
    {"crfsopts", &M::crfsopts},
}};

using R = Resources;
constexpr std::array<Row<Resources>, 16> kResources = {{
    {"active", &R::active},
    {"rset", &R::rset},
    {"shares_CPU", &R::shares_cpu},
    {"CPU", &R::cpu},
    {"shares_memory", &R::shares_memory},
    {"memory", &R::memory},
    {"procVirtMem", &R::proc_virt_mem},
    {"totalVirtMem", &R::total_virt_mem},
    {"totalProcesses", &R::total_processes},
    {"totalThreads", &R::total_threads},
    {"totalPTYs", &R::total_ptys},
    {"totalLargePages", &R::total_large_pages},
    {"pct_msgIDs", &R::pct_msg_ids},
    {"pct_semIDs", &R::pct_sem_ids},
    {"pct_shmIDs", &R::pct_shm_ids},
    {"pct_pinMem", &R::pct_pin_mem},
}};

// "privs" is not here: its lines add up, so read_wpar keeps them all.
constexpr std::array<Row<Security>, 1> kSecurity = {{
    {"secfile", &Security::secfile, absolute_path},
}};

using D = Device;
constexpr std::array<Row<Device>, 9> kDevice = {{
    {"devname", &D::devname},
    {"devtype", &D::devtype, one_of<kDeviceTypes>},
    {"vdevname", &D::vdevname},
    {"devid", &D::devid},
    {"rootvg", &D::rootvg},
    {"adapter", &D::adapter},
    {"export", &D::export_},
    {"xfactor", &D::xfactor},
    {"bootset", &D::bootset},
}};

using T = Route;
constexpr std::array<Row<Route>, 7> kRoute = {{
    {"rtdest", &T::rtdest},
    {"rtgateway", &T::rtgateway},
    {"rttype", &T::rttype, one_of<kRouteTypes>},
    {"rtnetmask", &T::rtnetmask, netmask},
    {"rtprefixlen", &T::rtprefixlen, prefix_length},
    {"rtinterface", &T::rtinterface},
    {"rtfamily", &T::rtfamily, one_of<kFamilies>},
}};

std::string kernel_extension(std::string_view text) {
  return text == "ALL" ? "" : absolute_path(text);
}

constexpr std::array<Row<Kext>, 3> kKext = {{
    {"kext", &Kext::kext, kernel_extension},
    {"local", &Kext::local},
    {"major", &Kext::major},
}};

constexpr std::array<Row<CopyControls>, 2> kCopyControls = {{
    {"preserve_private", &CopyControls::preserve_private},
    {"preserve_wpars", &CopyControls::preserve_wpars},
}};

constexpr std::array<std::string_view, 11> kStanzas = {
    "general", "network", "mount",         "resources", "security", "device",
    "route",   "kext",    "copy_controls", "options",   "rootvg"};

}  // namespace

template <>
std::span<const Row<General>> rows() {
  return kGeneral;
}
template <>
std::span<const Row<Network>> rows() {
  return kNetwork;
}
template <>
std::span<const Row<Mount>> rows() {
  return kMount;
}
template <>
std::span<const Row<Resources>> rows() {
  return kResources;
}
template <>
std::span<const Row<Security>> rows() {
  return kSecurity;
}
template <>
std::span<const Row<Device>> rows() {
  return kDevice;
}
template <>
std::span<const Row<Route>> rows() {
  return kRoute;
}
template <>
std::span<const Row<Kext>> rows() {
  return kKext;
}
template <>
std::span<const Row<CopyControls>> rows() {
  return kCopyControls;
}

std::span<const std::string_view> stanza_names() {
  return kStanzas;
}

bool is_reserved_stanza(std::string_view name) {
  return name == "options" || name == "rootvg";
}

}  // namespace wpar::spec
