// SPDX-License-Identifier: Apache-2.0
#pragma once
// Collects everything that is wrong with a specification and what it is laid over, so that its
// author sees all of it at once. Every message begins with "file:line: ". Filled by the readers of
// specs/wpar and specs/yaml, and by the mappers of translate/ for what only they can know.

#include <string>
#include <string_view>
#include <vector>

namespace wpar::spec {

// A place in a text; both count from 1, 0 means unknown. The column counts bytes. On a command line
// the line is the number of the word.
struct Position {
  int line = 0;
  int column = 0;
  int source = 0;  // which text: an index of Problems::sources()
  bool operator==(const Position&) const = default;
};

struct Problem {
  Position at;
  std::string text;
};

class Problems {
 public:
  explicit Problems(std::string filename) : sources_{std::move(filename)} {}
  explicit Problems(std::vector<std::string> sources) : sources_(std::move(sources)) {}

  // What is read from now on comes from another text; returns its number. The first one is 0.
  int begin_source(std::string filename);
  // The number of the text that is being read.
  int source() const { return static_cast<int>(sources_.size()) - 1; }
  const std::vector<std::string>& sources() const { return sources_; }

  void add(Position at, std::string text) { found_.push_back({at, std::move(text)}); }
  bool empty() const { return found_.empty(); }
  const std::vector<Problem>& all() const { return found_; }
  // One "file:line: text (column n)" per line, in the order of the texts and their lines.
  std::string message() const;
  // Throws Error(kInvalidConfig, message()) when anything was found.
  void throw_if_any() const;

 private:
  std::vector<std::string> sources_;
  std::vector<Problem> found_;
};

}  // namespace wpar::spec
