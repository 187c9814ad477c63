// SPDX-License-Identifier: Apache-2.0
#pragma once
// docs/config-fields.md as data: what it says of each member of config.json. Used by the two tests
// that hold it against the specification, the tests of the tree and the parser.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace wpar::policy {

struct ConfigField {
  std::string pointer;  // braces expanded: "/process/user/uid"
  std::string status;   // "enforced" "refused" "ignored"
  std::string how;
  std::string test;  // "Suite.Name"
  int line = 0;
};

// "/a/{b,c}/d" → "/a/b/d", "/a/c/d".
inline std::vector<std::string> expand_braces(const std::string& text) {
  const std::size_t open = text.find('{');
  const std::size_t close = text.find('}', open);
  if (open == std::string::npos || close == std::string::npos) {
    return {text};
  }
  std::vector<std::string> all;
  for (std::size_t begin = open + 1; begin <= close;) {
    const std::size_t end = std::min(text.find(',', begin), close);
    const std::string one = text.substr(0, open) + text.substr(begin, end - begin);
    for (const std::string& rest : expand_braces(one + text.substr(close + 1))) {
      all.push_back(rest);
    }
    begin = end + 1;
  }
  return all;
}

// The table lines begin with "| `/"; their cells hold no '|'.
inline std::vector<ConfigField> parse_config_fields(std::string_view markdown) {
  std::vector<ConfigField> fields;
  int number = 0;
  while (!markdown.empty()) {
    const std::size_t end = std::min(markdown.find('\n'), markdown.size());
    std::string line(markdown.substr(0, end));
    markdown.remove_prefix(std::min(end + 1, markdown.size()));
    ++number;
    if (!line.starts_with("| `/")) {
      continue;
    }
    std::vector<std::string> cells;
    for (std::size_t begin = 1; begin < line.size();) {
      const std::size_t bar = std::min(line.find('|', begin), line.size());
      std::string cell = line.substr(begin, bar - begin);
      cell.erase(0, cell.find_first_not_of(' '));
      cell.erase(cell.find_last_not_of(' ') + 1);
      cells.push_back(cell);
      begin = bar + 1;
    }
    cells.resize(4);
    const auto unquoted = [](const std::string& cell) {
      return cell.size() > 2 ? cell.substr(1, cell.size() - 2) : std::string();
    };
    for (const std::string& pointer : expand_braces(unquoted(cells[0]))) {
      fields.push_back({.pointer = pointer,
                        .status = cells[1],
                        .how = cells[2],
                        .test = unquoted(cells[3]),
                        .line = number});
    }
  }
  return fields;
}

}  // namespace wpar::policy
