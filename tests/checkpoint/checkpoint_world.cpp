// SPDX-License-Identifier: Apache-2.0
#include "tests/checkpoint/checkpoint_world.h"

#include <unistd.h>

namespace wpar::test {

void CheckpointTest::SetUp() {
  ContainerTest::SetUp();
  if (temp_ == nullptr)
    return;
  std::string reason;
  criu_ = use_criu(temp_->path(), &reason);
  if (criu_.empty())
    GTEST_SKIP() << reason;
}

int CheckpointTest::counter(const std::string& path) {
  return last_count(bundle().root() + path);
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
  return test::checkpoint(runtime(), id, images(), options);
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
