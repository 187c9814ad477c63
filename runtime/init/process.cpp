// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/file.h"
#include "runtime/base/path.h"
#include "runtime/base/text.h"
#include "runtime/init/step_functions.h"

namespace wpar::init {
namespace {

constexpr std::size_t kMaxPasswdBytes = std::size_t{1} << 20;

// The home directory of `uid` in the container's /etc/passwd. The file is the image's: it may be a
// pipe, a device or endless; then there is no home to be found.
std::string find_passwd_home(const sys::RootDir& root, uid_t uid) {
  const UniqueFd file = root.find("/etc/passwd", O_RDONLY | O_NONBLOCK | O_NOCTTY);
  struct stat info = {};
  if (!file || ::fstat(file.get(), &info) < 0 || !S_ISREG(info.st_mode) ||
      info.st_size > static_cast<off_t>(kMaxPasswdBytes)) {
    return {};
  }
  const std::string text = read_fd(file, "/etc/passwd", kMaxPasswdBytes);
  for (const std::string_view line : split(text, '\n')) {
    const auto fields = split(line, ':');  // passwd(5): name:password:uid:gid:comment:home:shell
    if (fields.size() >= 6 && parse_integer<uid_t>(fields[2]) == uid) {
      return std::string(fields[5]);
    }
  }
  return {};
}

std::string_view find_variable(const std::vector<std::string>& env, std::string_view name) {
  for (const std::string& variable : env) {
    if (variable.size() > name.size() && variable.starts_with(name) &&
        variable[name.size()] == '=') {
      return std::string_view(variable).substr(name.size() + 1);
    }
  }
  return {};
}

void check_inside(const std::string& cwd) {
  if (!sys::working_directory().starts_with('/')) {
    throw_error(ErrorKind::kInvalidConfig,
                "process cwd {}: current working directory is outside of the container's root",
                cwd);
  }
}

enum class Verdict { kRunnable, kNotFound, kDenied };

Verdict look_at(const std::string& candidate) {
  struct stat info = {};
  if (::stat(candidate.c_str(), &info) < 0) {
    return errno == EACCES ? Verdict::kDenied : Verdict::kNotFound;
  }
  if (!S_ISREG(info.st_mode) || ::faccessat(AT_FDCWD, candidate.c_str(), X_OK, AT_EACCESS) < 0) {
    return Verdict::kDenied;
  }
  return Verdict::kRunnable;
}

}  // namespace

void find_home(Context& context) {
  context.env = context.process().env;
  if (context.input.plan != nullptr && context.plan().listen_fds > 0) {
    // 1 in a pid namespace of its own; in a shared one only we know it.
    context.env.push_back(fmt::format("LISTEN_PID={}", ::getpid()));
  }
  if (!context.process().home_from_passwd) {
    return;
  }
  std::erase_if(context.env,
                [](const std::string& variable) { return variable.starts_with("HOME="); });
  const std::string home = find_passwd_home(context.root, context.process().uid);
  context.env.push_back("HOME=" + (home.empty() ? "/" : home));
}

void enter_working_directory(Context& context) {
  const std::string& cwd = context.process().cwd;
  if (cwd.empty()) {
    return;
  }
  // A handle opened inside the root: "/proc/self/fd/7" is a magic link and refused
  // (CVE-2024-21626).
  const UniqueFd directory =
      in_context(fmt::format("chdir to cwd (\"{}\") set in config.json failed", cwd), [&] {
        return context.input.plan != nullptr ? context.root.make_directory(cwd)
                                             : context.root.open(cwd, O_PATH | O_DIRECTORY);
      });
  if (::fchdir(directory.get()) < 0) {
    throw_errno("chdir to cwd (\"{}\") set in config.json failed", cwd);
  }
  check_inside(cwd);
}

void find_executable(Context& context) {
  if (context.process().args.empty()) {
    return;  // a container without a process: start refuses it
  }
  const std::string& name = context.process().args.front();
  if (name.find('/') != std::string::npos) {
    switch (look_at(name)) {
      case Verdict::kRunnable:
        context.executable = name;
        return;
      case Verdict::kNotFound:
        throw Error(ENOENT, fmt::format("exec: \"{}\": stat {}", name, name));
      case Verdict::kDenied:
        throw Error(EACCES, fmt::format("exec: \"{}\"", name));
    }
  }
  bool denied = false;
  for (const std::string_view directory : split(find_variable(context.env, "PATH"), ':')) {
    // An empty element means the working directory, as execvp(3) has it.
    std::string candidate = directory.empty() ? "./" + name : fmt::format("{}/{}", directory, name);
    const Verdict verdict = name.empty() ? Verdict::kNotFound : look_at(candidate);
    if (verdict == Verdict::kRunnable) {
      context.executable = std::move(candidate);
      return;
    }
    denied = denied || verdict == Verdict::kDenied;
  }
  if (denied) {
    throw Error(EACCES, fmt::format("exec: \"{}\"", name));
  }
  throw_error(ErrorKind::kNotFound, "exec: \"{}\": executable file not found in $PATH", name);
}

}  // namespace wpar::init
