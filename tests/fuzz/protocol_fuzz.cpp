// SPDX-License-Identifier: Apache-2.0
// Messages as a hostile child could send them: 1024 bytes are one message. The parent's order of
// topics holds, and a text without an end is cut, not read beyond.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "runtime/protocol/channel.h"
#include "runtime/protocol/sequence.h"
#include "tests/fuzz/fuzz_support.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wpar;
  protocol::Sequence sequence(
      {.id_maps = size > 0 && (data[0] & 1) != 0, .hooks = size > 0 && (data[0] & 2) != 0});
  for (std::size_t at = 0; at < size && !sequence.done(); at += sizeof(protocol::Message)) {
    protocol::Message message;
    std::memcpy(static_cast<void*>(&message), data + at, std::min(sizeof(message), size - at));
    const Error failure = protocol::failure_of(message);
    if (std::string_view(failure.what()).size() > 2 * sizeof(message)) {
      fuzz::give_up("a failure is not longer than its message", failure.what());
    }
    static_cast<void>(protocol::topic_name(message.topic));
    if (!fuzz::accepts([&] { sequence.accept(message.topic); })) {
      break;
    }
  }
  return 0;
}
