// SPDX-License-Identifier: Apache-2.0
#include "runtime/systemd/unit.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <ctime>

#include "runtime/base/error.h"
#include "runtime/base/text.h"

namespace wpar::systemd {
namespace {

constexpr const char* kExists = "org.freedesktop.systemd1.UnitExists";
constexpr const char* kNoSuchUnit = "org.freedesktop.systemd1.NoSuchUnit";
constexpr const char* kNotLoaded = "org.freedesktop.systemd1.UnitNotLoaded";
constexpr const char* kUnit = "org.freedesktop.systemd1.Unit";

bool is_slice(const plan::SystemdUnit& unit) {
  return unit.name.ends_with(".slice");
}

template <typename Int>
Int integer(const std::string& text) {
  const auto value = parse_integer<Int>(text);
  if (!value) {
    throw_error(ErrorKind::kInternal, "\"{}\" is not a number of this type", text);
  }
  return *value;
}

void append_number(sd_bus_message* message, char type, const std::string& text) {
  const auto append = [&](const auto& value) {
    check(sd_bus_message_append_basic(message, type, &value), "fill a D-Bus message");
  };
  switch (type) {
    case 'y':
      return append(integer<std::uint8_t>(text));
    case 'n':
      return append(integer<std::int16_t>(text));
    case 'q':
      return append(integer<std::uint16_t>(text));
    case 'i':
      return append(integer<std::int32_t>(text));
    case 'u':
      return append(integer<std::uint32_t>(text));
    case 'x':
      return append(integer<std::int64_t>(text));
    case 't':
      return append(integer<std::uint64_t>(text));
    case 'd':
      return append(std::strtod(text.c_str(), nullptr));
    case 'b':
      return append(static_cast<int>(text == "true"));
    default:
      throw_error(ErrorKind::kInternal, "the D-Bus type {} is not known", type);
  }
}

void append_simple(sd_bus_message* message, char type, const std::string& text) {
  if (type == 's') {
    check(sd_bus_message_append_basic(message, type, text.c_str()), "fill a D-Bus message");
  } else {
    append_number(message, type, text);
  }
}

// An array of simple values, or of structures of them: the values are theirs in a row.
void append_array(sd_bus_message* message, const std::string& element,
                  const std::vector<std::string>& values) {
  const bool is_structure = element.starts_with('(');
  const std::string types = is_structure ? element.substr(1, element.size() - 2) : element;
  check(sd_bus_message_open_container(message, 'a', element.c_str()), "fill a D-Bus message");
  for (std::size_t i = 0; i + types.size() <= values.size(); i += types.size()) {
    if (is_structure) {
      check(sd_bus_message_open_container(message, 'r', types.c_str()), "fill a D-Bus message");
    }
    for (std::size_t k = 0; k < types.size(); ++k) {
      append_simple(message, types[k], values[i + k]);
    }
    if (is_structure) {
      check(sd_bus_message_close_container(message), "fill a D-Bus message");
    }
  }
  check(sd_bus_message_close_container(message), "fill a D-Bus message");
}

void append(sd_bus_message* message, const plan::UnitProperty& property) {
  if (property.signature.empty() || (property.signature.size() == 1 && property.values.empty())) {
    throw_error(ErrorKind::kInternal, "the property {} has no value", property.name);
  }
  in_context(property.name, [&] {
    check(sd_bus_message_open_container(message, 'r', "sv"), "fill a D-Bus message");
    append_simple(message, 's', property.name);
    check(sd_bus_message_open_container(message, 'v', property.signature.c_str()),
          "fill a D-Bus message");
    if (property.signature.starts_with('a')) {
      append_array(message, property.signature.substr(1), property.values);
    } else {
      append_simple(message, property.signature.front(), property.values.front());
    }
    check(sd_bus_message_close_container(message), "fill a D-Bus message");
    check(sd_bus_message_close_container(message), "fill a D-Bus message");
  });
}

void append(sd_bus_message* message, const std::vector<plan::UnitProperty>& properties) {
  check(sd_bus_message_open_container(message, 'a', "(sv)"), "fill a D-Bus message");
  for (const plan::UnitProperty& property : properties) {
    append(message, property);
  }
  check(sd_bus_message_close_container(message), "fill a D-Bus message");
}

std::string path_in(const Message& answer) {
  const char* path = nullptr;
  check(sd_bus_message_read(answer.get(), "o", &path), "read systemd's answer");
  return path;
}

// What makes it a container's; properties of the request come behind and win.
std::vector<plan::UnitProperty> basic_properties(const plan::SystemdUnit& unit) {
  std::vector<plan::UnitProperty> properties = {
      {"Description", "s", {unit.description}},     {"DefaultDependencies", "b", {"false"}},
      {"CollectMode", "s", {"inactive-or-failed"}}, {"CPUAccounting", "b", {"true"}},
      {"MemoryAccounting", "b", {"true"}},          {"IOAccounting", "b", {"true"}},
      {"TasksAccounting", "b", {"true"}},
  };
  if (is_slice(unit)) {
    properties.push_back({"Wants", "as", {unit.slice}});
  } else {
    properties.push_back({"Slice", "s", {unit.slice}});
    properties.push_back({"Delegate", "b", {"true"}});
    properties.push_back({"PIDs", "au", {std::to_string(::getpid())}});
  }
  properties.insert(properties.end(), unit.properties.begin(), unit.properties.end());
  return properties;
}

Message start_message(const Bus& bus, const plan::SystemdUnit& unit,
                      const std::vector<plan::UnitProperty>& properties) {
  Message message = bus.method("StartTransientUnit");
  check(sd_bus_message_append(message.get(), "ss", unit.name.c_str(), "fail"),
        "fill a D-Bus message");
  append(message.get(), properties);
  check(sd_bus_message_append(message.get(), "a(sa(sv))", 0), "fill a D-Bus message");
  return message;
}

Refusal try_call_on_unit(const Bus& bus, const char* method, const std::string& unit,
                         const char* mode, Message& answer) {
  const Message message = bus.method(method);
  check(sd_bus_message_append(message.get(), "s", unit.c_str()), "fill a D-Bus message");
  if (mode != nullptr) {
    check(sd_bus_message_append(message.get(), "s", mode), "fill a D-Bus message");
  }
  Refusal refusal;
  answer = bus.call(message, refusal);
  return refusal;
}

// The path of its object; empty when systemd does not know it.
std::string find_unit(const Bus& bus, const std::string& unit) {
  Message answer;
  const Refusal refusal = try_call_on_unit(bus, "GetUnit", unit, nullptr, answer);
  return answer ? path_in(answer) : std::string();
}

// A unit of the same name that has ended is forgotten by systemd a moment later.
std::string begin_start(const Bus& bus, const plan::SystemdUnit& unit,
                        const std::vector<plan::UnitProperty>& properties) {
  constexpr int kTries = 50;
  constexpr timespec kPause = {.tv_sec = 0, .tv_nsec = 20'000'000};
  for (int left = kTries;; --left) {
    Refusal refusal;
    const Message answer = bus.call(start_message(bus, unit, properties), refusal);
    if (answer) {
      return path_in(answer);
    }
    if (refusal.name != kExists) {
      throw_error(ErrorKind::kSystem, "start {}: systemd: {}", unit.name, refusal.text);
    }
    const std::string path = find_unit(bus, unit.name);
    const std::string state = path.empty() ? "" : bus.property(path, kUnit, "ActiveState");
    if (left == 0 ||
        (!state.empty() && state != "failed" && state != "inactive" && state != "deactivating")) {
      throw_error(ErrorKind::kAlreadyExists, "the unit {} exists already{}: systemd: {}", unit.name,
                  state.empty() ? "" : fmt::format(" and is {}", state), refusal.text);
    }
    Message ignored;
    try_call_on_unit(bus, "ResetFailedUnit", unit.name, nullptr, ignored);
    ::nanosleep(&kPause, nullptr);
  }
}

// What is left of a container has had its time: no waiting for an answer to SIGTERM.
void kill_unit(const Bus& bus, const std::string& unit) {
  const Message message = bus.method("KillUnit");
  check(sd_bus_message_append(message.get(), "ssi", unit.c_str(), "all", SIGKILL),
        "fill a D-Bus message");
  Refusal none_left;
  bus.call(message, none_left);
}

}  // namespace

std::string start_unit(const Bus& bus, const plan::SystemdUnit& unit) {
  const auto properties = basic_properties(unit);
  const std::string result = bus.finish_job([&] { return begin_start(bus, unit, properties); });
  if (result != "done") {
    throw_error(ErrorKind::kSystem, "start {}: the job of systemd ended as \"{}\"", unit.name,
                result);
  }
  const std::string path = find_unit(bus, unit.name);
  if (path.empty()) {
    throw_error(ErrorKind::kSystem, "start {}: systemd does not know the unit any more", unit.name);
  }
  return bus.property(
      path, is_slice(unit) ? "org.freedesktop.systemd1.Slice" : "org.freedesktop.systemd1.Scope",
      "ControlGroup");
}

void set_properties(const Bus& bus, const plan::SystemdUnit& unit) {
  const Message message = bus.method("SetUnitProperties");
  const int runtime = 1;
  check(sd_bus_message_append(message.get(), "sb", unit.name.c_str(), runtime),
        "fill a D-Bus message");
  append(message.get(), unit.properties);
  bus.call(message, fmt::format("set properties of {}", unit.name));
}

void stop_unit(const Bus& bus, const plan::SystemdUnit& unit) {
  const std::string path = find_unit(bus, unit.name);
  if (path.empty() || bus.property(path, kUnit, "Description") != unit.description) {
    return;
  }
  kill_unit(bus, unit.name);
  const std::string result = bus.finish_job([&]() -> std::string {
    Message answer;
    const Refusal refusal = try_call_on_unit(bus, "StopUnit", unit.name, "replace", answer);
    if (answer) {
      return path_in(answer);
    }
    if (refusal.name != kNoSuchUnit && refusal.name != kNotLoaded) {
      throw_error(ErrorKind::kSystem, "stop {}: systemd: {}", unit.name, refusal.text);
    }
    return {};
  });
  if (!result.empty() && result != "done") {
    throw_error(ErrorKind::kSystem, "stop {}: the job of systemd ended as \"{}\"", unit.name,
                result);
  }
  // A unit that has failed would be kept until somebody has seen it. One that is gone is no error.
  Message ignored;
  try_call_on_unit(bus, "ResetFailedUnit", unit.name, nullptr, ignored);
}

}  // namespace wpar::systemd
