// SPDX-License-Identifier: Apache-2.0
#include "tests/policy/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace wpar::policy {
namespace {

namespace fs = std::filesystem;

bool is_source_name(const fs::path& path) {
  static constexpr std::array<std::string_view, 7> kExtensions = {".h",  ".cpp", ".go", ".sh",
                                                                  ".py", ".md",  ".8"};
  const std::string extension = path.extension();
  const std::string name = path.filename();
  return name == "CMakeLists.txt" || name == "check" || name == "try" || name == "run" ||
         std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

std::string read_whole(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    throw std::runtime_error("cannot read " + path.string());
  }
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// Blanks comments and the inside of literals; knows // and /* */, "…", '…' and R"x(…)x".
class CodeOnly {
 public:
  explicit CodeOnly(std::string_view text) : text_(text), out_(text) {}

  std::string run() {
    while (at_ < text_.size()) {
      if (starts("//")) {
        blank_until("\n", false);
      } else if (starts("/*")) {
        blank_until("*/", true);
      } else if (starts("R\"") && (at_ == 0 || !is_word_character(text_[at_ - 1]))) {
        blank_raw_string();
      } else if (text_[at_] == '"' || (text_[at_] == '\'' && !is_digit_separator())) {
        blank_literal(text_[at_]);
      } else {
        ++at_;
      }
    }
    return std::move(out_);
  }

 private:
  bool starts(std::string_view what) const { return text_.substr(at_, what.size()) == what; }
  bool is_digit_separator() const {
    return at_ > 0 && std::isalnum(static_cast<unsigned char>(text_[at_ - 1])) != 0;
  }
  void blank(std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < std::min(to, out_.size()); ++i) {
      if (out_[i] != '\n') {
        out_[i] = ' ';
      }
    }
  }
  void blank_until(std::string_view end, bool including) {
    const std::size_t found = text_.find(end, at_ + 2);
    const std::size_t stop = found == std::string_view::npos ? text_.size()
                             : including                     ? found + end.size()
                                                             : found;
    blank(at_, stop);
    at_ = stop;
  }
  void blank_raw_string() {
    const std::size_t open = text_.find('(', at_);
    if (open == std::string_view::npos) {
      at_ = text_.size();
      return;
    }
    const std::string end = fmt::format("){}\"", text_.substr(at_ + 2, open - at_ - 2));
    const std::size_t found = text_.find(end, open);
    const std::size_t stop = found == std::string_view::npos ? text_.size() : found + end.size();
    blank(at_ + 2, stop - 1);
    at_ = stop;
  }
  void blank_literal(char quote) {
    const std::size_t begin = at_ + 1;
    std::size_t end = begin;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
      end += text_[end] == '\\' ? 2 : 1;
    }
    blank(begin, end);
    at_ = end + 1;
  }

  std::string_view text_;
  std::string out_;
  std::size_t at_ = 0;
};

Tree read_repository() {
  const fs::path top = WPAR_SOURCE_DIR;
  Tree tree;
  for (auto entry = fs::recursive_directory_iterator(top); entry != fs::end(entry); ++entry) {
    const std::string name = entry->path().filename();
    if (entry->is_directory() &&
        (name == ".git" || name.starts_with("build") || name == ".cache")) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file() && is_source_name(entry->path())) {
      tree.push_back(make_file(fs::relative(entry->path(), top), read_whole(entry->path())));
    }
  }
  std::sort(tree.begin(), tree.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return tree;
}

}  // namespace

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

SourceFile make_file(std::string path, std::string text) {
  SourceFile file{.path = std::move(path), .text = std::move(text), .code = {}};
  file.code = is_cpp(file) ? lines_of(CodeOnly(file.text).run()) : lines_of(file.text);
  return file;
}

const Tree& repository() {
  static const Tree tree = read_repository();
  return tree;
}

std::vector<Include> includes_of(const SourceFile& file) {
  std::vector<Include> found;
  int number = 0;
  for (const std::string& line : lines_of(file.text)) {
    ++number;
    std::size_t at = line.find_first_not_of(" \t");
    if (at == std::string::npos || line[at] != '#') {
      continue;
    }
    at = line.find_first_not_of(" \t", at + 1);
    if (at == std::string::npos || line.compare(at, 7, "include") != 0) {
      continue;
    }
    const std::size_t open = line.find_first_of("\"<", at);
    const std::size_t close =
        open == std::string::npos ? open : line.find_first_of("\">", open + 1);
    if (close != std::string::npos) {
      found.push_back({number, line.substr(open + 1, close - open - 1), line[open] == '"'});
    }
  }
  return found;
}

bool is_header(const SourceFile& file) {
  return file.path.ends_with(".h");
}
bool is_cpp(const SourceFile& file) {
  return is_header(file) || file.path.ends_with(".cpp");
}

std::string folder_of(const SourceFile& file) {
  const std::size_t slash = file.path.rfind('/');
  return slash == std::string::npos ? "" : file.path.substr(0, slash);
}

bool is_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && path.size() > folder.size() &&
         (folder.ends_with('/') || path[folder.size()] == '/');
}

bool is_allowed(const std::vector<AllowedSite>& sites, std::string_view path) {
  return std::any_of(sites.begin(), sites.end(), [&](const AllowedSite& site) {
    return site.path.ends_with('/') ? path.starts_with(site.path) : path == site.path;
  });
}

Findings stale_sites(const Tree& tree, const std::vector<AllowedSite>& sites) {
  Findings findings;
  for (const AllowedSite& site : sites) {
    const bool used = std::any_of(tree.begin(), tree.end(), [&](const SourceFile& file) {
      return is_allowed({site}, file.path);
    });
    if (!used) {
      findings.push_back(
          fmt::format("{}: on an allow-list, but not in the tree: remove the entry", site.path));
    }
    if (site.reason.size() < 15) {
      findings.push_back(fmt::format("{}: on an allow-list without a reason", site.path));
    }
  }
  return findings;
}

bool has_word(std::string_view line, std::string_view word) {
  for (std::size_t at = line.find(word); at != std::string_view::npos;
       at = line.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool begins =
        !is_word_character(word.front()) || at == 0 || !is_word_character(line[at - 1]);
    const bool ends =
        !is_word_character(word.back()) || end == line.size() || !is_word_character(line[end]);
    if (begins && ends) {
      return true;
    }
  }
  return false;
}

Findings find_words(const SourceFile& file, const std::vector<BannedWord>& words) {
  Findings findings;
  for (std::size_t i = 0; i < file.code.size(); ++i) {
    for (const BannedWord& banned : words) {
      if (has_word(file.code[i], banned.word)) {
        findings.push_back(
            fmt::format("{}:{}: {}: {}", file.path, i + 1, banned.word, banned.instead));
      }
    }
  }
  return findings;
}

Findings for_each_file(const Tree& tree, const std::function<Findings(const SourceFile&)>& rule) {
  Findings all;
  for (const SourceFile& file : tree) {
    for (std::string& finding : rule(file)) {
      all.push_back(std::move(finding));
    }
  }
  return all;
}

std::string as_text(const Findings& findings) {
  std::string text;
  for (const std::string& finding : findings) {
    text += "  " + finding + "\n";
  }
  return text;
}

}  // namespace wpar::policy
