// SPDX-License-Identifier: Apache-2.0
#include "tests/support/criu.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdlib>

#include "tests/support/cached_tree.h"
#include "tests/support/command.h"
#include "tests/support/temp_dir.h"

namespace wpar::test {
namespace {

// "Version: 4.1.1" → 4.
int major_version(const std::string& program) {
  const Result result = run({.argv = {program, "--version"}});
  const std::size_t colon = result.out.find("Version: ");
  return colon == std::string::npos ? 0 : std::atoi(result.out.c_str() + colon + 9);
}

// The multiarch directory of a Debian root and the loader in it.
std::string loader_command(const std::string& tree) {
  for (const std::string& folder : list_directory(tree + "/usr/lib")) {
    if (!folder.ends_with("-linux-gnu"))
      continue;
    const std::string libraries = tree + "/usr/lib/" + folder;
    for (const std::string& name : list_directory(libraries))
      if (name.starts_with("ld-linux-"))
        return fmt::format("{0}/{1} --library-path {0}", libraries, name);
  }
  return "";
}

}  // namespace

std::string criu_for_tests(const std::string& directory, std::string* reason) {
  const std::string own = find_program("criu");
  if (!own.empty() && major_version(own) >= 4)
    return own;
  const std::string tree =
      find_or_fetch(debian_tree("debian-trixie-criu", "trixie", {"--include=criu"},
                                "needs CRIU 4, or debootstrap to fetch it (Debian: debootstrap)"),
                    reason);
  if (tree.empty())
    return "";
  const std::string script = directory + "/criu";
  write_text(
      script,
      fmt::format("#!/bin/sh\nexec {} {}/usr/sbin/criu \"$@\"\n", loader_command(tree), tree),
      0755);
  return script;
}

std::string use_criu(const std::string& directory, std::string* reason) {
  const std::string program = criu_for_tests(directory, reason);
  if (!program.empty()) {
    // CRIU tries the kernel's TCP on the loopback device, and this namespace of the test is new.
    const Result up = run({.argv = {find_program("ip"), "link", "set", "lo", "up"}});
    EXPECT_EQ(up.code, 0) << up;
    ::setenv("WPAR_CRIU", program.c_str(), 1);
  }
  return program;
}

int last_count(const std::string& file) {
  const std::string text = read_trimmed(file);
  return std::atoi(text.c_str() + text.rfind('\n') + 1);
}

Result checkpoint(const Runtime& runtime, const std::string& id, const std::string& images,
                  const std::vector<std::string>& options) {
  std::vector<std::string> words = {"checkpoint", "--image-path", images};
  words.insert(words.end(), options.begin(), options.end());
  words.push_back(id);
  Command command = runtime.command(words);
  command.timeout = Milliseconds(60000);
  Result result = run(command);
  // CRIU mounts every v1 controller of the machine, hugetlb too. On a hybrid host that is in use as
  // long as cgroups of an earlier test are dying; the container has gone on, and so may we.
  for (int tries = 0; tries < 20 && contains(result.err, "Unable to create the cgroup"); ++tries) {
    sleep_for(Milliseconds(500));
    result = run(command);
  }
  return result;
}

}  // namespace wpar::test
