// SPDX-License-Identifier: Apache-2.0
#include "runtime/systemd/message.h"

#include <gtest/gtest.h>

#include "runtime/base/error.h"

namespace wpar::systemd {
namespace {

Request example() {
  return {.command = Command::kStart,
          .unit = {.name = "runwpar-web1.scope",
                   .slice = "system.slice",
                   .of_user = true,
                   .description = "two\nlines",
                   .properties = {{"MemoryMax", "t", {"1048576"}},
                                  {"After", "as", {"a.service", ""}},
                                  {"DeviceAllow", "a(ss)", {}}}}};
}

TEST(SystemdMessage, ComesBackAsItWas) {
  for (const Command command : {Command::kStart, Command::kProperties, Command::kStop}) {
    Request request = example();
    request.command = command;
    EXPECT_EQ(decode_request(encode(request)), request);
  }
  EXPECT_EQ(decode_request(encode(Request{})), Request{});
  for (const bool done : {true, false}) {
    const Answer answer = {.done = done, .text = "/system.slice/x.scope"};
    EXPECT_EQ(decode_answer(encode(answer)), answer);
  }
}

TEST(SystemdMessage, CutShortOrLongerIsRefused) {
  const std::string whole = encode(example());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THROW(decode_request(whole.substr(0, size)), Error) << size;
  }
  EXPECT_THROW(decode_request(whole + "x"), Error);
  EXPECT_THROW(decode_answer(""), Error);
  EXPECT_THROW(decode_answer(encode(Answer{}) + '\0'), Error);
}

TEST(SystemdMessage, WithOtherWordsIsRefused) {
  std::string packet = encode(example());
  packet[0] = 'x';
  EXPECT_THROW(decode_request(packet), Error);
  EXPECT_THROW(decode_answer(std::string("2\0text\0", 7)), Error);
  std::string many;
  for (const char* word : {"s", "u", "s", "0", "d", "18446744073709551615"}) {
    many += std::string(word) + '\0';
  }
  EXPECT_THROW(decode_request(many), Error);
}

}  // namespace
}  // namespace wpar::systemd
