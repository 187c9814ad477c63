// SPDX-License-Identifier: Apache-2.0
#include "specs/yaml/tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include "runtime/base/text.h"

namespace wpar::yaml {
namespace {

constexpr std::size_t kMaxDepth = 16;  // no document of ours is deeper than 5

// Builds the tree from the parser's events. Complains about the first thing it does not take and
// ignores the rest: after an anchor or a strange key nothing that follows means what it seems to.
class Builder : public YAML::EventHandler {
 public:
  explicit Builder(spec::Problems& problems) : problems_(problems) {}

  Node result() && { return stopped_ ? Node{} : std::move(root_); }
  bool stopped() const { return stopped_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) {
      stop(mark, "a second document: there must be one only");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (allowed(mark, "", anchor)) {
      add({.kind = Node::Kind::kNull, .at = place(mark), .text = {}, .items = {}, .members = {}});
    }
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    stop(mark, "an alias (*) is not allowed here");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (allowed(mark, tag, anchor)) {
      add({.kind = Node::Kind::kScalar,
           .plain = tag == "?",
           .at = place(mark),
           .text = value,
           .items = {},
           .members = {}});
    }
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::kSequence);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::kMapping);
  }
  void OnMapEnd() override { close(); }

 private:
  // A collection that is not closed yet.
  struct Open {
    Node node;
    std::string key;  // of the member whose value comes next
    spec::Position key_at;
    bool has_key = false;
    std::set<std::string> keys;
  };

  spec::Position place(const YAML::Mark& mark) const {
    return {mark.line + 1, mark.column + 1, problems_.source()};
  }

  void stop(const YAML::Mark& mark, std::string text) {
    if (!stopped_) {
      problems_.add(place(mark), std::move(text));
      stopped_ = true;
    }
  }

  bool allowed(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      stop(mark, "an anchor (&) is not allowed here");
    } else if (!tag.empty() && tag != "?" && tag != "!") {
      stop(mark, "a tag (!) is not allowed here");
    }
    return !stopped_;
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            Node::Kind kind) {
    if (!allowed(mark, tag, anchor)) {
      return;
    }
    if (open_.size() == kMaxDepth) {
      return stop(mark, fmt::format("more than {} levels", kMaxDepth));
    }
    if (expects_key()) {
      return stop(mark, "a key must be a plain word");
    }
    Open& collection = open_.emplace_back();
    collection.node.kind = kind;
    collection.node.at = place(mark);
  }

  void close() {
    if (stopped_) {
      return;
    }
    Node node = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(node));
  }

  bool expects_key() const {
    return !open_.empty() && open_.back().node.is_mapping() && !open_.back().has_key;
  }

  void add(Node node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.is_sequence()) {
      parent.node.items.push_back(std::move(node));
    } else if (parent.has_key) {
      parent.has_key = false;
      parent.node.members.push_back({std::move(parent.key), parent.key_at, std::move(node)});
    } else {
      take_key(parent, node);
    }
  }

  void take_key(Open& parent, const Node& node) {
    if (!node.is_scalar()) {
      problems_.add(node.at, "a key must be a plain word");
      stopped_ = true;
    } else if (!parent.keys.insert(node.text).second) {
      problems_.add(node.at, fmt::format("\"{}\" is given twice", node.text));
      stopped_ = true;
    }
    parent.key = node.text;
    parent.key_at = node.at;
    parent.has_key = true;
  }

  spec::Problems& problems_;
  std::vector<Open> open_;
  Node root_;
  int documents_ = 0;
  bool stopped_ = false;
};

}  // namespace

Node parse_tree(std::string_view text, spec::Problems& problems) {
  if (has_nul(text)) {  // yaml-cpp takes it for the end
    problems.add({1, 0, problems.source()}, "a NUL byte is not allowed");
    return {};
  }
  if (const std::optional<std::size_t> bad = find_bad_utf8(text)) {  // yaml-cpp passes it on
    const std::string_view before = text.substr(0, *bad);
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    problems.add(
        {static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
         static_cast<int>(*bad - line_start) + 1, problems.source()},
        fmt::format("byte 0x{:02x} is not UTF-8 text", static_cast<unsigned char>(text[*bad])));
    return {};
  }
  Builder builder(problems);
  // The border to yaml-cpp: its exceptions become ours here and nowhere else.
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (!builder.stopped() && parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    if (builder.stopped()) {
      return {};  // the first complaint counts
    }
    const bool placed = !error.mark.is_null();
    problems.add(
        {placed ? error.mark.line + 1 : 1, placed ? error.mark.column + 1 : 0, problems.source()},
        to_lower(error.msg));
    return {};
  }
  return std::move(builder).result();
}

}  // namespace wpar::yaml
