// SPDX-License-Identifier: Apache-2.0
// A device stanza from the specification file to the running WPAR: exported to one at a time, the
// first starter wins, as on AIX.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <csignal>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class TranslatedDevices : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (!runtime().is_ours()) {
      GTEST_SKIP() << "about our own programs together, not about " << runtime().name();
    }
    ASSERT_EQ(::mount("run", "/run", "tmpfs", 0, nullptr), 0);  // claims of this test only
    has_run_ = true;
    make_directories(bundle().in_root("/sbin"));
    write_text(bundle().in_root("/sbin/init"), "#!/bin/sh\nls -l /dev/hdisk1\nexec sleep 1000\n",
               0755);
  }
  void TearDown() override {
    delete_all();
    if (has_run_) {
      EXPECT_EQ(claims(), std::vector<std::string>()) << "a deleted WPAR has no devices";
      ::umount2("/run", MNT_DETACH);
    }
    ContainerTest::TearDown();
  }

  // The folder of one translated WPAR.
  std::string translate(const std::string& id, const std::string& disk) {
    const std::string folder = *temp_ / id;
    write_text(folder + ".spec", "general:\n name = wpar" + std::to_string(++count_) +
                                     "\ndevice:\n devname = " + disk + "\n vdevname = hdisk1\n");
    write_text(*temp_ / "site.yaml",
               "disks:\n"
               "  hdisk4: {path: /dev/wtdisk, type: b, major: 7, minor: 77}\n"
               "  hdisk5: {path: /dev/wtother, type: b, major: 7, minor: 78}\n"
               "  hdisk6: {path: /dev/wtshared, type: b, major: 7, minor: 79, shared: yes}\n"
               "hooks: {directory: " WPAR_PROGRAM_DIR "}\n");
    const Result translated =
        run({.argv = {WPAR_PROGRAM_DIR "/wpar2oci", "--profile", *temp_ / "site.yaml", "--rootfs",
                      bundle().root(), "--bundle", folder, folder + ".spec"}});
    EXPECT_TRUE(translated.ok()) << translated;
    return folder;
  }
  Result start(const std::string& id, const std::string& disk) {
    return runtime()({"run", "--detach", "--bundle", translate(id, disk), id});
  }
  static std::vector<std::string> claims() {
    std::vector<std::string> names = list_directory("/run/openwpar/devices");
    std::erase(names, ".lock");
    return names;
  }

 private:
  bool has_run_ = false;
  int count_ = 0;
};

TEST_F(TranslatedDevices, AreExportedToOneWparAtATime) {
  const std::string first = new_id();
  const std::string second = new_id();
  ASSERT_TRUE(start(first, "hdisk4").ok());
  const Result node = exec(first, {"ls", "-l", "/dev/hdisk1"});
  EXPECT_TRUE(contains(node.out, "7,  77 ")) << node;
  EXPECT_EQ(claims(), std::vector<std::string>({"b7:77"}));

  const Result refused = start(second, "hdisk4");
  EXPECT_NE(refused.code, 0);
  expect_one_line(refused, "device /dev/wtdisk (b 7:77) is exported to WPAR wpar1");
  EXPECT_EQ(runtime().status(second), "");
  EXPECT_TRUE(start(second, "hdisk5").ok()) << "another device is free";
  EXPECT_EQ(claims(), std::vector<std::string>({"b7:77", "b7:78"}));

  ASSERT_TRUE(runtime()({"delete", "--force", first}).ok());
  EXPECT_EQ(claims(), std::vector<std::string>({"b7:78"}));
  const std::string third = new_id();
  EXPECT_TRUE(start(third, "hdisk4").ok()) << "and now it is given away";
}

TEST_F(TranslatedDevices, AreTakenOverFromAWparThatCrashed) {
  const std::string first = new_id();
  const std::string second = new_id();
  ASSERT_TRUE(start(first, "hdisk4").ok());
  ASSERT_TRUE(runtime()({"kill", first, "KILL"}).ok());
  ASSERT_TRUE(eventually([&] { return runtime().status(first) == "stopped"; }));
  EXPECT_TRUE(start(second, "hdisk4").ok());
  ASSERT_TRUE(runtime()({"delete", first}).ok());
  EXPECT_EQ(claims(), std::vector<std::string>({"b7:77"})) << "of the second, not of the first";
}

TEST_F(TranslatedDevices, SharedOnesAreForMany) {
  const std::string first = new_id();
  const std::string second = new_id();
  ASSERT_TRUE(start(first, "hdisk6").ok());
  EXPECT_TRUE(start(second, "hdisk6").ok());
  EXPECT_EQ(claims(), std::vector<std::string>());
}

TEST_F(TranslatedDevices, AreGivenBackWhenAHookAfterTheirsFails) {
  const std::string id = new_id();
  const std::string folder = translate(id, "hdisk4");
  Json config = Json::parse(read_text(folder + "/config.json"));
  config["hooks"]["createContainer"] = {{{"path", "/bin/false"}}};
  write_text(folder + "/config.json", config.dump());
  expect_one_line(runtime()({"run", "--detach", "--bundle", folder, id}), "createContainer");
  EXPECT_EQ(runtime().status(id), "");
  EXPECT_EQ(claims(), std::vector<std::string>());
  EXPECT_TRUE(start(new_id(), "hdisk4").ok());
}

}  // namespace
}  // namespace wpar::test
