// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/signal_names.h"

#include <gtest/gtest.h>

#include <csignal>

namespace wpar {
namespace {

TEST(SignalNames, AreNumbersNamesAndRealTimeSignals) {
  EXPECT_EQ(find_signal("15"), SIGTERM);
  EXPECT_EQ(find_signal("0"), 0);
  EXPECT_EQ(find_signal("SIGQUIT"), SIGQUIT);
  EXPECT_EQ(find_signal("usr1"), SIGUSR1);
  EXPECT_EQ(find_signal("SIGRTMIN+3"), SIGRTMIN + 3);
}

TEST(SignalNames, AreNothingElse) {
  for (const char* text : {"", "SIG", "-1", "65", "TERMX", "RTMIN-1", "RTMIN+", "1 5"}) {
    EXPECT_FALSE(find_signal(text)) << text;
  }
}

}  // namespace
}  // namespace wpar
