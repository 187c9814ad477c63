// SPDX-License-Identifier: Apache-2.0
#pragma once
// Splits an application's command line into words as a shell does: blanks, '…', "…", backslash. No
// variable, pattern or command is expanded. Used for general.application.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wpar::translate {

// Nothing when a quote is not closed or the text ends in a backslash.
std::optional<std::vector<std::string>> find_command_words(std::string_view text);

// wparexec's leading "NAME=value" words, and the command behind them.
struct Command {
  std::vector<std::string> environment;
  std::vector<std::string> args;
};
Command split_command(const std::vector<std::string>& words);

}  // namespace wpar::translate
