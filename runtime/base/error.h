// SPDX-License-Identifier: Apache-2.0
#pragma once
// The one exception type of the project. Thrown where a thing goes wrong, with the object's name;
// the purpose is added by in_context(); main() prints it once. Used by every layer.

#include <fmt/format.h>

#include <cerrno>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace wpar {

// What a caller may want to branch on; never branch on the text.
enum class ErrorKind {
  kInvalidArgument,  // the command line
  kInvalidConfig,    // config.json, process.json, a specification file
  kNotFound,         // a container, a file that the user named
  kAlreadyExists,
  kWrongState,   // the container is not in the state that the operation needs
  kUnsupported,  // understood, but this program or this host cannot do it
  kSystem,       // a system call failed; errno_value() says how
  kInternal,     // a promise between our own parts was broken
};

class Error : public std::exception {
 public:
  // `errno_value` only for a failure that another process has described already.
  Error(ErrorKind kind, std::string message, int errno_value = 0)
      : kind_(kind), errno_(errno_value), message_(std::move(message)) {}
  // "doing: no such file or directory"; kind kSystem.
  Error(int errno_value, std::string_view doing);

  // Puts "outer: " before the message.
  Error& while_doing(std::string_view outer);

  ErrorKind kind() const noexcept { return kind_; }
  // 0 when no system call failed.
  int errno_value() const noexcept { return errno_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  ErrorKind kind_;
  int errno_ = 0;
  std::string message_;
};

// Throws kSystem with the current errno: throw_errno("open {}", path).
template <typename... Args>
[[noreturn]] void throw_errno(fmt::format_string<Args...> doing, Args&&... args) {
  const int saved = errno;  // formatting may change errno
  throw Error(saved, fmt::format(doing, std::forward<Args>(args)...));
}

// Throws `kind` with a formatted message.
template <typename... Args>
[[noreturn]] void throw_error(ErrorKind kind, fmt::format_string<Args...> text, Args&&... args) {
  throw Error(kind, fmt::format(text, std::forward<Args>(args)...));
}

// Runs `work`; an Error that leaves it is told the purpose: "mount /data: open …".
template <typename Work>
decltype(auto) in_context(std::string_view doing, Work&& work) {
  try {
    return std::forward<Work>(work)();
  } catch (Error& error) {
    error.while_doing(doing);
    throw;
  }
}

}  // namespace wpar
