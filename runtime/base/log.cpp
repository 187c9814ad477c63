// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/log.h"

#include <fcntl.h>
#include <spdlog/details/null_mutex.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <memory>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"

namespace wpar::log {
namespace {

Options& options() {
  static Options instance;
  return instance;
}

std::string_view level_word(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::debug:
      return "debug";
    case spdlog::level::warn:
      return "warning";
    case spdlog::level::err:
      return "error";
    default:
      return "info";
  }
}

std::string rfc3339(std::chrono::system_clock::time_point when) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
  std::tm utc = {};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

// A JSON string without its quotes. Bytes that are not ASCII text are escaped one by one: a message
// may carry any byte that a container put into a file name, and the reader must still get JSON.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte >= 0x7f) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(byte));
    } else {
      out += c;
    }
  }
  return out;
}

// A message may carry a name that a container or a stranger chose: no second line, and no escape
// sequence for the terminal that shows it.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      line += fmt::format("\\x{:02x}", static_cast<unsigned>(byte));
    } else {
      line += c;
    }
  }
  return line;
}

class FileSink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const std::string_view text(message.payload.data(), message.payload.size());
    const std::string line =
        options().format == Format::kJson
            ? fmt::format("{{\"level\":\"{}\",\"msg\":\"{}\",\"time\":\"{}\"}}\n",
                          level_word(message.level), escaped(text), rfc3339(message.time))
            : fmt::format("time=\"{}\" level={} msg=\"{}\"\n", rfc3339(message.time),
                          level_word(message.level), escaped(text));
    if (options().file.empty()) {
      write_all(BorrowedFd(STDERR_FILENO), line, "stderr");
      return;
    }
    const UniqueFd fd(::open(options().file.c_str(),
                             O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (fd) {
      write_all(fd, line, options().file);
    }
  }
  void flush_() override {}
};

spdlog::logger& logger() {
  static spdlog::logger instance = [] {
    spdlog::logger made("runwpar", std::make_shared<FileSink>());
    made.set_level(options().debug ? spdlog::level::debug : spdlog::level::err);
    return made;
  }();
  return instance;
}

}  // namespace

void set_up(const Options& chosen) {
  options() = chosen;
}

bool debug_enabled() {
  return options().debug;
}

void write_debug(std::string_view message) {
  logger().debug("{}", message);
}

void warn(std::string_view message) {
  const std::string line = fmt::format("runwpar: warning: {}\n", one_line(message));
  // Nobody to tell when stderr is closed.
  static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
}

void fatal(std::string_view message) {
  if (!options().file.empty()) {
    logger().error("{}", message);
  }
  const std::string line = fmt::format("runwpar: {}\n", one_line(message));
  static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
}

}  // namespace wpar::log
