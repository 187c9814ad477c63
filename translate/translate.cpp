// SPDX-License-Identifier: Apache-2.0
#include "translate/translate.h"

#include <algorithm>
#include <tuple>

#include "runtime/base/error.h"
#include "translate/context.h"

namespace wpar::translate {
namespace {

// Where it is said again: "line 7", "line 7 of base.spec".
std::string place_in_words(const spec::Wpar& wpar, const spec::IdleLine& idle) {
  return idle.other.source == idle.at.source
             ? fmt::format("line {}", idle.other.line)
             : fmt::format("{}:{}", wpar.source_of(idle.other), idle.other.line);
}

void report_idle_lines(Context& c) {
  for (const spec::IdleLine& idle : c.wpar.idle_lines) {
    Entry entry{.fidelity = Fidelity::kIgnored,
                .line = idle.at.line,
                .column = idle.at.column,
                .source = static_cast<std::size_t>(idle.at.source),
                .stanza = idle.stanza,
                .attribute = idle.attribute,
                .value = idle.text,
                .reason = {},
                .action = {}};
    if (idle.other.line > 0 && idle.other.source != idle.at.source) {
      entry.fidelity = Fidelity::kExact;
      entry.reason = fmt::format("overridden by {}", place_in_words(c.wpar, idle));
      c.report.entries.push_back(std::move(entry));
      continue;
    }
    switch (idle.why) {
      case spec::IdleLine::Why::kSetAgain:
        entry.reason =
            fmt::format("set again in {}, the last one counts", place_in_words(c.wpar, idle));
        break;
      case spec::IdleLine::Why::kStanzaAgain:
        entry.reason = fmt::format("the stanza is given again in {}, the last one counts",
                                   place_in_words(c.wpar, idle));
        break;
      case spec::IdleLine::Why::kReplaced:  // only ever by another text
        break;
      case spec::IdleLine::Why::kReservedStanza:
        entry.reason = "the stanza has no meaning on AIX that is known";
        break;
      case spec::IdleLine::Why::kEmpty:
        entry.fidelity = Fidelity::kExact;
        entry.reason = "empty: the default applies";
        break;
    }
    c.report.entries.push_back(std::move(entry));
  }
}

void map_copy_controls(Context& c) {
  const std::string reason =
      "steers how mkwpar -t copies the running system; nothing is copied here";
  const spec::CopyControls& copy = c.wpar.copy_controls;
  c.note("copy_controls", "preserve_private", copy.preserve_private, Fidelity::kIgnored, reason);
  c.note("copy_controls", "preserve_wpars", copy.preserve_wpars, Fidelity::kIgnored, reason);
}

std::tuple<std::size_t, int, int> place_of(const Entry& entry) {
  return {entry.source, entry.line, entry.column};
}

// The promise of the report: no attribute line is forgotten, none is answered twice.
void prove_complete(const Context& c) {
  std::size_t lines = 0;
  bool twice = false;
  const Entry* before = nullptr;  // they are sorted by place
  for (const Entry& entry : c.report.entries) {
    if (entry.line == 0) {
      continue;
    }
    ++lines;
    twice = twice || (before != nullptr && place_of(*before) == place_of(entry));
    before = &entry;
  }
  if (lines != c.wpar.attribute_lines || twice) {
    throw_error(ErrorKind::kInternal, "{}: the report has {} entries for {} attribute lines",
                c.wpar.filename, lines, c.wpar.attribute_lines);
  }
}

// What no line says comes first, then the lines of each text in its order.
void sort_by_place(std::vector<Entry>& entries) {
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return place_of(a) < place_of(b); });
}

std::string name_of_wpar(const spec::Wpar& wpar) {
  if (!wpar.general.name) {
    throw_error(ErrorKind::kInvalidConfig,
                "{}:{}: general: name is missing: write it into the file or give --name",
                wpar.filename, std::max(wpar.general.at.line, 1));
  }
  return wpar.general.name->value;
}

}  // namespace

Translation translate(const spec::Wpar& wpar, const Profile& profile, const Machine& machine,
                      const Options& options) {
  Context c{.wpar = wpar,
            .profile = profile,
            .machine = machine,
            .options = options,
            .name = name_of_wpar(wpar),
            .application = wpar.is_application(),
            .own_network = !wpar.is_application() || !wpar.networks.empty(),
            .config = {},
            .workload = {},
            .report = {},
            .problems = spec::Problems(wpar.sources)};
  c.report.file = wpar.filename;
  c.report.sources = wpar.sources;
  c.report.name = c.name;
  c.report.type = c.application ? "application" : "system";
  c.report.machine = machine;
  map_general(c);
  map_mounts(c);
  map_resources(c);
  map_devices(c);
  map_network(c);
  map_routes(c);
  map_security(c);
  map_kext(c);
  map_hooks(c);
  map_copy_controls(c);
  report_idle_lines(c);
  c.problems.throw_if_any();
  sort_by_place(c.report.entries);
  prove_complete(c);
  return {.name = c.name,
          .config = std::move(c.config),
          .workload = std::move(c.workload),
          .report = std::move(c.report)};
}

}  // namespace wpar::translate
