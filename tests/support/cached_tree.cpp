// SPDX-License-Identifier: Apache-2.0
#include "tests/support/cached_tree.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/support/command.h"
#include "tests/support/container_test.h"
#include "tests/support/temp_dir.h"

namespace wpar::test {
namespace {

std::string tail(const std::string& text) {
  return text.substr(text.size() > 300 ? text.size() - 300 : 0);
}

std::string fetch(const CachedTree& tree, const std::string& path) {
  remove_tree(path);
  make_directories(path);
  Command command{.argv = tree.command};
  command.cwd = path;
  command.timeout = Milliseconds(900000);
  command.network_namespace = original_network_namespace();
  const Result result = run(command);
  if (result.ok()) {
    write_text(path + "/.complete", "");
    return "";
  }
  remove_tree(path);
  return tree.command.front() + " failed to fetch " + tree.name +
         " (no network?): " + tail(result.out) + tail(result.err);
}

}  // namespace

std::string find_or_fetch(const CachedTree& tree, std::string* reason) {
  const char* chosen = std::getenv("WPAR_TEST_CACHE");
  const std::string cache = chosen != nullptr ? chosen : "/var/cache/openwpar-tests";
  const std::string path = cache + "/" + tree.name;
  if (exists(path + "/.complete"))
    return path;
  if (find_program(tree.command.front()).empty()) {
    *reason = tree.needs;
    return "";
  }
  make_directories(cache);
  const int lock = ::open((cache + "/.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  ::flock(lock, LOCK_EX);
  if (!exists(path + "/.complete"))
    *reason = fetch(tree, path);
  ::close(lock);
  return reason->empty() ? path : "";
}

CachedTree debian_tree(const std::string& name, const std::string& suite,
                       std::vector<std::string> options, const std::string& needs) {
  std::vector<std::string> command = {"debootstrap", "--variant=minbase"};
  command.insert(command.end(), options.begin(), options.end());
  command.insert(command.end(), {suite, "."});
  return {.name = name, .command = std::move(command), .needs = needs};
}

}  // namespace wpar::test
