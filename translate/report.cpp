// SPDX-License-Identifier: Apache-2.0
#include "translate/report.h"

#include <fmt/format.h>

#include <algorithm>

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

bool stands_for_itself(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
}

std::string json_string(std::string_view value) {
  std::string text;
  text.reserve(value.size() + 2);
  text += '"';
  while (!value.empty()) {
    const auto end = std::find_if_not(value.begin(), value.end(), stands_for_itself);
    const auto plain = static_cast<std::size_t>(end - value.begin());
    text.append(value.substr(0, plain));
    value.remove_prefix(plain);
    if (value.empty()) {
      break;
    }
    const char c = value.front();
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else {
      text += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
    value.remove_prefix(1);
  }
  return text + '"';
}

std::string json_of(const Entry& entry, const Report& report) {
  std::string text = fmt::format("{{\"fidelity\": \"{}\"", name_of(entry.fidelity));
  if (entry.line > 0) {
    text += fmt::format(", \"file\": {}, \"line\": {}", json_string(file_of(entry, report)),
                        entry.line);
  }
  if (entry.column > 0) {
    text += fmt::format(", \"column\": {}", entry.column);
  }
  text += fmt::format(", \"stanza\": {}", json_string(entry.stanza));
  if (!entry.attribute.empty()) {
    text += fmt::format(", \"attribute\": {}, \"value\": {}", json_string(entry.attribute),
                        json_string(entry.value));
  }
  text += fmt::format(", \"reason\": {}", json_string(entry.reason));
  if (!entry.action.empty()) {
    text += fmt::format(", \"action\": {}", json_string(entry.action));
  }
  return text + "}";
}

std::string json_of(const Report& report) {
  std::string sources;
  for (const std::string& source : report.sources) {
    sources += (sources.empty() ? "" : ", ") + json_string(source);
  }
  std::string text = fmt::format(
      "    {{\"file\": {}, \"sources\": [{}], \"name\": {}, \"type\": {}, \"kind\": {},\n"
      "     \"machine\": {{\"cpus\": {}, \"memory\": {}, \"source\": {}}},\n     \"summary\": {{",
      json_string(report.file), sources, json_string(report.name), json_string(report.type),
      json_string(report.kind), report.machine.cpus, report.machine.memory,
      json_string(report.machine.source));
  const auto counts = report.counts();
  for (const Fidelity fidelity : kAll) {
    text += fmt::format("{}\"{}\": {}", fidelity == Fidelity::kExact ? "" : ", ", name_of(fidelity),
                        counts[static_cast<std::size_t>(fidelity)]);
  }
  text += "},\n     \"lines\": [";
  for (std::size_t i = 0; i < report.entries.size(); ++i) {
    text += fmt::format("{}\n      {}", i == 0 ? "" : ",", json_of(report.entries[i], report));
  }
  return text + "]}";
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
    text += fmt::format("{}\n{}", i == 0 ? "" : ",", json_of(reports[i]));
  }
  return text + "]}\n";
}

}  // namespace wpar::translate
