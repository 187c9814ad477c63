// SPDX-License-Identifier: Apache-2.0
#pragma once
// The source tree as text, for the policy tests: what they may look at, and how a finding is
// written. Rules are functions Tree → findings, so that each can be tried on a small tree made by
// hand.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace wpar::policy {

struct SourceFile {
  std::string path;  // from the repository root: "runtime/plan/mounts.cpp"
  std::string text;
  // `text` line by line, comments and the contents of string literals replaced by blanks.
  std::vector<std::string> code;
};

using Tree = std::vector<SourceFile>;
using Findings = std::vector<std::string>;  // "path:line: what is wrong and what to do instead"

struct Include {
  int line = 0;
  std::string target;
  bool quoted = false;  // "ours.h" rather than <theirs.h>
};

SourceFile make_file(std::string path, std::string text);
// Every .h, .cpp, .go, shell and python file, CMakeLists.txt and .md of the repository, sorted by
// path.
const Tree& repository();

std::vector<Include> includes_of(const SourceFile& file);
std::vector<std::string> lines_of(std::string_view text);
bool is_cpp(const SourceFile& file);
bool is_header(const SourceFile& file);
// "runtime/plan" for "runtime/plan/mounts.cpp".
std::string folder_of(const SourceFile& file);
bool is_below(std::string_view path, std::string_view folder);

struct AllowedSite {
  std::string_view path;  // a file, or a folder that ends with a slash
  std::string_view reason;
};
bool is_allowed(const std::vector<AllowedSite>& sites, std::string_view path);
// Sites whose file has gone, or that give no reason: an allow-list must not outlive what it allows.
Findings stale_sites(const Tree& tree, const std::vector<AllowedSite>& sites);

// A banned word as it stands in code; matched at identifier boundaries.
struct BannedWord {
  std::string_view word;
  std::string_view instead;
};
// One finding for each line of `file` with one of the words.
Findings find_words(const SourceFile& file, const std::vector<BannedWord>& words);
bool has_word(std::string_view line, std::string_view word);

Findings for_each_file(const Tree& tree, const std::function<Findings(const SourceFile&)>& rule);
std::string as_text(const Findings& findings);

}  // namespace wpar::policy
