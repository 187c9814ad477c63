// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/init/step_functions.h"
#include "runtime/sys/open.h"
#include "runtime/sys/socket.h"
#include "runtime/sys/tty.h"

namespace wpar::init {
namespace {

// Only a multiplexer on a devpts will do; a file or link of that name is the image's
// (CVE-2025-52565).
sys::Pty make_container_pty(const sys::RootDir& root) {
  UniqueFd ptmx = root.open("/dev/pts/ptmx", O_RDWR | O_NOCTTY, sys::Links::kRefuse);
  if (sys::filesystem_type(ptmx) != DEVPTS_SUPER_MAGIC) {
    throw_error(ErrorKind::kInvalidConfig, "/dev/pts/ptmx is not on a devpts file system");
  }
  return sys::make_pty(std::move(ptmx));
}

// An empty file at /dev/console, or what is there; never through a link (CVE-2026-88264).
UniqueFd console_target(const sys::RootDir& root) {
  const UniqueFd dev = root.make_directory("/dev");
  const UniqueFd made =
      sys::try_open_at(dev, "console", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
  if (!made && errno != EEXIST) {
    throw_errno("create /dev/console");
  }
  UniqueFd target = sys::try_open_child(dev, "console", O_PATH);
  struct stat info = {};
  if (!target || ::fstat(target.get(), &info) < 0) {
    throw_errno("open /dev/console");
  }
  if (!S_ISREG(info.st_mode) && !S_ISCHR(info.st_mode)) {
    throw_error(ErrorKind::kInvalidConfig,
                "/dev/console exists in the root file system and is no file or device");
  }
  return target;
}

// The terminal becomes ours: stdio, controlling terminal, owner, size; its master goes to the
// caller.
void use_pty(Context& context, const sys::Pty& pty) {
  const plan::ProcessPlan& process = context.process();
  if (process.console_rows != 0 || process.console_columns != 0) {
    sys::set_window_size(pty.master,
                         {.rows = process.console_rows, .columns = process.console_columns});
  }
  if (::fchown(pty.peer.get(), process.uid, static_cast<gid_t>(-1)) < 0) {
    throw_errno("chown the terminal");
  }
  for (int fd = 0; fd < 3; ++fd) {
    if (::dup2(pty.peer.get(), fd) < 0) {
      throw_errno("make the terminal standard input and output");
    }
  }
  sys::make_controlling_terminal(BorrowedFd(STDIN_FILENO));
  sys::send_descriptor(context.input.console, fmt::format("/dev/pts/{}", pty.number), pty.master);
  context.input.console.reset();
}

// A user who may not open what it was given could not open /dev/stdout either. Only pipes and
// terminals: changing the owner of anything else would change it for others (CVE-2026-88265).
void own_stdio(const plan::ProcessPlan& process) {
  if (process.uid == 0) {
    return;
  }
  for (int fd = 0; fd < 3; ++fd) {
    struct stat info = {};
    if (::fstat(fd, &info) == 0 && (S_ISFIFO(info.st_mode) || ::isatty(fd) == 1)) {
      // A uid without a mapping, or a read-only file system: then it stays as it is.
      static_cast<void>(!::fchown(fd, process.uid, static_cast<gid_t>(-1)));
    }
  }
}

}  // namespace

void open_console(Context& context) {
  if (!context.process().terminal) {
    own_stdio(context.process());
    return;
  }
  const sys::Pty pty = make_container_pty(context.root);
  const UniqueFd target = console_target(context.root);
  sys::DetachedMount::bind(pty.peer, sys::Recursive::kNo).attach(target);
  use_pty(context, pty);
}

void open_exec_console(Context& context) {
  if (!context.process().terminal) {
    own_stdio(context.process());
    return;
  }
  use_pty(context, make_container_pty(context.root));
}

}  // namespace wpar::init
