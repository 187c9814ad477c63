// SPDX-License-Identifier: Apache-2.0
#pragma once
// A container's unit: made, changed and ended by methods of the manager
// (org.freedesktop.systemd1(5)). Called by the helper's main; all throw Error with systemd's words.

#include <string>

#include "runtime/plan/plan.h"
#include "runtime/systemd/bus.h"

namespace wpar::systemd {

// Makes it with this process in it, unless it is a slice, and returns its cgroup. A unit that is
// there already is refused, unless it is only the rest of one that has ended.
std::string start_unit(const Bus& bus, const plan::SystemdUnit& unit);
// For the time that it runs; nothing of it is kept in files that outlive it.
void set_properties(const Bus& bus, const plan::SystemdUnit& unit);
// Kills what is in it and makes systemd forget it, if it is the one with this description.
void stop_unit(const Bus& bus, const plan::SystemdUnit& unit);

}  // namespace wpar::systemd
