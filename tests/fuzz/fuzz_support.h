// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the fuzz targets share: a reader may return or throw wpar::Error with a one-line message;
// anything else is a finding.

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "runtime/base/error.h"

namespace wpar::fuzz {

[[noreturn]] inline void give_up(const char* promise, std::string_view text) {
  std::fprintf(stderr, "broken promise: %s\n%.*s\n", promise, static_cast<int>(text.size()),
               text.data());
  std::abort();
}

// A message may repeat its input once, of which libFuzzer's have at most 4096 bytes.
constexpr std::size_t kLongestMessage = 4096 + 1000;

// True when it returned. Other exceptions leave the target, which is a finding.
template <typename Read>
bool accepts(Read&& read) {
  try {
    read();
    return true;
  } catch (const Error& error) {
    const std::string_view message = error.what();
    if (message.empty() || message.size() > kLongestMessage) {
      give_up("an error says something, and not a book", message);
    }
    return false;
  }
}

}  // namespace wpar::fuzz
