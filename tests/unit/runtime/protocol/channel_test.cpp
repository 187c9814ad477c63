// SPDX-License-Identifier: Apache-2.0
#include "runtime/protocol/channel.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace wpar::protocol {
namespace {

TEST(Channel, CarriesAMessageAndADescriptor) {
  auto [one, other] = Channel::make_pair();
  one.send({.topic = Topic::kInitSpawned, .pid = 42}, BorrowedFd(STDOUT_FILENO));
  UniqueFd received;
  const auto message = other.receive(&received);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->topic, Topic::kInitSpawned);
  EXPECT_EQ(message->pid, 42);
  EXPECT_TRUE(received);
}

TEST(Channel, TellsAFailureWithItsKindAndErrno) {
  auto [one, other] = Channel::make_pair();
  one.send_failure(7, Error(ENOENT, "open /x"));
  const auto message = other.receive();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->topic, Topic::kFailed);
  EXPECT_EQ(message->step, 7U);
  const Error error = failure_of(*message);
  EXPECT_EQ(error.kind(), ErrorKind::kSystem);
  EXPECT_EQ(error.errno_value(), ENOENT);
  EXPECT_STREQ(error.what(), "open /x: no such file or directory");
}

TEST(Channel, CutsAFailureThatIsTooLong) {
  auto [one, other] = Channel::make_pair();
  one.send_failure(0, Error(ErrorKind::kInternal, std::string(5000, 'x')));
  const auto message = other.receive();
  ASSERT_TRUE(message);
  EXPECT_EQ(std::string(failure_of(*message).what()).size(), sizeof(Message::text) - 1);
}

TEST(Channel, SeesTheEndOfThePeer) {
  auto [one, other] = Channel::make_pair();
  one.close();
  EXPECT_FALSE(other.receive());
  EXPECT_THROW(other.expect(Topic::kStart), Error);
  EXPECT_THROW(other.send(Topic::kReady), Error);  // EPIPE, and no SIGPIPE
}

TEST(Channel, RefusesAPacketOfAnotherSize) {
  auto [one, other] = Channel::make_pair();
  ASSERT_EQ(::send(one.fd().get(), "short", 5, 0), 5);
  EXPECT_THROW(other.receive(), Error);
}

TEST(Channel, RefusesAnotherTopicThanTheOneExpected) {
  auto [one, other] = Channel::make_pair();
  one.send(Topic::kRecorded);
  EXPECT_THROW(other.expect(Topic::kStart), Error);
  one.send(Topic::kStart);
  EXPECT_NO_THROW(other.expect(Topic::kStart));
}

}  // namespace
}  // namespace wpar::protocol
