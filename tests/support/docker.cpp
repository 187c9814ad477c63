// SPDX-License-Identifier: Apache-2.0
#include "tests/support/docker.h"

#include <fmt/format.h>

#include "tests/support/cached_tree.h"
#include "tests/support/command.h"

namespace wpar::test {
namespace {

constexpr const char* kFetch =
    "set -e; apt-get download docker.io; "
    "if apt-cache show docker-cli >/dev/null 2>&1; then apt-get download docker-cli; fi; "
    "for package in *.deb; do dpkg -x \"$package\" .; rm \"$package\"; done; "
    "test -x usr/sbin/dockerd; test -x usr/bin/docker";

}  // namespace

std::string docker_for_tests(std::string* reason) {
  if (!find_program("dockerd").empty() && !find_program("docker").empty())
    return "/usr/local/sbin:/usr/sbin:/usr/bin";
  // bash is there; without apt-get it says so.
  const std::string tree = find_or_fetch({.name = "docker",
                                          .command = {"bash", "-c", kFetch},
                                          .needs = "needs dockerd and docker (Debian: docker.io)"},
                                         reason);
  return tree.empty() ? "" : fmt::format("{0}/usr/sbin:{0}/usr/bin", tree);
}

}  // namespace wpar::test
