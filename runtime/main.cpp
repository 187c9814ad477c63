// SPDX-License-Identifier: Apache-2.0
// runwpar: from argv to an exit code. The only place where an error becomes text.
#include <fcntl.h>

#include <csignal>
#include <cstdio>
#include <exception>

#include "runtime/base/log.h"
#include "runtime/cli/cli.h"

namespace {

// With 0, 1 or 2 closed, the next file opened would take that number, and what is meant for stderr
// would be written into it.
void open_missing_stdio() {
  std::FILE* const streams[] = {stdin, stdout, stderr};
  for (int fd = 0; fd < 3; ++fd) {
    if (::fcntl(fd, F_GETFD) < 0) {
      // The lowest free number is this one. Without /dev/null nothing better can be done.
      static_cast<void>(!std::freopen("/dev/null", "r+", streams[fd]));
    }
  }
}

// Callers leave strange dispositions behind. An ignored SIGCHLD would take the status of our
// children from us, and a reader that goes away shall be an error, not our end. Children start from
// the defaults again (sys::reset_signals).
void settle_signals() {
  std::signal(SIGCHLD, SIG_DFL);
  std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace wpar;
  open_missing_stdio();
  settle_signals();
  int failure_code = 1;
  try {
    const cli::Words words(argv + (argc > 0 ? 1 : 0), argv + argc);
    const cli::Invocation invocation = cli::interpret(words);
    failure_code = invocation.failure_code;
    return cli::execute(invocation, argv);
  } catch (const std::exception& error) {
    log::fatal(error.what());
    return failure_code;
  }
}
