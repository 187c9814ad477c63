// SPDX-License-Identifier: Apache-2.0
// Namespaces that are joined, shared with the host, or the users': what of them comes back.
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/checkpoint/checkpoint_world.h"

namespace wpar::test {
namespace {

class CheckpointNamespaces : public CheckpointTest {
 protected:
  static ino_t inode(const std::string& path) {
    struct stat info = {};
    return ::stat(path.c_str(), &info) == 0 ? info.st_ino : 0;
  }
  ino_t inode_of(const std::string& id, const std::string& name) {
    return inode(fmt::format("/proc/{}/ns/{}", runtime().pid(id), name));
  }
  std::string saved_and_restored(const std::string& script = kCount) {
    const std::string id = start_shell(script);
    EXPECT_TRUE(counts_on(2)) << error_of(id);
    const Result saved = checkpoint(id);
    EXPECT_EQ(saved.code, 0) << saved;
    const int last = counter();
    adopted_children();  // a pid that is to be joined must be free again
    const Result back = restore(id);
    EXPECT_EQ(back.code, 0) << back;
    EXPECT_TRUE(counts_on(last));
    return id;
  }
  // A process that holds a namespace of this kind; unshare(1)'s option for it.
  std::unique_ptr<Process> holder_of(const std::string& option) {
    Command command{.argv = {"unshare", option, "--fork", "sleep", "60"}};
    command.timeout = Milliseconds(60000);
    auto holder = std::make_unique<Process>(command);
    EXPECT_TRUE(eventually([&] { return sleeper(*holder) != 0; }));
    return holder;
  }
  // The program itself: unshare(1) waits for it outside.
  static pid_t sleeper(const Process& holder) {
    const std::string children =
        read_trimmed(fmt::format("/proc/{0}/task/{0}/children", holder.pid()));
    const pid_t pid = children.empty() ? 0 : std::stoi(children);
    return pid != 0 && read_trimmed(fmt::format("/proc/{}/comm", pid)) == "sleep" ? pid : 0;
  }
  void comes_back_to(const std::string& word, const std::string& name, const std::string& option,
                     const std::string& script = kCount) {
    const auto holder = holder_of(option);
    const std::string path = fmt::format("/proc/{}/ns/{}", sleeper(*holder), name);
    const ino_t joined = inode(path);
    bundle().set_namespace(word, path);
    const std::string id = saved_and_restored(script);
    EXPECT_EQ(inode_of(id, name), joined);
    EXPECT_NE(joined, inode("/proc/self/ns/" + name));
    EXPECT_EQ((runtime()({"delete", "--force", id})).code, 0);
    ::kill(sleeper(*holder), SIGKILL);
    holder->wait();
  }
};

TEST_F(CheckpointNamespaces, AJoinedNetworkIsJoinedAgain) {
  comes_back_to("network", "net", "--net");
}

TEST_F(CheckpointNamespaces, JoinedIpcIsJoinedAgain) {
  comes_back_to("ipc", "ipc", "--ipc");
}

TEST_F(CheckpointNamespaces, AJoinedHostNameIsJoinedAgain) {
  bundle().config.erase("hostname");
  comes_back_to("uts", "uts", "--uts");
}

TEST_F(CheckpointNamespaces, JoinedPidsAreJoinedAgain) {
  // Without children: nobody there would reap them, so that their numbers stay taken.
  comes_back_to(
      "pid", "pid", "--pid",
      "i=0; while :; do i=$((i+1)); echo $i > /counter; read -t 1 word < /dev/zero; done");
}

TEST_F(CheckpointNamespaces, WhatIsTheHostsStaysTheHosts) {
  for (const char* word : {"network", "ipc", "uts", "pid", "cgroup"})
    bundle().drop_namespace(word);
  bundle().drop_mount("/dev/mqueue");
  bundle().config.erase("hostname");
  const std::string id = saved_and_restored();
  for (const char* name : {"net", "ipc", "uts", "pid", "cgroup"})
    EXPECT_EQ(inode_of(id, name), inode(fmt::format("/proc/self/ns/{}", name))) << name;
}

TEST_F(CheckpointNamespaces, WhatIsNewIsNewAgain) {
  const std::string id = saved_and_restored();
  for (const char* name : {"net", "ipc", "uts", "pid", "mnt", "cgroup"})
    EXPECT_NE(inode_of(id, name), inode(fmt::format("/proc/self/ns/{}", name))) << name;
}

TEST_F(CheckpointNamespaces, AUserNamespaceComesBack) {
  bundle().config["linux"]["namespaces"].push_back({{"type", "user"}});
  const Json map = {{{"containerID", 0}, {"hostID", 100000}, {"size", 65536}}};
  bundle().config["linux"]["uidMappings"] = map;
  bundle().config["linux"]["gidMappings"] = map;
  ASSERT_EQ(::chown(bundle().root().c_str(), 100000, 100000), 0);
  // The output is a file of the host, which the container's root must be able to open; and the
  // input of tests is a nameless file of the host's root, which is nobody in there.
  runtime().call_through({"/bin/sh", "-c", "exec \"$@\" < /dev/null 2>&1", "sh"},
                         {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "WPAR_CRIU=" + criu_});
  const std::string id = fmt::format("wt{}-0", temp_->tag());
  const std::string output = *temp_ / (id + ".out");
  write_text(output, "");
  ASSERT_EQ(::chown(output.c_str(), 100000, 100000), 0);
  ASSERT_EQ(::chmod(temp_->path().c_str(), 0755), 0);
  ASSERT_EQ(saved_and_restored(), id);
  EXPECT_TRUE(contains(read_text(fmt::format("/proc/{}/uid_map", runtime().pid(id))), "100000"));
  const Json seen = exec_facts(id);
  EXPECT_EQ(seen["uid"], 0);
  struct stat info = {};
  ASSERT_EQ(::stat(images().c_str(), &info), 0);
  EXPECT_EQ(info.st_gid, 0U) << "the images were lent to the container's root, and are ours again";
  EXPECT_EQ(info.st_mode & 0777U, 0700U);
}

TEST_F(CheckpointNamespaces, WithoutAMountNamespaceItIsRefused) {
  bundle().drop_namespace("mount");
  bundle().shell(kCount);
  const std::string id = new_id();
  if (const Result made = create(id); made.code != 0)
    GTEST_SKIP() << "no container without a mount namespace here: " << error_of(id);
  ASSERT_EQ((runtime()({"start", id})).code, 0);
  ASSERT_TRUE(counts_on(1));
  expect_one_line(checkpoint(id), "without a mount namespace of its own");
  EXPECT_EQ(runtime().status(id), "running");
  EXPECT_TRUE(counts_on(counter()));
}

TEST_F(CheckpointNamespaces, JoinedCgroupsAreRefused) {
  const auto holder = holder_of("--cgroup");
  bundle().set_namespace("cgroup", fmt::format("/proc/{}/ns/cgroup", sleeper(*holder)));
  const std::string id = start_shell(kCount);
  ASSERT_TRUE(counts_on(1));
  expect_one_line(checkpoint(id), "cannot restore into a cgroup namespace that exists already");
  EXPECT_TRUE(counts_on(counter()));
  ::kill(sleeper(*holder), SIGKILL);
  holder->wait();
}

}  // namespace
}  // namespace wpar::test
