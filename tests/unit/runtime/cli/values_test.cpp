// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "runtime/base/error.h"

namespace wpar::cli {
namespace {

template <typename Call>
std::string failure_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
    return error.what();
  }
  return "";
}

TEST(Signals, AreNumbers) {
  EXPECT_EQ(parse_signal("0"), 0);
  EXPECT_EQ(parse_signal("9"), SIGKILL);
  EXPECT_EQ(parse_signal("15"), SIGTERM);
  EXPECT_EQ(parse_signal("64"), SIGRTMAX);
}

TEST(Signals, AreNamesWithAndWithoutSigInAnyCase) {
  for (const char* text : {"KILL", "SIGKILL", "kill", "sigkill", "SigKill", "Kill"}) {
    EXPECT_EQ(parse_signal(text), SIGKILL) << text;
  }
  EXPECT_EQ(parse_signal("HUP"), SIGHUP);
  EXPECT_EQ(parse_signal("SIGUSR1"), SIGUSR1);
  EXPECT_EQ(parse_signal("winch"), SIGWINCH);
  EXPECT_EQ(parse_signal("SIGPWR"), SIGPWR);
  EXPECT_EQ(parse_signal("CLD"), parse_signal("CHLD"));
  EXPECT_EQ(parse_signal("POLL"), parse_signal("IO"));
}

// What the C library itself calls each signal: no number may be without a name or under a wrong
// one.
TEST(Signals, AgreeWithTheCLibrary) {
  for (int number = 1; number < 32; ++number) {
    const char* name = ::sigabbrev_np(number);
    ASSERT_NE(name, nullptr) << number;
    EXPECT_EQ(parse_signal(name), number) << name;
  }
}

TEST(Signals, CountFromTheEndsOfTheRealTimeRange) {
  EXPECT_EQ(parse_signal("RTMIN"), 34);
  EXPECT_EQ(parse_signal("SIGRTMIN+3"), 37);
  EXPECT_EQ(parse_signal("rtmin+3"), 37);
  EXPECT_EQ(parse_signal("RTMIN+30"), 64);
  EXPECT_EQ(parse_signal("RTMAX"), 64);
  EXPECT_EQ(parse_signal("SIGRTMAX-14"), 50);
}

TEST(Signals, AreRefusedWhenUnknown) {
  for (const char* text : {"",
                           "X",
                           "SIG",
                           "-9",
                           "+9",
                           "65",
                           "999999999999",
                           " 9",
                           "9 ",
                           "KILL ",
                           "SIGSIGKILL",
                           "RTMIN+",
                           "RTMIN-1",
                           "RTMIN+31",
                           "RTMAX+1",
                           "RTMAX-31",
                           "RTMIN3",
                           "RTMIN+-1",
                           "RTMIN+4294967295",
                           "RTM"}) {
    EXPECT_EQ(failure_of([&] { parse_signal(text); }), fmt::format("unknown signal \"{}\"", text));
  }
}

TEST(Users, AreNumbers) {
  EXPECT_EQ(parse_user("0").uid, 0U);
  EXPECT_FALSE(parse_user("0").gid.has_value());
  EXPECT_EQ(parse_user("1000:2000").uid, 1000U);
  EXPECT_EQ(parse_user("1000:2000").gid, 2000U);
  EXPECT_EQ(parse_user("4294967294:4294967294").uid, 4294967294U);
  EXPECT_EQ(parse_user("007").uid, 7U);
}

// A user that is read loosely runs as somebody else, in the worst case as root.
TEST(Users, AreRefusedWhenAnythingIsLeftOver) {
  for (const char* text :
       {"",      ":",     "1000:",      ":1000",        "root",       "1000:wheel",
        "1000x", "x1000", "-1",         "+1",           " 1",         "1 ",
        "0x10",  "1:2:3", "4294967295", "1:4294967295", "4294967296", "18446744073709551616",
        "1.0",   "1,2"}) {
    EXPECT_NE(failure_of([&] { parse_user(text); }), "") << text;
  }
}

TEST(Users, AreNamedInTheError) {
  EXPECT_EQ(failure_of([] { parse_user("4294967295"); }),
            "invalid user id \"4294967295\": expected an integer from 0 to 4294967294");
  EXPECT_EQ(failure_of([] { parse_user("1:staff"); }),
            "invalid group id \"staff\": expected an integer from 0 to 4294967294");
}

TEST(Sizes, HaveUnitsOf1024) {
  const std::pair<const char*, std::int64_t> cases[] = {
      {"0", 0},
      {"4096", 4096},
      {"5b", 5},
      {"64m", 64 << 20},
      {"64M", 64 << 20},
      {"1g", 1 << 30},
      {"1.5k", 1536},
      {"2 KiB", 2048},
      {"2kb", 2048},
      {"0.5m", 512 << 10},
      {"-1", -1},
      {"3t", 3LL << 40},
      {"9223372036854775807", 9223372036854775807LL}};
  for (const auto& [text, bytes] : cases) {
    EXPECT_EQ(parse_size(text, "memory"), bytes) << text;
  }
}

TEST(Sizes, RefuseEverythingElse) {
  for (const char* text :
       {"", "m", "-2", "1x", "1.2.3k", "1mm", "1kib5", "9999999999g", ".", "1bb"}) {
    EXPECT_THAT(failure_of([&] { parse_size(text, "memory"); }),
                ::testing::HasSubstr("for --memory: expected a size"))
        << text;
  }
}

TEST(Durations, AreWrittenAsInGo) {
  EXPECT_EQ(parse_duration_ms("5s", "interval"), 5000);
  EXPECT_EQ(parse_duration_ms("1m30s", "interval"), 90000);
  EXPECT_EQ(parse_duration_ms("250ms", "interval"), 250);
  EXPECT_EQ(parse_duration_ms("1h", "interval"), 3600000);
  for (const char* text : {"", "5", "s", "0s", "-1s", "5x", "1s5"}) {
    EXPECT_THAT(failure_of([&] { parse_duration_ms(text, "interval"); }),
                ::testing::HasSubstr("for --interval: expected a duration"))
        << text;
  }
}

}  // namespace
}  // namespace wpar::cli
