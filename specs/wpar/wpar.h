// SPDX-License-Identifier: Apache-2.0
#pragma once
// A WPAR specification (mkwpar -f, wparexec -f; /etc/wpars/NAME.cf) as plain data: exactly what the
// text says, absent stays absent, every value with its place. Made by read_wpar; translate/ and the
// wpar commands decide what it means. The attributes are described in wpar.spec(5).

#include <cstddef>
#include <string>
#include <vector>

#include "specs/wpar/value.h"

namespace wpar::spec {

struct General {
  Position at;
  Field<std::string> version;
  Field<std::string> name;
  Field<std::string> hostname;
  Field<std::string> directory;
  Field<std::string> vg;
  Field<bool> auto_start;  // "auto"
  Field<bool> privateusr;
  Field<bool> checkpointable;
  Field<std::string> script;
  Field<bool> routing;
  Field<bool> vipwpar;
  Field<bool> rootvgwpar;
  Field<bool> xwparipc;
  Field<std::string> architecture;
  Field<std::int64_t> ostype;
  Field<bool> versioned;
  Field<std::string> uuid;
  Field<std::string> owner;
  Field<std::string> application;
  Field<bool> system_copy;
  Field<std::string> devexports;
  Field<bool> copynameres;
  Field<bool> preserve;
};

struct Network {
  Position at;
  Field<std::string> interface;
  Field<std::string> address;
  Field<std::string> netmask;
  Field<std::string> broadcast;
  Field<std::string> address6;
  Field<std::int64_t> prefixlen;
};

struct Mount {
  Position at;
  Field<std::string> directory;
  Field<std::string> vfs;
  Field<std::string> dev;
  Field<std::string> host;
  Field<DiskSize> size;
  Field<NameList> mountopts;
  Field<std::string> logname;
  Field<std::string> vg;
  Field<std::string> crfsopts;
};

struct Resources {
  Position at;
  Field<bool> active;
  Field<std::string> rset;
  Field<Count> shares_cpu;   // "shares_CPU"
  Field<PercentLimits> cpu;  // "CPU"
  Field<Count> shares_memory;
  Field<PercentLimits> memory;
  Field<MemorySize> proc_virt_mem;   // "procVirtMem"
  Field<MemorySize> total_virt_mem;  // "totalVirtMem"
  Field<Count> total_processes;      // "totalProcesses"
  Field<Count> total_threads;        // "totalThreads"
  Field<Count> total_ptys;           // "totalPTYs"
  Field<Count> total_large_pages;    // "totalLargePages"
  Field<Percent> pct_msg_ids;        // "pct_msgIDs"
  Field<Percent> pct_sem_ids;        // "pct_semIDs"
  Field<Percent> pct_shm_ids;        // "pct_shmIDs"
  Field<Percent> pct_pin_mem;        // "pct_pinMem"
};

struct Security {
  Position at;
  std::vector<Value<NameList>> privs;  // every line counts: =, += and -= apply in file order
  Field<std::string> secfile;
};

struct Device {
  Position at;
  Field<std::string> devname;
  Field<std::string> devtype;
  Field<std::string> vdevname;
  Field<std::string> devid;
  Field<bool> rootvg;
  Field<std::string> adapter;
  Field<bool> export_;  // "export"
  Field<std::string> xfactor;
  Field<std::string> bootset;
};

struct Route {
  Position at;
  Field<std::string> rtdest;
  Field<std::string> rtgateway;
  Field<std::string> rttype;
  Field<std::string> rtnetmask;
  Field<std::int64_t> rtprefixlen;
  Field<std::string> rtinterface;
  Field<std::string> rtfamily;
};

struct Kext {
  Position at;
  Field<std::string> kext;
  Field<bool> local;
  Field<bool> major;
};

struct CopyControls {
  Position at;
  Field<bool> preserve_private;
  Field<bool> preserve_wpars;
};

// A line without effect: its attribute is set again later, its stanza is given again or overridden,
// its stanza is reserved, its value empty.
struct IdleLine {
  enum class Why { kSetAgain, kStanzaAgain, kReplaced, kReservedStanza, kEmpty };
  Why why = Why::kEmpty;
  std::string stanza;
  std::string attribute;
  std::string text;
  Position at;
  Position other;  // kSetAgain, kStanzaAgain, kReplaced: where it is said again
};

struct Wpar {
  std::string filename;
  std::vector<std::string> sources;  // by Position::source; the first is the file itself
  General general;
  std::vector<Network> networks;
  std::vector<Mount> mounts;
  Resources resources;
  Security security;
  std::vector<Device> devices;
  std::vector<Route> routes;
  std::vector<Kext> kexts;
  CopyControls copy_controls;
  std::vector<IdleLine> idle_lines;
  std::size_t attribute_lines = 0;  // how many the text has: each appears once in a report

  const std::string& source_of(Position at) const {
    return sources.at(static_cast<std::size_t>(at.source));
  }
  bool is_application() const { return general.application.has_value(); }
};

}  // namespace wpar::spec
