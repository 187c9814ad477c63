// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/stanza.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace wpar::spec {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

// What a quote or a comment leaves open at the end of a physical line.
struct QuoteState {
  bool quoted = false;
  bool comment = false;
  bool continued = false;
};

QuoteState scan_line(std::string_view line, bool quoted) {
  QuoteState state{.quoted = quoted};
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '\\' && i + 1 == line.size()) {
      state.continued = true;
    } else if (c == '\\' && state.quoted) {
      ++i;  // the escaped character is not looked at
    } else if (c == '"') {
      state.quoted = !state.quoted;
    } else if (c == '#' && !state.quoted) {
      state.comment = true;
      return state;
    }
  }
  return state;
}

// One line as the grammar sees it: continuation lines joined, comment and line end gone, and the
// place of every character still known.
struct LogicalLine {
  std::string text;
  std::vector<Position> places;  // one per character of text
  Position end;                  // the place behind the last one

  Position at(std::size_t offset) const { return offset < places.size() ? places[offset] : end; }
};

class LineReader {
 public:
  LineReader(std::string_view text, int source) : rest_(text), source_(source) {}

  std::optional<LogicalLine> next() {
    if (rest_.empty()) {
      return std::nullopt;
    }
    LogicalLine line;
    bool quoted = false;
    bool first = true;
    for (;;) {
      const std::string_view physical = take_physical();
      if (first && physical.starts_with('*')) {
        return line;  // the comment of other stanza files
      }
      const QuoteState state = scan_line(physical, quoted);
      append(line, physical, first, state);
      if (!state.continued || rest_.empty()) {
        return line;
      }
      quoted = state.quoted;
      first = false;
    }
  }

 private:
  std::string_view take_physical() {
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    std::string_view physical = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    ++number_;
    if (physical.ends_with('\r')) {
      physical.remove_suffix(1);
    }
    return physical;
  }

  // The indentation of a continuation line is layout, not value.
  void append(LogicalLine& line, std::string_view physical, bool first, const QuoteState& state) {
    std::size_t begin = 0;
    while (!first && begin < physical.size() && is_blank(physical[begin])) {
      ++begin;
    }
    std::size_t end = physical.size();
    if (state.continued) {
      --end;
    }
    if (state.comment) {
      end = comment_start(line.text, physical, begin);
    }
    line.text.append(physical.substr(begin, end - begin));
    if (first) {
      line.places.reserve(line.text.size());
    }
    for (std::size_t i = begin; i < end; ++i) {
      line.places.push_back({number_, static_cast<int>(i) + 1, source_});
    }
    line.end = {number_, static_cast<int>(end) + 1, source_};
  }

  static std::size_t comment_start(std::string_view before, std::string_view physical,
                                   std::size_t begin) {
    bool quoted = scan_line(before, false).quoted;
    for (std::size_t i = begin; i < physical.size(); ++i) {
      if (physical[i] == '\\' && quoted) {
        ++i;
      } else if (physical[i] == '"') {
        quoted = !quoted;
      } else if (physical[i] == '#' && !quoted) {
        return i;
      }
    }
    return physical.size();
  }

  std::string_view rest_;
  int number_ = 0;
  int source_;
};

// Reads one logical line; every complaint goes to `problems` and ends the line.
class LineParser {
 public:
  LineParser(const LogicalLine& line, Problems& problems) : line_(line), problems_(problems) {}

  void parse_into(std::vector<Stanza>& stanzas) {
    skip_blanks();
    if (done() || !check_characters()) {
      return;
    }
    const std::size_t start = offset_;
    const std::string word = take_word();
    if (word.empty()) {
      return complain(start, "expected a stanza header \"name:\" or an attribute \"key = value\"");
    }
    skip_blanks();
    if (!done() && peek() == ':') {
      return parse_header(word, start, stanzas);
    }
    parse_attribute(word, start, stanzas);
  }

 private:
  bool done() const { return offset_ >= line_.text.size(); }
  char peek() const { return line_.text[offset_]; }
  void skip_blanks() {
    while (!done() && is_blank(peek())) {
      ++offset_;
    }
  }
  void complain(std::size_t offset, std::string text) {
    problems_.add(line_.at(offset), std::move(text));
  }

