// SPDX-License-Identifier: Apache-2.0
#include "tests/checkpoint/checkpoint_world.h"

#include <stdlib.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/support/criu.h"

namespace wpar::test {

void CheckpointTest::SetUp() {
  ContainerTest::SetUp();
  if (temp_ == nullptr)
    return;
  std::string reason;
  criu_ = criu_for_tests(temp_->path(), &reason);
  if (criu_.empty())
    GTEST_SKIP() << reason;
  // CRIU tries the kernel's TCP on the loopback device, and this namespace of the test is new.
  const Result up = run({.argv = {"ip", "link", "set", "lo", "up"}});
  ASSERT_EQ(up.code, 0) << up;
  ::setenv("WPAR_CRIU", criu_.c_str(), 1);
}

int CheckpointTest::counter(const std::string& path) {
  const std::string text = read_trimmed(bundle().root() + path);
  return std::atoi(text.c_str() + text.rfind('\n') + 1);
}

bool CheckpointTest::counts_on(int past, const std::string& path) {
  int highest = 0;
  return eventually(
      [&] {
        highest = counter(path);
        return highest > past;
      },
      Milliseconds(20000));
}

Result CheckpointTest::checkpoint(const std::string& id, std::vector<std::string> options) {
  std::vector<std::string> words = {"checkpoint", "--image-path", images()};
  words.insert(words.end(), options.begin(), options.end());
  words.push_back(id);
  Command command = runtime().command(words);
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

Result CheckpointTest::restore(const std::string& id, std::vector<std::string> options) {
  std::vector<std::string> words = {"restore",       "--detach",     "--bundle",
                                    bundle().path(), "--image-path", images()};
  words.insert(words.end(), options.begin(), options.end());
  words.push_back(id);
  Command command = runtime().command(words);
  ::unlink((*temp_ / (id + ".err")).c_str());  // one call's lines only
  command.output_path = *temp_ / (id + ".out");
  command.error_path = *temp_ / (id + ".err");
  command.timeout = Milliseconds(60000);
  Result result = run(command);
  result.err = error_of(id);
  return result;
}

}  // namespace wpar::test
