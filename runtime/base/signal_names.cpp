// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/signal_names.h"

#include <csignal>

#include "runtime/base/text.h"

namespace wpar {
namespace {

struct SignalName {
  std::string_view name;
  int number;
};

constexpr SignalName kSignals[] = {
    {"hup", SIGHUP},       {"int", SIGINT},     {"quit", SIGQUIT}, {"ill", SIGILL},
    {"trap", SIGTRAP},     {"abrt", SIGABRT},   {"iot", SIGIOT},   {"bus", SIGBUS},
    {"fpe", SIGFPE},       {"kill", SIGKILL},   {"usr1", SIGUSR1}, {"segv", SIGSEGV},
    {"usr2", SIGUSR2},     {"pipe", SIGPIPE},   {"alrm", SIGALRM}, {"term", SIGTERM},
    {"stkflt", SIGSTKFLT}, {"chld", SIGCHLD},   {"cld", SIGCHLD},  {"cont", SIGCONT},
    {"stop", SIGSTOP},     {"tstp", SIGTSTP},   {"ttin", SIGTTIN}, {"ttou", SIGTTOU},
    {"urg", SIGURG},       {"xcpu", SIGXCPU},   {"xfsz", SIGXFSZ}, {"vtalrm", SIGVTALRM},
    {"prof", SIGPROF},     {"winch", SIGWINCH}, {"io", SIGIO},     {"poll", SIGPOLL},
    {"pwr", SIGPWR},       {"sys", SIGSYS},
};

// "rtmin", "rtmin+3", "rtmax-2". The C library keeps the first real-time signals for itself, so
// rtmin is its number (34), which is what systemd and images mean by it.
std::optional<int> find_real_time_signal(std::string_view name) {
  const bool from_min = name.starts_with("rtmin");
  if (!from_min && !name.starts_with("rtmax")) {
    return std::nullopt;
  }
  const int base = from_min ? SIGRTMIN : SIGRTMAX;
  const std::string_view rest = name.substr(5);
  if (rest.empty()) {
    return base;
  }
  const std::optional<unsigned> distance = parse_integer<unsigned>(rest.substr(1));
  if (rest[0] != (from_min ? '+' : '-') || !distance ||
      *distance > static_cast<unsigned>(SIGRTMAX - SIGRTMIN)) {
    return std::nullopt;
  }
  return from_min ? base + static_cast<int>(*distance) : base - static_cast<int>(*distance);
}

}  // namespace

std::optional<int> find_signal(std::string_view text) {
  if (const std::optional<int> number = parse_integer<int>(text)) {
    return *number >= 0 && *number <= SIGRTMAX ? number : std::nullopt;
  }
  const std::string lower = to_lower(text);
  std::string_view name = lower;
  if (name.starts_with("sig")) {
    name.remove_prefix(3);
  }
  for (const SignalName& signal : kSignals) {
    if (name == signal.name) {
      return signal.number;
    }
  }
  return find_real_time_signal(name);
}

}  // namespace wpar
