// SPDX-License-Identifier: Apache-2.0
#include <cerrno>

#include "runtime/init/step_functions.h"
#include "runtime/sys/memory.h"

namespace wpar::init {
void wait_for_start(Context& context) {
  context.channel.send(protocol::Topic::kReady);
  if (!context.input.gate) {
    context.outer_pid = context.channel.expect(protocol::Topic::kStart).pid;
    return;
  }
  // Until the record is written nobody but the runtime knows of us: if it ends before, so do we.
  context.outer_pid = context.channel.expect(protocol::Topic::kRecorded).pid;
  // It may be for days, and there may be a thousand of us. `create` does not wait for us any more.
  UniqueFd caller;
  while (!caller) {
    caller = sys::accept_frugally(context.input.gate);
    if (!caller && errno != EINTR && errno != ECONNABORTED) {
      throw_errno("wait at the start gate");
    }
  }
  context.input.gate.reset();
  context.channel = protocol::Channel(std::move(caller));
}

}  // namespace wpar::init
