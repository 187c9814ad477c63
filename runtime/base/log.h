// SPDX-License-Identifier: Apache-2.0
#pragma once
// The runtime's log: decisions at debug level, warnings, and the one fatal error. Parent processes
// only, never after clone (children report through the protocol).
// Engines read the file: Podman wants exactly one JSON object in it, so nothing below `error` is
// written at the default level, and warnings go to stderr only.

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

namespace wpar::log {

enum class Format { kText, kJson };

struct Options {
  std::string file;  // empty: stderr
  Format format = Format::kText;
  bool debug = false;
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