  bool check_characters() {
    for (std::size_t i = 0; i < line_.text.size(); ++i) {
      const auto byte = static_cast<unsigned char>(line_.text[i]);
      if ((byte < 0x20 && byte != '\t') || byte >= 0x7f) {
        complain(i, fmt::format("byte 0x{:02x} is not allowed: a specification is plain ASCII text",
                                byte));
        return false;
      }
    }
    return true;
  }

  std::string take_word() {
    const std::size_t start = offset_;
    // A '-' belongs to the word unless it begins "-=".
    while (!done() && is_word(peek()) && line_.text.compare(offset_, 2, "-=") != 0) {
      ++offset_;
    }
    return line_.text.substr(start, offset_ - start);
  }

  void parse_header(const std::string& name, std::size_t start, std::vector<Stanza>& stanzas) {
    ++offset_;
    skip_blanks();
    if (start != 0) {
      // Taken as a header all the same: its attributes would only produce false complaints.
      complain(start, fmt::format("the stanza header \"{}:\" must begin in column 1", name));
    } else if (!done()) {
      complain(offset_, fmt::format("unexpected text after the stanza header \"{}:\"", name));
    }
    stanzas.push_back({name, line_.at(start), {}});
  }

  void parse_attribute(const std::string& key, std::size_t start, std::vector<Stanza>& stanzas) {
    Attribute attribute{.key = key, .value = {}, .at = line_.at(start), .value_at = {}};
    if (!take_assign(attribute)) {
      return complain(offset_, fmt::format("expected \"=\" after \"{}\"", key));
    }
    skip_blanks();
    attribute.value_at = line_.at(offset_);
    if (!take_value(attribute)) {
      return;
    }
    skip_blanks();
    if (!done()) {
      return complain(offset_,
                      fmt::format("unexpected text after the value of \"{}\": a value with "
                                  "blanks stands in double quotes",
                                  key));
    }
    if (stanzas.empty()) {
      return complain(start, fmt::format("\"{}\" stands before the first stanza header", key));
    }
    stanzas.back().attributes.push_back(std::move(attribute));
  }

  bool take_assign(Attribute& attribute) {
    const std::string_view rest = std::string_view(line_.text).substr(offset_);
    if (rest.starts_with("+=") || rest.starts_with("-=")) {
      attribute.assign = rest[0] == '+' ? Assign::kAdd : Assign::kRemove;
      offset_ += 2;
      return true;
    }
    offset_ += rest.starts_with('=') ? 1 : 0;
    return rest.starts_with('=');
  }

  bool take_value(Attribute& attribute) {
    if (!done() && peek() == '"') {
      return take_quoted(attribute);
    }
    while (!done() && !is_blank(peek())) {
      if (peek() == '"') {
        complain(offset_, "a double quote inside an unquoted value");
        return false;
      }
      attribute.value.push_back(peek());
      ++offset_;
    }
    return true;
  }

  bool take_quoted(Attribute& attribute) {
    const std::size_t start = offset_++;
    while (!done()) {
      const char c = line_.text[offset_++];
      if (c == '"') {
        return true;
      }
      if (c == '\\' && !done() && (peek() == '"' || peek() == '\\')) {
        attribute.value.push_back(line_.text[offset_++]);
      } else {
        attribute.value.push_back(c);
      }
    }
    complain(start, fmt::format("the double quote of \"{}\" is not closed", attribute.key));
    return false;
  }

  const LogicalLine& line_;
  Problems& problems_;
  std::size_t offset_ = 0;
};

}  // namespace

std::vector<Stanza> parse_stanzas(std::string_view text, Problems& problems) {
  std::vector<Stanza> stanzas;
  LineReader reader(text, problems.source());
  while (const std::optional<LogicalLine> line = reader.next()) {
    LineParser(*line, problems).parse_into(stanzas);
  }
  return stanzas;
}

}  // namespace wpar::spec
