// SPDX-License-Identifier: Apache-2.0
#include "specs/oci/inspect_config.h"

#include <algorithm>
#include <numeric>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "specs/oci/json_cursor.h"
#include "specs/oci/read_parts.h"

namespace wpar::oci {
namespace {

constexpr int kMostReadings = 500;  // each gets at least one finding further

// Members whose absence would hide a large part of the document from the reading.
struct StandIn {
  std::vector<std::string_view> parent;
  std::string_view name;
  JsonValue value;
};

const std::vector<StandIn>& stand_ins() {
  static const std::vector<StandIn> table = {
      {{}, "ociVersion", JsonValue(std::string(kSpecVersion))},
      {{"process"}, "cwd", JsonValue(std::string("/"))},
      {{"process"}, "args", JsonValue(JsonArray{JsonValue(std::string("/"))})},
      {{"process", "user"}, "uid", JsonValue(std::uint64_t{0})},
      {{"process", "user"}, "gid", JsonValue(std::uint64_t{0})},
      {{"linux", "seccomp"}, "defaultAction", JsonValue(std::string("SCMP_ACT_ERRNO"))},
  };
  return table;
}

JsonValue* find_member(JsonValue& object, std::string_view name) {
  if (auto* members = object.get_if<JsonObject>()) {
    const auto member = std::ranges::find(*members, name, &JsonMember::first);
    if (member != members->end() && !member->second.is_null()) {
      return &member->second;
    }
  }
  return nullptr;
}

JsonValue* find_parent(JsonValue& document, const StandIn& stand_in) {
  JsonValue* at = &document;
  for (const std::string_view step : stand_in.parent) {
    at = at == nullptr ? nullptr : find_member(*at, step);
  }
  return at != nullptr && at->get_if<JsonObject>() != nullptr ? at : nullptr;
}

std::string pointer_of(const StandIn& stand_in) {
  std::string pointer;
  for (const std::string_view step : stand_in.parent) {
    append_pointer_step(pointer, step);
  }
  append_pointer_step(pointer, stand_in.name);
  return pointer;
}

class Inspector {
 public:
  Inspector(JsonValue& document, Inspection& result) : document_(document), result_(result) {}

  void run() {
    // Before the first reading: a new member moves its neighbours in memory.
    for (const StandIn& stand_in : stand_ins()) {
      add_missing(stand_in);
    }
    for (int i = 0; i < kMostReadings && !result_.config; ++i) {
      notes_.asked.clear();
      notes_.open.clear();
      try {
        result_.config = read_config(JsonCursor(document_, &notes_));
      } catch (const Error& error) {
        if (!notes_.consequence) {
          result_.findings.emplace_back(error.what());
        }
        if (!leave_out(notes_.culprit)) {
          return;
        }
      }
    }
    find_unknown(document_, "");
    find_gaps(document_, "");
  }

 private:
  void add_missing(const StandIn& stand_in) {
    JsonValue* parent = find_parent(document_, stand_in);
    if (parent == nullptr || find_member(*parent, stand_in.name) != nullptr) {
      return;
    }
    result_.findings.push_back(pointer_of(stand_in) + ": required, but missing");
    auto& members = *parent->get_if<JsonObject>();
    std::erase_if(members, [&](const JsonMember& one) { return one.first == stand_in.name; });
    members.emplace_back(stand_in.name, stand_in.value);
  }

  // False when nothing would be left.
  bool leave_out(const JsonValue* culprit) {
    if (culprit == nullptr || culprit == &document_) {
      return false;
    }
    for (const StandIn& stand_in : stand_ins()) {
      JsonValue* parent = find_parent(document_, stand_in);
      JsonValue* member = parent == nullptr ? nullptr : find_member(*parent, stand_in.name);
      if (member == culprit) {
        *member = stand_in.value;
        return true;
      }
    }
    return notes_.left_out.insert(culprit).second;
  }

  void find_unknown(const JsonValue& here, const std::string& pointer);
  void find_gaps(const JsonValue& here, const std::string& pointer);

  template <typename Visit>
  static void for_each_child(const JsonValue& here, const std::string& pointer, Visit&& visit) {
    if (const auto* members = here.get_if<JsonObject>()) {
      for (const auto& [name, value] : *members) {
        std::string child = pointer;
        append_pointer_step(child, name);
        visit(value, child);
      }
    } else if (const auto* elements = here.get_if<JsonArray>()) {
      for (std::size_t i = 0; i < elements->size(); ++i) {
        visit((*elements)[i], pointer + "/" + std::to_string(i));
      }
    }
  }

  JsonValue& document_;
  Inspection& result_;
  ReadNotes notes_;
};

// How many letters must be changed, added or taken away; capitals make no difference.
std::size_t distance(const std::string& one, const std::string& other) {
  std::vector<std::size_t> row(other.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < one.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < other.size(); ++j) {
      const std::size_t substituted = diagonal + (one[i] == other[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substituted, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::string nearest_name(const std::string& name, const std::set<std::string, std::less<>>& known) {
  const std::string lower = to_lower(name);
  std::string nearest;
  std::size_t best = std::max<std::size_t>(name.size() / 3, 1) + 1;
  for (const std::string& candidate : known) {
    const std::size_t far = distance(lower, to_lower(candidate));
    if (far < best) {
      best = far;
      nearest = candidate;
    }
  }
  return nearest;
}

void Inspector::find_unknown(const JsonValue& here, const std::string& pointer) {
  const auto asked = notes_.asked.find(&here);
  const auto* members = here.get_if<JsonObject>();
  if (members != nullptr && asked != notes_.asked.end() && !notes_.open.contains(&here)) {
    for (const auto& [name, value] : *members) {
      if (!asked->second.contains(name)) {
        std::string place = pointer;
        append_pointer_step(place, name);
        result_.unknown.push_back(
            {.pointer = std::move(place), .nearest = nearest_name(name, asked->second)});
      }
    }
  }
  for_each_child(here, pointer, [this](const JsonValue& child, const std::string& place) {
    find_unknown(child, place);
  });
}

void Inspector::find_gaps(const JsonValue& here, const std::string& pointer) {
  if (const auto* elements = here.get_if<JsonArray>()) {
    for (std::size_t i = 0; i < elements->size(); ++i) {
      if (notes_.left_out.contains(&(*elements)[i])) {
        result_.gaps.push_back({.array = pointer, .index = i});
      }
    }
  }
  for_each_child(here, pointer, [this](const JsonValue& child, const std::string& place) {
    find_gaps(child, place);
  });
}

}  // namespace

std::string Inspection::place(std::string_view pointer) const {
  std::string result;
  if (pointer.size() < 2) {
    return std::string(pointer);
  }
  for (const std::string_view step : split(pointer.substr(1), '/')) {
    std::string name(step);
    if (auto index = parse_integer<std::size_t>(step)) {
      for (const Gap& gap : gaps) {
        *index += gap.array == result && gap.index <= *index ? 1 : 0;
      }
      name = std::to_string(*index);
    }
    result += "/" + name;
  }
  return result;
}

Inspection inspect_config(std::string_view text) {
  Inspection result;
  try {
    JsonValue document = parse_json(text);
    if (document.is_null()) {
      throw_error(ErrorKind::kInvalidConfig, "config cannot be null");
    }
    Inspector(document, result).run();
  } catch (const Error& error) {
    result.findings.emplace_back(error.what());
  }
  return result;
}

}  // namespace wpar::oci
