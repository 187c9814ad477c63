// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/seccomp.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>

#include "runtime/base/errno_text.h"
#include "runtime/base/fd.h"
#include "runtime/base/file.h"
#include "runtime/plan/seccomp_enosys.h"
#include "runtime/plan/seccomp_words.h"

namespace wpar::plan {

namespace words = seccomp_words;

namespace {

constexpr std::uint32_t kMaxErrno = 4095;
constexpr std::uint32_t kMaxTraceData = 0xffff;
constexpr std::uint32_t kMaxArgumentIndex = 5;

constexpr std::string_view kNotify = "SCMP_ACT_NOTIFY";

using Context = std::unique_ptr<void, decltype(&seccomp_release)>;

// errno_ret counts only where the action has room for it.
std::uint32_t action_number(std::string_view word, const std::optional<std::uint32_t>& errno_ret) {
  const words::ActionWord* found = words::find(words::kActions, word);
  if (found == nullptr) {
    throw_error(ErrorKind::kInternal, "seccomp action {} was not checked", word);
  }
  return found->takes_errno ? found->action | errno_ret.value_or(EPERM) : found->action;
}

void check_action(const std::string& word, const std::optional<std::uint32_t>& errno_ret,
                  const Pointer& action_at, const Pointer& errno_at, Findings& findings) {
  const words::ActionWord* found = words::find(words::kActions, word);
  if (found == nullptr) {
    findings.invalid(action_at, "unknown action \"{}\"", word);
    return;
  }
  if (!errno_ret) {
    return;
  }
  if (!found->takes_errno) {
    findings.invalid(errno_at, "{} returns no error number", word);
  } else if (const std::uint32_t max = word == "SCMP_ACT_ERRNO" ? kMaxErrno : kMaxTraceData;
             *errno_ret > max) {
    findings.invalid(errno_at, "expected an integer from 0 to {}", max);
  }
}

void check_rule(const oci::SyscallRule& rule, std::size_t place, Findings& findings) {
  const Pointer at{"/linux/seccomp/syscalls", place};
  check_action(rule.action, rule.errno_ret, at.at("/action"), at.at("/errnoRet"), findings);
  // The process hands its listener over with this call: nobody could answer for it yet.
  if (rule.action == kNotify && std::ranges::find(rule.names, "write") != rule.names.end()) {
    findings.invalid(at.at("/action"), "SCMP_ACT_NOTIFY cannot be used for the write system call");
  }
  if (rule.names.empty()) {
    findings.invalid(at.at("/names"), "expected at least one name");
  }
  for (std::size_t i = 0; i < rule.names.size(); ++i) {
    findings.accept_text(at.at("/names", i), rule.names[i]);
  }
  for (std::size_t i = 0; i < rule.args.size(); ++i) {
    if (rule.args[i].index > kMaxArgumentIndex) {
      findings.invalid(at.at("/args", i), "index: expected an integer from 0 to {}",
                       kMaxArgumentIndex);
    }
    if (words::find(words::kOperators, rule.args[i].op) == nullptr) {
      findings.invalid(at.at("/args", i), "op: unknown operator \"{}\"", rule.args[i].op);
    }
  }
}

bool uses_notify(const oci::Seccomp& seccomp) {
  return std::ranges::any_of(seccomp.syscalls,
                             [](const oci::SyscallRule& rule) { return rule.action == kNotify; });
}

void check_listener(const oci::Seccomp& seccomp, Findings& findings) {
  const std::string path = seccomp.listener_path.value_or("");
  if (seccomp.default_action == kNotify) {
    findings.invalid({"/linux/seccomp/defaultAction"},
                     "SCMP_ACT_NOTIFY cannot be used as the default action");
  }
  if (path.empty()) {
    if (uses_notify(seccomp)) {
      findings.invalid({"/linux/seccomp/listenerPath"}, "is needed for SCMP_ACT_NOTIFY");
    }
    if (seccomp.listener_metadata) {
      findings.invalid({"/linux/seccomp/listenerMetadata"}, "needs a listenerPath");
    }
  } else {
    findings.accept_absolute_path({"/linux/seccomp/listenerPath"}, path);
  }
}

[[noreturn]] void fail(int error, std::string_view doing) {
  throw_error(ErrorKind::kInvalidConfig, "/linux/seccomp: {}: {}", doing, errno_text(-error));
}

void check_call(int result, std::string_view doing) {
  if (result < 0) {
    fail(result, doing);
  }
}

scmp_arg_cmp comparison(const oci::SeccompArg& arg) {
  const words::Word<scmp_compare>* op = words::find(words::kOperators, arg.op);
  if (op == nullptr) {
    throw_error(ErrorKind::kInternal, "seccomp operator {} was not checked", arg.op);
  }
  // SCMP_CMP_MASKED_EQ: value is the mask, valueTwo what must be left.
  return {.arg = arg.index,
          .op = op->value,
          .datum_a = arg.value,
          .datum_b = arg.value_two.value_or(0)};
}

bool repeats_an_argument(const std::vector<scmp_arg_cmp>& comparisons) {
  std::array<bool, kMaxArgumentIndex + 1> seen{};
  for (const scmp_arg_cmp& each : comparisons) {
    if (std::exchange(seen.at(each.arg), true)) {
      return true;
    }
  }
  return false;
}

void add_rule(const Context& context, std::uint32_t action, int number,
              const std::vector<scmp_arg_cmp>& comparisons, const std::string& name) {
  const int result = seccomp_rule_add_array(context.get(), action, number,
                                            static_cast<unsigned int>(comparisons.size()),
                                            comparisons.empty() ? nullptr : comparisons.data());
  check_call(result, name);
}

void add_rules(const Context& context, const oci::SyscallRule& rule, std::uint32_t default_action) {
  const std::uint32_t action = action_number(rule.action, rule.errno_ret);
  if (action == default_action) {
    return;  // says nothing, and libseccomp refuses it
  }
  std::vector<scmp_arg_cmp> comparisons;
  for (const oci::SeccompArg& arg : rule.args) {
    comparisons.push_back(comparison(arg));
  }
  // Conditions are AND'ed, but libseccomp takes one per argument: two on the same argument have
  // always been read as alternatives by the other runtimes, and profiles count on it.
  const bool alternatives = repeats_an_argument(comparisons);
  for (const std::string& name : rule.names) {
    // Native numbers stand for the same call on every architecture of the filter; a call that only
    // another architecture has gets a negative stand-in. Unknown names belong to newer kernels.
    const int number = seccomp_syscall_resolve_name(name.c_str());
    if (number == __NR_SCMP_ERROR) {
      continue;
    }
    if (!alternatives) {
      add_rule(context, action, number, comparisons, name);
      continue;
    }
    for (const scmp_arg_cmp& each : comparisons) {
      add_rule(context, action, number, {each}, name);
    }
  }
}

std::vector<sock_filter> export_program(const Context& context) {
  const UniqueFd memory(memfd_create("seccomp", MFD_CLOEXEC));
  if (!memory) {
    throw_errno("memfd_create");
  }
  check_call(seccomp_export_bpf(context.get(), memory.get()), "export the filter");
  if (lseek(memory.get(), 0, SEEK_SET) < 0) {
    throw_errno("rewind the filter");
  }
  const std::string bytes = read_fd(memory, "the seccomp filter");
  std::vector<sock_filter> program(bytes.size() / sizeof(sock_filter));
  std::copy_n(bytes.data(), program.size() * sizeof(sock_filter),
              reinterpret_cast<char*>(program.data()));
  return program;
}

// libseccomp's program for the profile as it stands.
std::vector<sock_filter> compile_rules(const oci::Seccomp& seccomp) {
  // Which actions exist would otherwise be found out by system calls, and the filter would depend
  // on more than the profile; a kernel without one of them says so when the filter is loaded.
  constexpr unsigned int kApiLevel = 6;
  check_call(seccomp_api_set(kApiLevel), "set the interface level");
  const std::uint32_t default_action =
      action_number(seccomp.default_action, seccomp.default_errno_ret);
  const Context context(seccomp_init(default_action), &seccomp_release);
  if (!context) {
    throw_error(ErrorKind::kInvalidConfig, "/linux/seccomp/defaultAction: libseccomp refuses {}",
                seccomp.default_action);
  }
  // no_new_privs is the plan's decision, not the filter's.
  check_call(seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_NNP, 0), "leave no_new_privs alone");
  // A binary tree by number instead of one comparison per call: about 8 steps instead of 300.
  check_call(seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2), "optimise");
  for (const std::string& word : seccomp.architectures) {
    const words::Word<std::uint32_t>* arch = words::find(words::kArchitectures, word);
    if (arch == nullptr) {
      throw_error(ErrorKind::kInternal, "seccomp architecture {} was not checked", word);
    }
    const int result = seccomp_arch_add(context.get(), arch->value);
    if (result != -EEXIST) {
      check_call(result, word);
    }
  }
  for (const oci::SyscallRule& rule : seccomp.syscalls) {
    add_rules(context, rule, default_action);
  }
  return export_program(context);
}

