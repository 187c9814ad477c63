// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the fuzz targets of specifications share: how a broken promise is told, and what is promised
// of every complaint. Used by stanza_fuzz, spec_yaml_fuzz, site_profile_fuzz.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "specs/wpar/problems.h"

namespace wpar::fuzz {

[[noreturn]] inline void give_up(const char* promise, std::string_view text) {
  std::fprintf(stderr, "broken promise: %s\n%.*s\n", promise, static_cast<int>(text.size()),
               text.data());
  std::abort();
}

// Every complaint has a line of the text, and says something.
inline void check_problems(const spec::Problems& problems, std::string_view text) {
  int lines = 1;
  for (const char c : text) {
    lines += c == '\n' ? 1 : 0;
  }
  for (const spec::Problem& problem : problems.all()) {
    if (problem.text.empty() || problem.at.line < 1 || problem.at.line > lines + 1) {
      give_up("a complaint has its place", problem.text);
    }
  }
}

}  // namespace wpar::fuzz
