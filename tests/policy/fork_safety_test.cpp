// SPDX-License-Identifier: Apache-2.0
// What runs between clone and exec is a guest in a copy of the parent: nothing there may depend on
// locks, threads, locales, name services or loaded libraries.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/policy/tree.h"

namespace wpar::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kDecided = "decide it in runtime/plan; the child only acts";

const std::vector<BannedWord> kNotAfterClone = {
    {"spdlog", "report through the protocol"},
    {"nlohmann", kDecided},
    {"seccomp_init", "the filter is compiled in runtime/plan"},
    {"getpwnam", kDecided},
    {"getpwuid", kDecided},
    {"getpwnam_r", kDecided},
    {"getpwuid_r", kDecided},
    {"getgrnam", kDecided},
    {"getgrgid", kDecided},
    {"getgrouplist", kDecided},
    {"initgroups", kDecided},
    {"dlopen", "a library of the container must never be loaded into us"},
    {"setenv", "the environment is ready in the plan"},
    {"putenv", "the environment is ready in the plan"},
    {"getenv", "the environment is ready in the plan"},
    {"setlocale", "texts have no locale"},
    {"std::exit", "leave by exec or _exit: exit runs the parent's destructors"},
    {"exit(", "leave by exec or _exit: exit runs the parent's destructors"},
    {"std::thread", "a clone copies one thread"},
    {"std::mutex", "a lock may be held in the copy for ever"},
};

const std::vector<BannedWord> kNotInTheRuntime = {
    {"std::regex", "write the five lines that parse it"},
    {"std::filesystem", "use runtime/base/file.h, path.h or sys::RootDir"},
    {"std::cout", "iostream costs start-up time: use write_all"},
    {"std::cerr", "iostream costs start-up time: use log"},
    {"std::locale", "texts have no locale"},
    {"std::thread", "the runtime has one thread, so that clone is safe"},
    {"std::async", "the runtime has one thread, so that clone is safe"},
    {"pthread_create", "the runtime has one thread, so that clone is safe"},
};

const std::vector<std::string_view> kHeadersNotInTheRuntime = {
    "iostream", "fstream", "sstream", "iomanip", "regex",  "filesystem",
    "thread",   "mutex",   "future",  "locale",  "format", "expected"};

const std::vector<BannedWord> kNoShell = {
    {"system(", "run a program with argv and a timeout (run_program); a shell reads words twice"},
    {"popen(", "run a program with argv and a timeout (run_program); a shell reads words twice"},
    {"wordexp(", "it runs a shell"},
};

bool runs_after_clone(std::string_view path) {
  return is_below(path, "runtime/init") || is_below(path, "runtime/protocol") ||
         is_below(path, "runtime/sys");
}

bool is_core(std::string_view path) {
  return is_below(path, "runtime") || is_below(path, "specs/oci");
}

bool is_product(std::string_view path) {
  return is_core(path) || is_below(path, "specs") || is_below(path, "translate") ||
         is_below(path, "wpar") || is_below(path, "hooks");
}

Findings check_after_clone(const SourceFile& file) {
  return is_cpp(file) && runs_after_clone(file.path) ? find_words(file, kNotAfterClone)
                                                     : Findings{};
}

Findings check_core(const SourceFile& file) {
  if (!is_cpp(file) || !is_core(file.path)) {
    return {};
  }
  Findings findings = find_words(file, kNotInTheRuntime);
  for (const Include& include : includes_of(file)) {
    for (const std::string_view header : kHeadersNotInTheRuntime) {
      if (!include.quoted && include.target == header) {
        findings.push_back(file.path + ":" + std::to_string(include.line) + ": <" + include.target +
                           "> is not for the runtime: start-up time, or not in g++ 12");
      }
    }
  }
  return findings;
}

Findings check_no_shell(const SourceFile& file) {
  return is_cpp(file) && is_product(file.path) ? find_words(file, kNoShell) : Findings{};
}

TEST(ForkSafety, NothingUnsafeRunsAfterClone) {
  const Findings findings = for_each_file(repository(), check_after_clone);
  EXPECT_TRUE(findings.empty()) << as_text(findings);
}

TEST(ForkSafety, TheRuntimeHasOneThreadAndNoHeavyHeaders) {
  const Findings findings = for_each_file(repository(), check_core);
  EXPECT_TRUE(findings.empty()) << as_text(findings);
}

TEST(ForkSafety, SeesTheWordsOnlyWhereTheyMatter) {
  const std::string code = "void f() { spdlog::info(\"x\"); ::exit(1); }\n";
  EXPECT_THAT(check_after_clone(make_file("runtime/init/a.cpp", code)), SizeIs(2));
  EXPECT_THAT(check_after_clone(make_file("runtime/base/a.cpp", code)), IsEmpty());
  EXPECT_THAT(check_after_clone(make_file("runtime/init/a.cpp", "::_exit(1); // spdlog\n")),
              IsEmpty());
  EXPECT_THAT(check_core(make_file("runtime/cli/a.cpp", "#include <iostream>\n")),
              ElementsAre(HasSubstr("start-up")));
  EXPECT_THAT(check_core(make_file("tests/a.cpp", "#include <iostream>\n")), IsEmpty());
}

TEST(NoShell, NothingOfOursStartsAShell) {
  const Findings findings = for_each_file(repository(), check_no_shell);
  EXPECT_TRUE(findings.empty()) << as_text(findings);
}

TEST(NoShell, SeesACallButNotANameThatEndsAlike) {
  EXPECT_THAT(check_no_shell(make_file("hooks/a.cpp", "std::system(word);\n")), SizeIs(1));
  EXPECT_THAT(check_no_shell(make_file("hooks/a.cpp", "mount_file_system(word);\n")), IsEmpty());
}

}  // namespace
}  // namespace wpar::policy
