// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which message may come when: the picture in message.h as a state machine over what the runtime
// receives from init. Pure; run by the runtime, tested without any process.

#include "runtime/protocol/message.h"

namespace wpar::protocol {

struct Expectation {
  bool id_maps = false;  // kNeedIdMaps
  bool hooks = false;    // kMountsReady
};

class Sequence {
 public:
  explicit Sequence(const Expectation& expectation) : expectation_(expectation) { advance(); }

  // Throws Error(kInternal) for a message that is not the next one. kFailed is legal at any time
  // and not for the sequence: whoever receives it stops the conversation.
  void accept(Topic topic);
  bool done() const { return next_ == Topic::kRecorded; }

 private:
  void advance();
  Expectation expectation_;
  Topic next_ = Topic::kNeedIdMaps;
};

}  // namespace wpar::protocol
