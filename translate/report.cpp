// SPDX-License-Identifier: Apache-2.0
#include "translate/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "specs/oci/json_writer.h"

namespace wpar::translate {
namespace {

constexpr std::array<Fidelity, kFidelities> kAll = {Fidelity::kExact, Fidelity::kEquivalent,
                                                    Fidelity::kApproximate, Fidelity::kIgnored,
                                                    Fidelity::kNeedsAction};
constexpr std::size_t kMaxValueColumns = 30;

std::string shortened(const std::string& value) {
  return value.size() <= kMaxValueColumns ? value : value.substr(0, kMaxValueColumns - 3) + "...";
}

std::string summary_of(const Report& report) {
  std::string text;
  const auto counts = report.counts();
  for (const Fidelity fidelity : kAll) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ",
                        counts[static_cast<std::size_t>(fidelity)], name_of(fidelity));
  }
  return text;
}

const std::string& file_of(const Entry& entry, const Report& report) {
  return report.sources.at(entry.source);
}

// "12" of the file itself, "base.spec:12" and "command line:3" of others.
std::string place_of(const Entry& entry, const Report& report) {
  if (entry.line == 0) {
    return "-";
  }
  return entry.source == 0 ? fmt::format("{}", entry.line)
                           : fmt::format("{}:{}", file_of(entry, report), entry.line);
}

std::string attribute_of(const Entry& entry) {
  return entry.attribute.empty() ? entry.stanza : entry.stanza + "." + entry.attribute;
}

std::string table_of(const Report& report) {
  std::size_t place_width = 4;
  std::size_t attribute_width = 9;
  std::size_t value_width = 5;
  for (const Entry& entry : report.entries) {
    place_width = std::max(place_width, place_of(entry, report).size());
    attribute_width = std::max(attribute_width, attribute_of(entry).size());
    value_width = std::max(value_width, shortened(entry.value).size());
  }
  std::string text =
      fmt::format("{:>{}}  {:<12}  {:<{}}  {:<{}}  {}\n", "LINE", place_width, "FIDELITY",
                  "ATTRIBUTE", attribute_width, "VALUE", value_width, "REASON");
  for (const Entry& entry : report.entries) {
    text += fmt::format("{:>{}}  {:<12}  {:<{}}  {:<{}}  {}\n", place_of(entry, report),
                        place_width, name_of(entry.fidelity), attribute_of(entry), attribute_width,
                        shortened(entry.value), value_width, entry.reason);
    if (!entry.action.empty()) {
      text += fmt::format("{:>{}}  {:<12}  do: {}\n", "", place_width, "", entry.action);
    }
  }
  return text;
}

// A report has hundreds of strings: they are appended, not formatted. File names need not be UTF-8.
void append_string(std::string& out, std::string_view value) {
  oci::append_quoted(out, value);
}

void append_member(std::string& out, std::string_view key, std::string_view value) {
  out.append(", \"").append(key).append("\": ");
  append_string(out, value);
}

void append_member(std::string& out, std::string_view key, int value) {
  out.append(", \"").append(key).append("\": ").append(std::to_string(value));
}

void append_entry(std::string& out, const Entry& entry, const Report& report) {
  out.append("{\"fidelity\": \"").append(name_of(entry.fidelity)).append("\"");
  if (entry.line > 0) {
    append_member(out, "file", file_of(entry, report));
    append_member(out, "line", entry.line);
  }
  if (entry.column > 0) {
    append_member(out, "column", entry.column);
  }
  append_member(out, "stanza", entry.stanza);
  if (!entry.attribute.empty()) {
    append_member(out, "attribute", entry.attribute);
    append_member(out, "value", entry.value);
  }
  append_member(out, "reason", entry.reason);
  if (!entry.action.empty()) {
    append_member(out, "action", entry.action);
  }
  out += '}';
}

void append_report(std::string& out, const Report& report) {
  out += "    {\"file\": ";
  append_string(out, report.file);
  out += ", \"sources\": [";
  for (std::size_t i = 0; i < report.sources.size(); ++i) {
    out += i == 0 ? "" : ", ";
    append_string(out, report.sources[i]);
  }
  out += ']';
  append_member(out, "name", report.name);
  append_member(out, "type", report.type);
  append_member(out, "kind", report.kind);
  out += fmt::format(",\n     \"machine\": {{\"cpus\": {}, \"memory\": {}", report.machine.cpus,
                     report.machine.memory);
  append_member(out, "source", report.machine.source);
  out += "},\n     \"summary\": {";
  const auto counts = report.counts();
  for (const Fidelity fidelity : kAll) {
    out += fmt::format("{}\"{}\": {}", fidelity == Fidelity::kExact ? "" : ", ", name_of(fidelity),
                       counts[static_cast<std::size_t>(fidelity)]);
  }
  out += "},\n     \"lines\": [";
  for (std::size_t i = 0; i < report.entries.size(); ++i) {
    out += i == 0 ? "\n      " : ",\n      ";
    append_entry(out, report.entries[i], report);
  }
  out += "]}";
}

}  // namespace

const char* name_of(Fidelity fidelity) {
  switch (fidelity) {
    case Fidelity::kExact:
      return "exact";
    case Fidelity::kEquivalent:
      return "equivalent";
    case Fidelity::kApproximate:
      return "approximate";
    case Fidelity::kIgnored:
      return "ignored";
    case Fidelity::kNeedsAction:
      break;
  }
  return "needs-action";
}

std::array<std::size_t, kFidelities> Report::counts() const {
  std::array<std::size_t, kFidelities> counts{};
  for (const Entry& entry : entries) {
    ++counts[static_cast<std::size_t>(entry.fidelity)];
  }
  return counts;
}

bool Report::is_faithful() const {
  return std::all_of(entries.begin(), entries.end(),
                     [](const Entry& entry) { return entry.fidelity <= Fidelity::kEquivalent; });
}

std::string write_text(const std::vector<Report>& reports) {
  std::string text;
  for (const Report& report : reports) {
    text += fmt::format("{}{}: {} WPAR {}\n", text.empty() ? "" : "\n", report.file, report.type,
                        report.name);
    text += fmt::format("percentages are of {} CPUs and {} MiB ({})\n\n", report.machine.cpus,
                        report.machine.memory >> 20, report.machine.source);
    text += table_of(report);
    text += fmt::format("\n{}\n", summary_of(report));
  }
  return text;
}

std::string write_json(const std::vector<Report>& reports) {
  std::string text = "{\"version\": 1,\n  \"wpars\": [";
  for (std::size_t i = 0; i < reports.size(); ++i) {
    text += i == 0 ? "\n" : ",\n";
    append_report(text, reports[i]);
  }
  return text + "]}\n";
}

}  // namespace wpar::translate
