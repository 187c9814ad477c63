// SPDX-License-Identifier: Apache-2.0
#include "runtime/protocol/sequence.h"

#include <gtest/gtest.h>

#include "runtime/base/error.h"

namespace wpar::protocol {
namespace {

TEST(Sequence, IsDoneAfterReadyInTheCommonCase) {
  Sequence sequence({});
  EXPECT_FALSE(sequence.done());
  sequence.accept(Topic::kReady);
  EXPECT_TRUE(sequence.done());
}

TEST(Sequence, AcceptsEveryMessageInItsOrder) {
  Sequence sequence({.id_maps = true, .hooks = true});
  for (const Topic topic : {Topic::kNeedIdMaps, Topic::kMountsReady, Topic::kReady}) {
    EXPECT_FALSE(sequence.done());
    sequence.accept(topic);
  }
  EXPECT_TRUE(sequence.done());
}

TEST(Sequence, RejectsReadyBeforeMounts) {
  Sequence sequence({.hooks = true});
  EXPECT_THROW(sequence.accept(Topic::kReady), Error);
}

TEST(Sequence, RejectsIdMapsThatNobodyPlanned) {
  Sequence sequence({});
  EXPECT_THROW(sequence.accept(Topic::kNeedIdMaps), Error);
}

TEST(Sequence, RejectsASecondReady) {
  Sequence sequence({});
  sequence.accept(Topic::kReady);
  EXPECT_THROW(sequence.accept(Topic::kReady), Error);
}

TEST(Sequence, RejectsWhatOnlyOthersMaySay) {
  for (const Topic topic : {Topic::kInitSpawned, Topic::kIdMapsWritten, Topic::kHooksDone,
                            Topic::kRecorded, Topic::kStart}) {
    Sequence sequence({.id_maps = true, .hooks = true});
    EXPECT_THROW(sequence.accept(topic), Error) << topic_name(topic);
  }
}

}  // namespace
}  // namespace wpar::protocol
