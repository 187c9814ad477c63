// SPDX-License-Identifier: Apache-2.0
#include "tests/support/rootless_test.h"

#include <unistd.h>

#include <filesystem>

namespace wpar::test {

void RootlessTest::SetUp() {
  if (!running_as_root())
    GTEST_SKIP() << "needs root, to become another user";
  for (const char* program : {"setpriv", "newuidmap", "newgidmap"})
    if (find_program(program).empty())
      GTEST_SKIP() << "needs " << program << " (Debian: util-linux, uidmap)";
  for (const char* file : {"/etc/subuid", "/etc/subgid"})
    if (!exists(file))
      GTEST_SKIP() << "needs a file " << file << " to cover";
  user_ = std::make_unique<OrdinaryUser>();  // before the host is looked at: it covers files
  ContainerTest::SetUp();
  if (temp_ == nullptr)
    return;
  WPAR_SKIP_PEER("runc", "rootless containers are compared with runwpar only");
  WPAR_SKIP_PEER("crun", "rootless containers are compared with runwpar only");
  OrdinaryUser::make_own_directory(*temp_ / "user");
  // The user may not reach the place where we were built.
  const std::string program = *temp_ / "runwpar";
  copy_file(runtime().program(), program);
  runtime_ = std::make_unique<Runtime>(runtime().root(), program);
  runtime_->call_through(OrdinaryUser::call(), environment("/usr/bin:/bin"));
  OrdinaryUser::make_own_directory(runtime().root());
  for (const auto& entry : std::filesystem::recursive_directory_iterator(bundle().path()))
    EXPECT_EQ(::lchown(entry.path().c_str(), OrdinaryUser::kUid, OrdinaryUser::kGid), 0);
  EXPECT_EQ(::chown(bundle().path().c_str(), OrdinaryUser::kUid, OrdinaryUser::kGid), 0);
}

void RootlessTest::TearDown() {
  if (user_ != nullptr)
    user_->uncover();
  ContainerTest::TearDown();
  user_.reset();
}

std::vector<std::string> RootlessTest::environment(const std::string& path) const {
  return {"PATH=" + path, "XDG_RUNTIME_DIR=" + *temp_ / "user", "HOME=" + *temp_ / "user"};
}

Command RootlessTest::as_user(std::vector<std::string> words) const {
  Command command;
  command.argv = OrdinaryUser::call();
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  command.env = environment("/usr/bin:/bin");
  return command;
}

void RootlessTest::map_own_id() {
  bundle().config["linux"]["namespaces"].push_back({{"type", "user"}});
  bundle().config["linux"]["uidMappings"] = {
      {{"containerID", 0}, {"hostID", OrdinaryUser::kUid}, {"size", 1}}};
  bundle().config["linux"]["gidMappings"] = {
      {{"containerID", 0}, {"hostID", OrdinaryUser::kGid}, {"size", 1}}};
}

void RootlessTest::map_ranges() {
  map_own_id();
  for (const char* list : {"uidMappings", "gidMappings"})
    bundle().config["linux"][list].push_back({{"containerID", 1},
                                              {"hostID", OrdinaryUser::kFirstSubId},
                                              {"size", OrdinaryUser::kSubIds}});
}

void RootlessTest::replace_helper(const std::string& script) {
  const std::string folder = *temp_ / "user/bin";
  OrdinaryUser::make_own_directory(folder);
  write_text(folder + "/newuidmap", "#!/bin/sh\nPATH=/usr/bin:/bin\n" + script + "\n", 0755);
  runtime_->call_through(OrdinaryUser::call(), environment(folder + ":/usr/bin:/bin"));
}

std::string RootlessTest::words_of(const Json& lines) {
  std::string words;
  for (const Json& line : lines)
    for (const std::string& word : split(line.get<std::string>(), ' '))
      words += word.empty() ? "" : word + " ";
  return words;
}

}  // namespace wpar::test
