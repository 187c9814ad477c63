// SPDX-License-Identifier: Apache-2.0
#pragma once
// A connection to a systemd manager over D-Bus (sd-bus(3), org.freedesktop.systemd1(5)). Only in
// the helper program: libsystemd is linked by nobody else.

#include <systemd/sd-bus.h>

#include <functional>
#include <memory>
#include <string>

namespace wpar::systemd {

struct BusDeleter {
  void operator()(sd_bus* bus) const { sd_bus_flush_close_unref(bus); }
};
struct MessageDeleter {
  void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
};
using Message = std::unique_ptr<sd_bus_message, MessageDeleter>;

inline constexpr const char* kManager = "org.freedesktop.systemd1.Manager";

// What systemd answered instead: its D-Bus name and its words.
struct Refusal {
  std::string name;  // "org.freedesktop.systemd1.UnitExists"; empty: none
  std::string text;
};

class Bus {
 public:
  // The manager's own socket, and where that is closed to us the bus. Throws with both reasons.
  explicit Bus(bool of_user);

  // A method of the manager, ready for its arguments.
  Message method(const char* name) const;
  // The answer, or nothing with `refusal` filled. Throws when the connection is lost.
  Message call(const Message& message, Refusal& refusal) const;
  // The same, throwing what systemd says: "WHAT: …".
  Message call(const Message& message, const std::string& what) const;
  std::string property(const std::string& path, const char* interface, const char* name) const;

  // Runs `begin`, which makes systemd queue a job and gives its path, and waits for the job's end.
  // The result: "done", "failed", "timeout", … Nothing when `begin` gives no path.
  std::string finish_job(const std::function<std::string()>& begin) const;

 private:
  std::unique_ptr<sd_bus, BusDeleter> bus_;
};

// Throws Error(-result) when result is negative.
int check(int result, const char* what);

}  // namespace wpar::systemd
