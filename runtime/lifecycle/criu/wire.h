// SPDX-License-Identifier: Apache-2.0
#pragma once
// The wire format of protocol buffers (protobuf.dev, "Encoding"), as much of it as the messages of
// CRIU need. Pure. Called by criu_request.cpp.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wpar::lifecycle {

// One message, field by field.
class WireWriter {
 public:
  // int32, uint32, bool and enum: a negative number takes ten bytes, as the format demands.
  void number(unsigned int field, std::int64_t value);
  // string, bytes and embedded messages.
  void bytes(unsigned int field, std::string_view value);
  void message(unsigned int field, const WireWriter& nested) { bytes(field, nested.text_); }
  const std::string& text() const { return text_; }

 private:
  void varint(std::uint64_t value);
  std::string text_;
};

struct WireField {
  unsigned int field = 0;
  std::int64_t number = 0;  // of a varint
  std::string_view bytes;   // of a length-delimited one; points into the message
};

// The fields in the order of the message; fixed32 and fixed64 are skipped, because no message that
// is read here has one. Throws Error(kInternal) for what is no message.
std::vector<WireField> parse_wire(std::string_view message);

}  // namespace wpar::lifecycle
