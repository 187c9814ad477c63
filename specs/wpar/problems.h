// SPDX-License-Identifier: Apache-2.0
#pragma once
// Collects everything that is wrong with one specification file, so that its author sees all of it
// at once. Every message begins with "file:line: ". Filled by parse_stanzas and read_wpar, and by
// the mappers of translate/ for what only they can know.

#include <string>
#include <string_view>
#include <vector>

namespace wpar::spec {

// A place in a text; both count from 1, 0 means unknown. The column counts bytes.
struct Position {
  int line = 0;
  int column = 0;
  bool operator==(const Position&) const = default;
};

struct Problem {
  Position at;
  std::string text;
};

class Problems {
 public:
  explicit Problems(std::string filename) : filename_(std::move(filename)) {}

  void add(Position at, std::string text) { found_.push_back({at, std::move(text)}); }
  bool empty() const { return found_.empty(); }
  const std::vector<Problem>& all() const { return found_; }
  const std::string& filename() const { return filename_; }
  // One "file:line: text (column n)" per line, in the order of the file.
  std::string message() const;
  // Throws Error(kInvalidConfig, message()) when anything was found.
  void throw_if_any() const;

 private:
  std::string filename_;
  std::vector<Problem> found_;
};

}  // namespace wpar::spec
