// SPDX-License-Identifier: Apache-2.0
// The documents of the state directory: a damaged one is an error, and a good one survives being
// written and read again.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "runtime/state/record.h"
#include "tests/fuzz/fuzz_support.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wpar;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  state::Record record;
  if (fuzz::accepts([&] { record = state::parse_record(text); }) &&
      state::parse_record(state::write_record(record)) != record) {
    fuzz::give_up("a record reads back as the same", text);
  }
  state::Journal journal;
  if (fuzz::accepts([&] { journal = state::parse_journal(text); }) &&
      state::parse_journal(state::write_journal(journal)) != journal) {
    fuzz::give_up("a journal reads back as the same", text);
  }
  return 0;
}
