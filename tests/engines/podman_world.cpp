// SPDX-License-Identifier: Apache-2.0
#include "tests/engines/podman_world.h"

#include <fmt/format.h>
#include <unistd.h>

namespace wpar::test {

void Podman::SetUp() {
  ContainerTest::SetUp();
  if (temp_ == nullptr)
    return;
  for (const char* program : {"podman", "conmon"})
    if (find_program(program).empty())
      GTEST_SKIP() << "needs " << program;
}
void Podman::TearDown() {
  if (temp_ == nullptr) {
    ContainerTest::TearDown();
    return;
  }
  for (const std::string& name : names_)
    podman({"rm", "--force", "--time", "1", name});
  // podman makes the parent and leaves it; the runtime's cgroups are below it, and conmon's.
  eventually(
      [&] {
        for (const std::string& path : cgroups_with("/wt" + temp_->tag())) {
          ::rmdir((path + "/conmon").c_str());
          ::rmdir(path.c_str());
        }
        return cgroups_with("/wt" + temp_->tag()).empty();
      },
      Milliseconds(1000));
  ContainerTest::TearDown();
}
Command Podman::command(std::vector<std::string> words) {
  Command command;
  command.argv = {"podman",
                  "--runtime",
                  runtime().program(),
                  "--cgroup-manager=cgroupfs",
                  "--events-backend=file",
                  "--root",
                  *temp_ / "storage",
                  "--runroot",
                  *temp_ / "run",
                  "--tmpdir",
                  *temp_ / "tmp"};
  command.argv.insert(command.argv.end(), storage_options_.begin(), storage_options_.end());
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  command.timeout = Milliseconds(40000);
  return command;
}

std::string Podman::new_name() {
  names_.push_back(fmt::format("wt{}-podman{}", temp_->tag(), names_.size()));
  return names_.back();
}

std::vector<std::string> Podman::run_words(std::vector<std::string> options,
                                           std::vector<std::string> program) {
  options.push_back("--rootfs");
  return run_image_words(std::move(options), bundle().root(), std::move(program));
}

std::vector<std::string> Podman::run_image_words(std::vector<std::string> options,
                                                 const std::string& image,
                                                 std::vector<std::string> program) {
  std::vector<std::string> words = {"run",
                                    "--name",
                                    new_name(),
                                    "--network=none",
                                    "--cgroup-parent",
                                    "/wt" + temp_->tag(),
                                    "--ulimit",
                                    "nofile=1024:4096",
                                    "--ulimit",
                                    "nproc=1000:1000"};
  words.insert(words.end(), options.begin(), options.end());
  words.push_back(image);
  words.insert(words.end(), program.begin(), program.end());
  return words;
}

std::string Podman::inspect(const std::string& container, const std::string& format) {
  const std::string out = podman({"inspect", "--format", format, container}).out;
  return out.substr(0, out.find('\n'));
}

}  // namespace wpar::test
