// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/log.h"

#include <fcntl.h>
#include <spdlog/details/null_mutex.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
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

int priority_of(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::debug:
      return LOG_DEBUG;
    case spdlog::level::warn:
      return LOG_WARNING;
    default:
      return LOG_ERR;
  }
}

// One datagram of systemd's native journal protocol. A log that cannot be reached is no failure of
// the command.
void send_to_journal(int priority, std::string_view text) {
  constexpr std::string_view kSocket = "/run/systemd/journal/socket";
  const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  kSocket.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const std::string datagram = fmt::format("PRIORITY={}\nSYSLOG_IDENTIFIER={}\nMESSAGE={}\n",
                                           priority, options().name, one_line(text));
  static_cast<void>(::sendto(socket.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&address), sizeof(address)));
}

void send_to_syslog(int priority, std::string_view text) {
  ::openlog(options().name.c_str(), LOG_PID | LOG_NDELAY, LOG_USER);
  ::syslog(priority, "%s", one_line(text).c_str());
  ::closelog();
}

class Sink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const std::string_view text(message.payload.data(), message.payload.size());
    if (options().target == Target::kJournal) {
      send_to_journal(priority_of(message.level), text);
      return;
    }
    if (options().target == Target::kSyslog) {
      send_to_syslog(priority_of(message.level), text);
      return;
    }
    const std::string line =
        options().format == Format::kJson
            ? fmt::format("{{\"level\":\"{}\",\"msg\":\"{}\",\"time\":\"{}\"}}\n",
                          level_word(message.level), escaped(text), rfc3339(message.time))
            : fmt::format("time=\"{}\" level={} msg=\"{}\"\n", rfc3339(message.time),
                          level_word(message.level), escaped(text));
    if (options().name.empty()) {
      write_all(BorrowedFd(STDERR_FILENO), line, "stderr");
      return;
    }
    const UniqueFd fd(::open(options().name.c_str(),
                             O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (fd) {
      write_all(fd, line, options().name);
    }
  }
  void flush_() override {}
};

spdlog::logger& logger() {
  static spdlog::logger instance = [] {
    spdlog::logger made("runwpar", std::make_shared<Sink>());
    made.set_level(options().level == Level::kDebug     ? spdlog::level::debug
                   : options().level == Level::kWarning ? spdlog::level::warn
                                                        : spdlog::level::err);
    return made;
  }();
  return instance;
}

bool is_elsewhere() {
  return options().target != Target::kFile || !options().name.empty();
}

}  // namespace

void set_up(const Options& chosen) {
  options() = chosen;
}

bool debug_enabled() {
  return options().level == Level::kDebug;
}

void write_debug(std::string_view message) {
  logger().debug("{}", message);
}

void warn(std::string_view message) {
  if (is_elsewhere()) {
    logger().warn("{}", message);
  }
  const std::string line = fmt::format("runwpar: warning: {}\n", one_line(message));
  // Nobody to tell when stderr is closed.
  static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
}

void fatal(std::string_view message) {
  if (is_elsewhere()) {
    logger().error("{}", message);
  }
  const std::string line = fmt::format("runwpar: {}\n", one_line(message));
  static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
}

}  // namespace wpar::log
