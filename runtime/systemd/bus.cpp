// SPDX-License-Identifier: Apache-2.0
#include "runtime/systemd/bus.h"

#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <map>

#include "runtime/base/errno_text.h"
#include "runtime/base/error.h"

namespace wpar::systemd {
namespace {

constexpr const char* kDestination = "org.freedesktop.systemd1";
constexpr const char* kPath = "/org/freedesktop/systemd1";
constexpr std::uint64_t kCallMicroseconds = 30'000'000;

using Connection = std::unique_ptr<sd_bus, BusDeleter>;

// 0 or a negative errno.
int connect_to(const std::string& address, Connection& connection) {
  sd_bus* bus = nullptr;
  int result = sd_bus_new(&bus);
  connection.reset(bus);
  if (result >= 0) {
    result = sd_bus_set_address(bus, address.c_str());
  }
  return result >= 0 ? sd_bus_start(bus) : result;
}

std::string runtime_directory() {
  const char* directory = std::getenv("XDG_RUNTIME_DIR");
  return directory != nullptr && directory[0] == '/' ? directory : "";
}

Connection connect(bool of_user) {
  const std::string directory = of_user ? runtime_directory() : "/run";
  Connection connection;
  int own = -ENOENT;
  if (!directory.empty()) {
    own = connect_to(fmt::format("unix:path={}/systemd/private", directory), connection);
  }
  if (own >= 0) {
    return connection;
  }
  sd_bus* bus = nullptr;
  const int shared = of_user ? sd_bus_open_user(&bus) : sd_bus_open_system(&bus);
  connection.reset(bus);
  if (shared >= 0) {
    return connection;
  }
  if (of_user && directory.empty()) {
    throw Error(-shared,
                "reach the user's service manager, systemd --user: neither XDG_RUNTIME_DIR nor "
                "DBUS_SESSION_BUS_ADDRESS leads to it");
  }
  throw Error(-shared,
              fmt::format("reach {} at {}/systemd/private ({}) or over D-Bus",
                          of_user ? "the user's service manager, systemd --user," : "systemd",
                          directory, errno_text(-own)));
}

struct Job {
  std::string path;  // empty: not known yet
  std::map<std::string, std::string> ended;
};

int on_job_removed(sd_bus_message* message, void* data, sd_bus_error* error) {
  static_cast<void>(error);
  auto* job = static_cast<Job*>(data);
  std::uint32_t id = 0;
  const char* path = nullptr;
  const char* unit = nullptr;
  const char* result = nullptr;
  if (sd_bus_message_read(message, "uoss", &id, &path, &unit, &result) >= 0) {
    job->ended[path] = result;
  }
  return 0;
}

std::uint64_t now_microseconds() {
  timespec now = {};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec) / 1000;
}

}  // namespace

int check(int result, const char* what) {
  if (result < 0) {
    throw Error(-result, what);
  }
  return result;
}

Bus::Bus(bool of_user) : bus_(connect(of_user)) {}

Message Bus::method(const char* name) const {
  sd_bus_message* message = nullptr;
  check(sd_bus_message_new_method_call(bus_.get(), &message, kDestination, kPath, kManager, name),
        "make a D-Bus message");
  return Message(message);
}

Message Bus::call(const Message& message, Refusal& refusal) const {
  sd_bus_error error = SD_BUS_ERROR_NULL;
  sd_bus_message* answer = nullptr;
  const int result = sd_bus_call(bus_.get(), message.get(), kCallMicroseconds, &error, &answer);
  if (result < 0) {
    refusal = {.name = error.name == nullptr ? "" : error.name,
               .text = error.message == nullptr ? errno_text(-result) : error.message};
    sd_bus_error_free(&error);
    return nullptr;
  }
  return Message(answer);
}

Message Bus::call(const Message& message, const std::string& what) const {
  Refusal refusal;
  Message answer = call(message, refusal);
  if (!answer) {
    throw_error(ErrorKind::kSystem, "{}: systemd: {}", what, refusal.text);
  }
  return answer;
}

std::string Bus::property(const std::string& path, const char* interface, const char* name) const {
  sd_bus_error error = SD_BUS_ERROR_NULL;
  char* text = nullptr;
  const int result = sd_bus_get_property_string(bus_.get(), kDestination, path.c_str(), interface,
                                                name, &error, &text);
  const std::unique_ptr<char, void (*)(void*)> owned(text, ::free);
  sd_bus_error_free(&error);
  check(result, name);
  return text;
}

std::string Bus::finish_job(const std::function<std::string()>& begin) const {
  // Without it the manager sends no signals over the bus.
  call(method("Subscribe"), "subscribe to signals");
  Job job;
  sd_bus_slot* slot = nullptr;
  check(sd_bus_match_signal(bus_.get(), &slot, kDestination, kPath, kManager, "JobRemoved",
                            on_job_removed, &job),
        "watch jobs");
  const std::unique_ptr<sd_bus_slot, sd_bus_slot* (*)(sd_bus_slot*)> watch(slot, sd_bus_slot_unref);
  job.path = begin();
  if (job.path.empty()) {
    return {};
  }
  const std::uint64_t deadline = now_microseconds() + kCallMicroseconds;
  while (!job.ended.contains(job.path)) {
    if (check(sd_bus_process(bus_.get(), nullptr), "talk to systemd") > 0) {
      continue;
    }
    const std::uint64_t now = now_microseconds();
    if (now >= deadline) {
      throw_error(ErrorKind::kSystem, "systemd has not finished its job within {} seconds",
                  kCallMicroseconds / 1'000'000);
    }
    check(sd_bus_wait(bus_.get(), deadline - now), "wait for systemd");
  }
  return job.ended[job.path];
}

}  // namespace wpar::systemd
