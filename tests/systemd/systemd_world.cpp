// SPDX-License-Identifier: Apache-2.0
#include "tests/systemd/systemd_world.h"

#include <fmt/format.h>

#include <cstdlib>

#include "tests/support/host_snapshot.h"

namespace wpar::test {

void SystemdTest::SetUp() {
  if (!exists("/run/systemd/system"))
    GTEST_SKIP() << "systemd does not run this machine (tests/vm has a guest where it does)";
  const char* guest = std::getenv("WPAR_VM");
  if (guest != nullptr && *guest != 0) {  // nothing is installed in the guest but by its tests
    make_directories(WPAR_HELPER_DIRECTORY);
    if (!exists(WPAR_HELPER_DIRECTORY "/runwpar-systemd"))
      copy_file(WPAR_PROGRAM_DIR "/runwpar-systemd", WPAR_HELPER_DIRECTORY "/runwpar-systemd");
  }
  if (!exists(WPAR_HELPER_DIRECTORY "/runwpar-systemd"))
    GTEST_SKIP() << "needs " << WPAR_HELPER_DIRECTORY << "/runwpar-systemd (cmake --install)";
  ContainerTest::SetUp();
  if (temp_ != nullptr)
    bundle().config["linux"]["cgroupsPath"] =
        fmt::format("wpartest-a.slice:wpartest:{}", temp_->tag());
}

void SystemdTest::TearDown() {
  if (temp_ != nullptr) {
    delete_all();
    EXPECT_TRUE(eventually([&] { return units().empty(); })) << units();
  }
  ContainerTest::TearDown();
}

std::string SystemdTest::unit() const {
  return fmt::format("wpartest-{}.scope", temp_->tag());
}

Result SystemdTest::create_by_systemd(const std::string& id, std::vector<std::string> options) {
  bundle_->write();
  options.insert(options.begin(), "--systemd-cgroup");
  options.insert(options.end(), {"create", "--bundle", bundle_->path(), id});
  Command command = runtime_->command(options);
  command.output_path = *temp_ / (id + ".out");
  command.error_path = *temp_ / (id + ".err");
  return run(command);
}

std::string SystemdTest::start_by_systemd(const std::string& script) {
  bundle_->shell(script);
  const std::string id = new_id();
  const Result created = create_by_systemd(id);
  EXPECT_EQ(created.code, 0) << error_of(id);
  const Result started = (*runtime_)({"start", id});
  EXPECT_EQ(started.code, 0) << started;
  return id;
}

std::string SystemdTest::property(const std::string& name) const {
  const Result shown =
      run({.argv = {find_program("systemctl"), "show", "--property", name, "--value", unit()}});
  return shown.out.substr(0, shown.out.find('\n'));
}

std::string SystemdTest::hierarchy() {
  const std::string v1 = cgroup_mount("pids");
  return v1.empty() ? cgroup_mount("") : v1;
}

std::string SystemdTest::cgroup() const {
  return hierarchy() + property("ControlGroup");
}

std::string SystemdTest::file(const std::string& name) const {
  return read_trimmed(cgroup() + "/" + name);
}

std::string SystemdTest::units() const {
  return run({.argv = {find_program("systemctl"), "list-units", "--all", "--plain", "--no-legend",
                       fmt::format("*{}*", temp_->tag())}})
      .out;
}

}  // namespace wpar::test
