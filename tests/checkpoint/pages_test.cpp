// SPDX-License-Identifier: Apache-2.0
// Memory that does not go into the images: to a page server, or to the restored process when it
// asks.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "tests/checkpoint/checkpoint_world.h"

namespace wpar::test {
namespace {

class CheckpointPages : public CheckpointTest {
 protected:
  std::unique_ptr<Process> start_criu(std::vector<std::string> words) {
    Command command{.argv = {criu_}};
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    command.timeout = Milliseconds(60000);
    return std::make_unique<Process>(command);
  }
  // Whether somebody in our network namespace listens there.
  static bool listens(unsigned int port) {
    const std::string local = fmt::format(":{:04X} 00000000:0000 0A", port);
    return contains(read_text("/proc/net/tcp"), local);
  }
};

TEST_F(CheckpointPages, GoToAPageServer) {
  const std::string pages = *temp_ / "pages";
  make_directories(pages);
  const auto server = start_criu(
      {"page-server", "--images-dir", pages, "--address", "127.0.0.1", "--port", "4711"});
  ASSERT_TRUE(eventually([] { return listens(4711); })) << server->wait();
  const std::string id = start_shell(kCount);
  ASSERT_TRUE(counts_on(2));
  const Result saved = checkpoint(id, {"--page-server", "127.0.0.1:4711"});
  ASSERT_EQ(saved.code, 0) << saved;
  EXPECT_EQ(server->wait().code, 0);
  const int last = counter();
  EXPECT_FALSE(exists(images() + "/pagemap-1.img"));
  ASSERT_TRUE(exists(pages + "/pagemap-1.img"));
  // Put together again, they are a checkpoint.
  for (const std::string& name : list_directory(pages))
    copy_file(pages + "/" + name, images() + "/" + name);
  const Result back = restore(id);
  ASSERT_EQ(back.code, 0) << back;
  EXPECT_TRUE(counts_on(last));
}

TEST_F(CheckpointPages, WithoutTheServerTheContainerGoesOn) {
  const std::string id = start_shell(kCount);
  ASSERT_TRUE(counts_on(2));
  expect_one_line(checkpoint(id, {"--page-server", "127.0.0.1:4713"}), "Can't connect to server");
  EXPECT_EQ(runtime().status(id), "running");
  EXPECT_TRUE(counts_on(counter()));
}

TEST_F(CheckpointPages, ComeWhenTheyAreAskedFor) {
  const std::string id = start_shell(kCount);
  ASSERT_TRUE(counts_on(2));
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  Command dump = runtime().command({"checkpoint", "--image-path", images(), "--lazy-pages",
                                    "--page-server", "127.0.0.1:4712", "--status-fd", "3", id});
  dump.fds = {ends[1]};
  dump.timeout = Milliseconds(60000);
  Process dumping(dump);
  ::close(ends[1]);
  // The zero byte, or the end of a checkpoint that was refused.
  char ready = 'x';
  const ssize_t got = ::read(ends[0], &ready, 1);
  ::close(ends[0]);
  if (got != 1) {
    const Result refused = dumping.wait();
    expect_one_line(refused, "--lazy-pages needs a pipe of");
    EXPECT_TRUE(counts_on(counter()));
    GTEST_SKIP() << refused.err;
  }
  EXPECT_EQ(ready, 0);
  const int last = counter();
  const std::string work = *temp_ / "work";
  make_directories(work);
  const auto daemon = start_criu({"lazy-pages", "--images-dir", images(), "--work-dir", work,
                                  "--page-server", "--address", "127.0.0.1", "--port", "4712"});
  ASSERT_TRUE(eventually([&] { return exists(work + "/lazy-pages.socket"); }));
  const std::string other = new_id();
  const Result back = restore(other, {"--lazy-pages", "--work-path", work});
  ASSERT_EQ(back.code, 0) << back;
  EXPECT_TRUE(counts_on(last)) << last << " then " << counter();
  const Result dumped = dumping.wait();
  EXPECT_EQ(dumped.code, 0) << dumped;
  const Result fetched = daemon->wait();
  EXPECT_EQ(fetched.code, 0) << fetched;
  EXPECT_EQ(runtime().state(id), nullptr);
  EXPECT_TRUE(counts_on(counter()));
}

}  // namespace
}  // namespace wpar::test