template <typename Table>
std::vector<std::string_view> words_of(const Table& table) {
  std::vector<std::string_view> result;
  for (const auto& entry : table) {
    result.push_back(entry.word);
  }
  return result;
}

}  // namespace

void check_seccomp(const oci::Seccomp& seccomp, Findings& findings) {
  check_action(seccomp.default_action, seccomp.default_errno_ret, {"/linux/seccomp/defaultAction"},
               {"/linux/seccomp/defaultErrnoRet"}, findings);
  for (std::size_t i = 0; i < seccomp.architectures.size(); ++i) {
    if (words::find(words::kArchitectures, seccomp.architectures[i]) == nullptr) {
      findings.invalid({"/linux/seccomp/architectures", i}, "unknown architecture \"{}\"",
                       seccomp.architectures[i]);
    }
  }
  for (std::size_t i = 0; i < seccomp.flags.size(); ++i) {
    if (words::find(words::kFlags, seccomp.flags[i]) == nullptr) {
      findings.unsupported({"/linux/seccomp/flags", i}, "{} is not supported", seccomp.flags[i]);
    }
  }
  check_listener(seccomp, findings);
  for (std::size_t i = 0; i < seccomp.syscalls.size(); ++i) {
    check_rule(seccomp.syscalls[i], i, findings);
  }
}

