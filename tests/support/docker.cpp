// SPDX-License-Identifier: Apache-2.0
#include "tests/support/docker.h"

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

constexpr const char* kFetch =
    "set -e; apt-get download docker.io; "
    "if apt-cache show docker-cli >/dev/null 2>&1; then apt-get download docker-cli; fi; "
    "for package in *.deb; do dpkg -x \"$package\" .; rm \"$package\"; done; "
    "test -x usr/sbin/dockerd; test -x usr/bin/docker";

std::string fetch(const std::string& tree) {
  remove_tree(tree);
  make_directories(tree);
  Command command{.argv = {"bash", "-c", kFetch}};
  command.cwd = tree;
  command.timeout = Milliseconds(300000);
  command.network_namespace = original_network_namespace();
  const Result result = run(command);
  if (result.ok()) {
    write_text(tree + "/.complete", "");
    return "";
  }
  remove_tree(tree);
  return "Debian's docker.io could not be fetched (no network?): " +
         result.err.substr(result.err.size() > 300 ? result.err.size() - 300 : 0);
}

}  // namespace

std::string docker_for_tests(std::string* reason) {
  if (!find_program("dockerd").empty() && !find_program("docker").empty())
    return "/usr/local/sbin:/usr/sbin:/usr/bin";
  if (find_program("apt-get").empty()) {
    *reason = "needs dockerd and docker (Debian: docker.io)";
    return "";
  }
  const char* chosen = std::getenv("WPAR_TEST_CACHE");
  const std::string cache = chosen != nullptr ? chosen : "/var/cache/openwpar-tests";
  const std::string tree = cache + "/docker";
  make_directories(cache);
  const int lock = ::open((cache + "/.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  ::flock(lock, LOCK_EX);
  if (!exists(tree + "/.complete"))
    *reason = fetch(tree);
  ::close(lock);
  return reason->empty() ? fmt::format("{0}/usr/sbin:{0}/usr/bin", tree) : "";
}

}  // namespace wpar::test
