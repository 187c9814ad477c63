// SPDX-License-Identifier: Apache-2.0
#pragma once
// The language between the runtime and the processes it makes: one SEQPACKET channel, packets of
// one fixed size, descriptors in the same packet. Both sides include this; nothing else is shared.
//
//  runtime                         [stager]                       init
//    │── clone3 ─────────────────────▶│   only where a child must be born into what it joins
//    │◀─ kInitSpawned + pidfd ────────│── clone3(CLONE_PARENT) ──▶│  on a channel of the stager's
//    │   own: init, which may be faster, has nothing to do with it
//    │◀─ kNeedIdMaps ────────────────────────────────────────────│  only with a new user namespace
//    │── kIdMapsWritten ────────────────────────────────────────▶│
//    │◀─ kMountsReady ───────────────────────────────────────────│  only with something to do here:
//    │   network devices, prestart and createRuntime hooks
//    │── kHooksDone ────────────────────────────────────────────▶│  createContainer hooks, pivot, …
//    │◀─ kReady ─────────────────────────────────────────────────│
//    │   oom_score_adj, Record, pid file
//    │── kRecorded (create) ────────────────────────────────────▶│  waits at the start gate
//    │── kStart (run, exec) ────────────────────────────────────▶│  goes on at once
//    │◀─ kFailed(step, errno, text) ─────────────────────────────│  at any time
//
// The end of the channel means that its other end is gone: before kReady a crash, after kStart the
// program runs (exec closed it). A child that sees the end before kRecorded or kStart leaves:
// nobody knows of it yet. `start` talks to init over the gate's socket in the same packets: only
// kFailed or EOF.

#include <cstdint>
#include <type_traits>

namespace wpar::protocol {

enum class Topic : std::uint32_t {
  kInitSpawned,
  kNeedIdMaps,
  kIdMapsWritten,
  kMountsReady,
  kHooksDone,
  kReady,
  kRecorded,
  kStart,
  kFailed,
};

struct Message {
  Topic topic = Topic::kFailed;
  // kFailed: an init::Step, an ErrorKind, and the errno (0: none).
  std::uint32_t step = 0;
  std::uint32_t error_kind = 0;
  std::int32_t errno_value = 0;
  // kInitSpawned: the pid as the stager's parent sees it. kRecorded, kStart: the receiver's own, as
  // the runtime sees it.
  std::int32_t pid = 0;
  char text[1004] = {};  // kFailed: NUL-terminated, cut when longer
};
static_assert(std::is_trivially_copyable_v<Message> && sizeof(Message) == 1024);

const char* topic_name(Topic topic);

}  // namespace wpar::protocol
