// SPDX-License-Identifier: Apache-2.0
#include "tests/support/criu.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/support/command.h"
#include "tests/support/container_test.h"
#include "tests/support/temp_dir.h"

namespace wpar::test {
namespace {

// "Version: 4.1.1" → 4.
int major_version(const std::string& program) {
  const Result result = run({.argv = {program, "--version"}});
  const std::size_t colon = result.out.find("Version: ");
  return colon == std::string::npos ? 0 : std::atoi(result.out.c_str() + colon + 9);
}

std::string bootstrap(const std::string& cache, std::string* reason) {
  const std::string tree = cache + "/debian-trixie-criu";
  if (exists(tree + "/.complete"))
    return tree;
  if (find_program("debootstrap").empty()) {
    *reason = "needs CRIU 4, or debootstrap to fetch it (Debian: debootstrap)";
    return "";
  }
  make_directories(cache);
  const int lock = ::open((cache + "/.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  ::flock(lock, LOCK_EX);
  if (!exists(tree + "/.complete")) {
    remove_tree(tree);
    Command command{.argv = {"debootstrap", "--variant=minbase", "--include=criu", "trixie", tree}};
    command.timeout = Milliseconds(900000);
    command.network_namespace = original_network_namespace();
    const Result result = run(command);
    if (result.ok()) {
      write_text(tree + "/.complete", "");
    } else {
      *reason = "debootstrap of Debian 13 failed (no network?): " + result.out.substr(0, 300) +
                result.err.substr(0, 300);
      remove_tree(tree);
    }
  }
  ::close(lock);
  return reason->empty() ? tree : "";
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
  const char* chosen = std::getenv("WPAR_TEST_CACHE");
  const std::string cache = chosen != nullptr ? chosen : "/var/cache/openwpar-tests";
  const std::string tree = bootstrap(cache, reason);
  if (tree.empty())
    return "";
  const std::string script = directory + "/criu";
  write_text(
      script,
      fmt::format("#!/bin/sh\nexec {} {}/usr/sbin/criu \"$@\"\n", loader_command(tree), tree),
      0755);
  return script;
}

}  // namespace wpar::test
