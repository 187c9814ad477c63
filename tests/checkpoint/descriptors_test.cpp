// SPDX-License-Identifier: Apache-2.0
// Standard input, output and error are the caller's: of the restore's, when the container goes on.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "tests/checkpoint/checkpoint_world.h"
#include "tests/support/console.h"

namespace wpar::test {
namespace {

// Two ends that programs can be given; closed when the test is over.
class Ends {
 public:
  static Ends pipe() {
    Ends ends;
    EXPECT_EQ(::pipe2(ends.fds_.data(), O_CLOEXEC), 0);
    return ends;
  }
  static Ends sockets() {
    Ends ends;
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.fds_.data()), 0);
    return ends;
  }
  Ends(Ends&& other) noexcept : fds_(std::exchange(other.fds_, {-1, -1})) {}
  Ends& operator=(Ends&&) = delete;
  ~Ends() {
    for (const int fd : fds_)
      ::close(fd);
  }
  int ours() const { return fds_[0]; }
  int theirs() const { return fds_[1]; }
  // What arrives at our end until `expected` is there or the time is over.
  std::string read_until(const std::string& expected) const {
    std::string text;
    char buffer[4096];
    eventually([&] {
      pollfd one{.fd = ours(), .events = POLLIN, .revents = 0};
      if (::poll(&one, 1, 20) > 0) {
        const ssize_t got = ::read(ours(), buffer, sizeof buffer);
        text.append(buffer, got > 0 ? static_cast<std::size_t>(got) : 0);
      }
      return contains(text, expected);
    });
    return text;
  }

 private:
  Ends() = default;
  std::array<int, 2> fds_ = {-1, -1};
};

// Counts in children, so that only `leading` changes what the shell's own output is: until /go is
// there, and then it says so to the output that it had at first.
std::string count_and_report(const std::string& leading) {
  return fmt::format(
      "i=0; {{ while [ ! -e /go ]; do i=$((i+1)); (echo $i > /counter); sleep 0.05; done; }} {}; "
      "echo back; exec sleep 1000",
      leading);
}

class CheckpointDescriptors : public CheckpointTest {
 protected:
  // Through a shell, since no path leads to a socket.
  Command with_output(const std::string& id, int output, std::vector<std::string> words) {
    Command command = runtime().command(std::move(words));
    command.argv.insert(command.argv.begin(), {"/bin/sh", "-c", "exec \"$@\" >&3 3>&-", "sh"});
    command.fds = {output};
    command.error_path = *temp_ / (id + ".err");
    command.timeout = Milliseconds(60000);
    return command;
  }
  // Starts it with its output at `output`, a descriptor of ours.
  std::string start_with_output(const std::string& script, int output) {
    bundle().shell(script);
    bundle().write();
    const std::string id = new_id();
    EXPECT_EQ(run(with_output(id, output, {"create", "--bundle", bundle().path(), id})).code, 0)
        << error_of(id);
    EXPECT_EQ((runtime()({"start", id})).code, 0) << error_of(id);
    return id;
  }
  void restore_with_output(const std::string& id, int output) {
    const Command back = with_output(
        id, output,
        {"restore", "--detach", "--bundle", bundle().path(), "--image-path", images(), id});
    EXPECT_EQ(run(back).code, 0) << error_of(id);
  }
  // Twice, since the restored container has the descriptors of the restore.
  void goes_on_with(Ends (*make)(), const std::string& leading) {
    const Ends first = make();
    const Ends second = make();
    const Ends third = make();
    const std::string id = start_with_output(count_and_report(leading), first.theirs());
    ASSERT_TRUE(counts_on(2));
    for (const Ends* now : {&second, &third}) {
      const Result saved = checkpoint(id);
      ASSERT_EQ(saved.code, 0) << saved;
      const int last = counter();
      restore_with_output(id, now->theirs());
      ASSERT_TRUE(counts_on(last));
    }
    write_text(bundle().root() + "/go", "");
    EXPECT_EQ(third.read_until("back\n"), "back\n");
  }
  void goes_on_with_files(const std::string& leading) {
    const std::string id = start_shell(count_and_report(leading));
    ASSERT_TRUE(counts_on(2));
    for (int round = 0; round < 2; ++round) {
      const Result saved = checkpoint(id);
      ASSERT_EQ(saved.code, 0) << saved;
      const int last = counter();
      const Result back = restore(id);
      ASSERT_EQ(back.code, 0) << back;
      ASSERT_TRUE(counts_on(last));
    }
    write_text(bundle().root() + "/go", "");
    EXPECT_TRUE(eventually([&] { return output_of(id) == "back\n"; })) << output_of(id);
  }
};

TEST_F(CheckpointDescriptors, APipeIsTheRestores) {
  goes_on_with(Ends::pipe, "");
}

TEST_F(CheckpointDescriptors, APipeThatIsLaidAsideAtThatMomentIsTheRestores) {
  goes_on_with(Ends::pipe, "> /elsewhere 2>&1 < /dev/zero");
}

TEST_F(CheckpointDescriptors, ATerminalOfTheCallerIsTheRestores) {
  bundle().shell(count_and_report(""));
  bundle().write();
  const std::string id = new_id();
  int first_slave = -1;
  const Terminal first = Terminal::open_pair(&first_slave);
  Command create = runtime().command({"create", "--bundle", bundle().path(), id});
  create.terminal = first_slave;
  ASSERT_EQ(run(create).code, 0);
  ASSERT_EQ((runtime()({"start", id})).code, 0);
  ASSERT_TRUE(counts_on(2));
  const Result saved = checkpoint(id);
  ASSERT_EQ(saved.code, 0) << saved;
  ::close(first_slave);
  const int last = counter();
  int slave = -1;
  Terminal terminal = Terminal::open_pair(&slave);
  Command back = runtime().command(
      {"restore", "--detach", "--bundle", bundle().path(), "--image-path", images(), id});
  back.terminal = slave;
  ASSERT_EQ(run(back).code, 0) << terminal.read_until("runwpar:");
  ::close(slave);
  EXPECT_TRUE(counts_on(last));
  write_text(bundle().root() + "/go", "");
  EXPECT_TRUE(contains(terminal.read_until("back"), "back"));
}

TEST_F(CheckpointDescriptors, ASocketIsRefused) {
  const Ends ends = Ends::sockets();
  const std::string id = start_with_output(count_and_report(""), ends.theirs());
  ASSERT_TRUE(counts_on(2));
  expect_one_line(checkpoint(id), "its standard output is a socket of the caller");
  EXPECT_EQ(runtime().status(id), "running");
  EXPECT_TRUE(counts_on(counter()));
  EXPECT_FALSE(exists(images()));
  write_text(bundle().root() + "/go", "");
  EXPECT_EQ(ends.read_until("back\n"), "back\n");
}

TEST_F(CheckpointDescriptors, AFileOfTheHostIsTheRestores) {
  goes_on_with_files("");
}

TEST_F(CheckpointDescriptors, AFileOfTheHostThatIsLaidAsideAtThatMomentIsTheRestores) {
  goes_on_with_files("> /elsewhere 2>&1 < /dev/zero");
}

}  // namespace
}  // namespace wpar::test
