// SPDX-License-Identifier: Apache-2.0
#include "runtime/protocol/sequence.h"

#include "runtime/base/error.h"

namespace wpar::protocol {

void Sequence::advance() {
  if (next_ == Topic::kNeedIdMaps && !expectation_.id_maps) {
    next_ = Topic::kMountsReady;
  }
  if (next_ == Topic::kMountsReady && !expectation_.hooks) {
    next_ = Topic::kReady;
  }
}

void Sequence::accept(Topic topic) {
  if (done()) {
    throw_error(ErrorKind::kInternal, "init said {} after it was ready", topic_name(topic));
  }
  if (topic != next_) {
    throw_error(ErrorKind::kInternal, "init said {} where {} was due", topic_name(topic),
                topic_name(next_));
  }
  switch (topic) {
    case Topic::kNeedIdMaps:
      next_ = Topic::kMountsReady;
      break;
    case Topic::kMountsReady:
      next_ = Topic::kReady;
      break;
    default:
      next_ = Topic::kRecorded;  // done
      break;
  }
  advance();
}

}  // namespace wpar::protocol
