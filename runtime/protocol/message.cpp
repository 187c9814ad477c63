// SPDX-License-Identifier: Apache-2.0
#include "runtime/protocol/message.h"

namespace wpar::protocol {

const char* topic_name(Topic topic) {
  switch (topic) {
    case Topic::kInitSpawned:
      return "init-spawned";
    case Topic::kNeedIdMaps:
      return "need-id-maps";
    case Topic::kIdMapsWritten:
      return "id-maps-written";
    case Topic::kMountsReady:
      return "mounts-ready";
    case Topic::kHooksDone:
      return "hooks-done";
    case Topic::kReady:
      return "ready";
    case Topic::kRecorded:
      return "recorded";
    case Topic::kStart:
      return "start";
    case Topic::kFailed:
      return "failed";
  }
  return "unknown";
}

}  // namespace wpar::protocol
