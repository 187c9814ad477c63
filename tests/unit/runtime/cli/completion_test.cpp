// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/cli/cli.h"
#include "runtime/cli/requests.h"

namespace wpar::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Completion, KnowsEveryCommandAndEveryOptionThatIsShown) {
  const std::string script = completion_script();
  for (const Option& option : kGlobalOptions) {
    EXPECT_TRUE(option.hidden || script.find("--" + std::string(option.name)) != std::string::npos)
        << option.name;
  }
  for (const Command* command : all_commands()) {
    const std::size_t begin = script.find(fmt::format("\n    {}) options=\"", command->name));
    ASSERT_NE(begin, std::string::npos) << command->name;
    const std::string line = script.substr(begin + 1, script.find('\n', begin + 1) - begin);
    for (const Option& option : command->options) {
      if (option.hidden) {
        EXPECT_THAT(line, Not(HasSubstr(fmt::format("--{}", option.name))));
      } else {
        EXPECT_THAT(line, HasSubstr(fmt::format("--{}", option.name)));
      }
    }
  }
}

TEST(Completion, OffersTheWordsOfAChoice) {
  EXPECT_THAT(completion_script(),
              HasSubstr("\"list --format\"|\"list -f\") words=\"table json\" ;;"));
  EXPECT_THAT(completion_script(), HasSubstr("\" --log-format\") words=\"text json\" ;;"));
}

}  // namespace
}  // namespace wpar::cli