unsigned int seccomp_flags(const oci::Seccomp& seccomp) {
  unsigned int flags = 0;
  for (const std::string& word : seccomp.flags) {
    if (const auto* flag = words::find(words::kFlags, word)) {
      flags |= flag->value;
    }
  }
  if (!uses_notify(seccomp)) {
    // About notifications, of which there are none; the kernel refuses it then.
    return flags & ~static_cast<unsigned int>(SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
  }
  // The process has one thread, so that there is nothing to synchronise, and a listener cannot be
  // returned together with the thread that failed.
  return (flags & ~static_cast<unsigned int>(SECCOMP_FILTER_FLAG_TSYNC)) |
         SECCOMP_FILTER_FLAG_NEW_LISTENER;
}

std::string seccomp_listener(const oci::Seccomp& seccomp) {
  return uses_notify(seccomp) ? seccomp.listener_path.value_or("") : std::string();
}

std::vector<std::string> unknown_seccomp_names(const oci::Seccomp& seccomp) {
  std::vector<std::string> unknown;
  for (const oci::SyscallRule& rule : seccomp.syscalls) {
    for (const std::string& name : rule.names) {
      if (seccomp_syscall_resolve_name(name.c_str()) == __NR_SCMP_ERROR) {
        unknown.push_back(name);
      }
    }
  }
  return unknown;
}

std::vector<sock_filter> compile_filter(const oci::Seccomp& seccomp) {
  std::vector<sock_filter> program = enosys_prologue(seccomp);
  const std::vector<sock_filter> rules = compile_rules(seccomp);
  program.insert(program.end(), rules.begin(), rules.end());
  if (program.size() > BPF_MAXINSNS) {
    throw_error(ErrorKind::kInvalidConfig, "/linux/seccomp: {} instructions, the kernel takes {}",
                program.size(), BPF_MAXINSNS);
  }
  return program;
}

std::vector<std::string_view> known_seccomp_actions() {
  return words_of(words::kActions);
}
std::vector<std::string_view> known_seccomp_operators() {
  return words_of(words::kOperators);
}
std::vector<std::string_view> known_seccomp_architectures() {
  return words_of(words::kArchitectures);
}
std::vector<std::string_view> known_seccomp_flags() {
  return words_of(words::kFlags);
}

}  // namespace wpar::plan
