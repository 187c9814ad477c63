// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/criu/wire.h"

#include "runtime/base/error.h"

namespace wpar::lifecycle {
namespace {

constexpr unsigned int kVarint = 0;
constexpr unsigned int kFixed64 = 1;
constexpr unsigned int kLengthDelimited = 2;
constexpr unsigned int kFixed32 = 5;

[[noreturn]] void refuse() {
  throw_error(ErrorKind::kInternal, "the answer is not a protobuf message");
}

class Reader {
 public:
  explicit Reader(std::string_view message) : left_(message) {}

  bool at_end() const { return left_.empty(); }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned int shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1).front());
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if ((byte & 0x80U) == 0) {
        return value;
      }
    }
    refuse();
  }
  std::string_view take(std::uint64_t size) {
    if (size > left_.size()) {
      refuse();
    }
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }

 private:
  std::string_view left_;
};

}  // namespace

void WireWriter::varint(std::uint64_t value) {
  while (value >= 0x80) {
    text_ += static_cast<char>((value & 0x7f) | 0x80);
    value >>= 7;
  }
  text_ += static_cast<char>(value);
}

void WireWriter::number(unsigned int field, std::int64_t value) {
  varint(std::uint64_t{field} << 3 | kVarint);
  varint(static_cast<std::uint64_t>(value));
}

void WireWriter::bytes(unsigned int field, std::string_view value) {
  varint(std::uint64_t{field} << 3 | kLengthDelimited);
  varint(value.size());
  text_ += value;
}

std::vector<WireField> parse_wire(std::string_view message) {
  std::vector<WireField> fields;
  Reader reader(message);
  while (!reader.at_end()) {
    const std::uint64_t key = reader.varint();
    WireField field = {.field = static_cast<unsigned int>(key >> 3), .number = 0, .bytes = {}};
    switch (key & 7) {
      case kVarint:
        field.number = static_cast<std::int64_t>(reader.varint());
        break;
      case kLengthDelimited:
        field.bytes = reader.take(reader.varint());
        break;
      case kFixed32:
        reader.take(4);
        continue;
      case kFixed64:
        reader.take(8);
        continue;
      default:
        refuse();
    }
    fields.push_back(field);
  }
  return fields;
}

}  // namespace wpar::lifecycle
