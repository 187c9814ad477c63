// SPDX-License-Identifier: Apache-2.0
#include "translate/translate.h"

#include <set>

#include "runtime/base/error.h"
#include "specs/wpar/name.h"
#include "translate/context.h"

namespace wpar::translate {
namespace {

void report_idle_lines(Context& c) {
  for (const spec::IdleLine& idle : c.wpar.idle_lines) {
    Entry entry{.fidelity = Fidelity::kIgnored,
                .line = idle.at.line,
                .stanza = idle.stanza,
                .attribute = idle.attribute,
                .value = idle.text,
                .reason = {},
                .action = {}};
    switch (idle.why) {
      case spec::IdleLine::Why::kSetAgain:
        entry.reason = fmt::format("set again in line {}, the last one counts", idle.other_line);
        break;
      case spec::IdleLine::Why::kStanzaAgain:
        entry.reason = fmt::format("the stanza is given again in line {}, the last one counts",
                                   idle.other_line);
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

// The promise of the report: no attribute line is forgotten, none is answered twice.
void prove_complete(const Context& c) {
  std::size_t lines = 0;
  std::set<std::pair<int, std::string>> seen;
  for (const Entry& entry : c.report.entries) {
    if (entry.line > 0) {
      ++lines;
      seen.emplace(entry.line, entry.attribute);
    }
  }
  if (lines != c.wpar.attribute_lines || seen.size() != lines) {
    throw_error(ErrorKind::kInternal, "{}: the report has {} entries for {} attribute lines",
                c.wpar.filename, lines, c.wpar.attribute_lines);
  }
}

std::string name_of_wpar(const spec::Wpar& wpar, const Options& options) {
  if (!options.name.empty()) {
    const std::string complaint = spec::complaint_about_name(options.name);
    if (!complaint.empty()) {
      throw_error(ErrorKind::kInvalidArgument, "--name: {}", complaint);
    }
    return options.name;
  }
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
            .name = name_of_wpar(wpar, options),
            .application = wpar.is_application(),
            .own_network = !wpar.is_application() || !wpar.networks.empty(),
            .config = {},
            .network = {},
            .report = {},
            .problems = spec::Problems(wpar.filename)};
  c.report.file = wpar.filename;
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
  c.report.sort_by_line();
  prove_complete(c);
  return {.name = c.name, .config = std::move(c.config), .report = std::move(c.report)};
}

}  // namespace wpar::translate
