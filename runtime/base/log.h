// SPDX-License-Identifier: Apache-2.0
#pragma once
// The runtime's log: decisions at debug level, warnings, and the one fatal error. Parent processes
// only, never after clone (children report through the protocol).
// Engines read the file: Podman wants exactly one JSON object in it, so nothing below `error` is
// written at the default level, and warnings go to stderr only.
// The journal and syslog are reached by their sockets: no library of either is linked.

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

namespace wpar::log {

enum class Format { kText, kJson };

enum class Level { kError, kWarning, kDebug };

enum class Target {
  kFile,     // Options::name is its path; empty: stderr
  kJournal,  // systemd-journald; the name is the SYSLOG_IDENTIFIER
  kSyslog,   // syslog(3); the name is the ident
};

struct Options {
  std::string name;
  Target target = Target::kFile;
  Format format = Format::kText;  // of the lines in a file
  Level level = Level::kError;
};

// Called once by cli before anything can fail. Opens nothing until something is logged.
void set_up(const Options& options);

bool debug_enabled();
void write_debug(std::string_view message);
void warn(std::string_view message);
// The fatal error: to the log file if there is one (in its format), and always to stderr as text.
void fatal(std::string_view message);

template <typename... Args>
void debug(fmt::format_string<Args...> text, Args&&... args) {
  if (debug_enabled()) {
    write_debug(fmt::format(text, std::forward<Args>(args)...));
  }
}

}  // namespace wpar::log
