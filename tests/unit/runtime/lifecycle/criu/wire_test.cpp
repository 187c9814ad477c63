// SPDX-License-Identifier: Apache-2.0
// The examples of protobuf.dev, "Encoding", and what must be refused.
#include "runtime/lifecycle/criu/wire.h"

#include <gtest/gtest.h>

#include "runtime/base/error.h"

namespace wpar::lifecycle {
namespace {

using namespace std::string_literals;

TEST(CriuWire, WritesTheExamplesOfTheFormat) {
  WireWriter number;
  number.number(1, 150);
  EXPECT_EQ(number.text(), "\x08\x96\x01"s);
  WireWriter text;
  text.bytes(2, "testing");
  EXPECT_EQ(text.text(), "\x12\x07testing"s);
  WireWriter nested;
  nested.message(3, number);
  EXPECT_EQ(nested.text(), "\x1a\x03\x08\x96\x01"s);
}

TEST(CriuWire, WritesANegativeNumberInTenBytes) {
  WireWriter out;
  out.number(1, -1);
  EXPECT_EQ(out.text(), "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s);
}

TEST(CriuWire, ReadsWhatItWrites) {
  WireWriter inner;
  inner.number(64, -5);
  WireWriter out;
  out.number(1, 0);
  out.bytes(300, "");
  out.message(4, inner);
  const auto fields = parse_wire(out.text());
  ASSERT_EQ(fields.size(), 3U);
  EXPECT_EQ(fields[0].field, 1U);
  EXPECT_EQ(fields[0].number, 0);
  EXPECT_EQ(fields[1].field, 300U);
  EXPECT_EQ(fields[1].bytes, "");
  const auto nested = parse_wire(fields[2].bytes);
  ASSERT_EQ(nested.size(), 1U);
  EXPECT_EQ(nested[0].field, 64U);
  EXPECT_EQ(nested[0].number, -5);
}

TEST(CriuWire, SkipsFixedNumbers) {
  const auto fields =
      parse_wire("\x0d\x01\x02\x03\x04\x11\x01\x02\x03\x04\x05\x06\x07\x08\x18\x07"s);
  ASSERT_EQ(fields.size(), 1U);
  EXPECT_EQ(fields[0].field, 3U);
  EXPECT_EQ(fields[0].number, 7);
}

TEST(CriuWire, RefusesWhatIsNoMessage) {
  for (const std::string& bytes : {"\x08"s, "\x08\x96"s, "\x12\x07test"s, "\x0b"s, "\x0d\x01"s,
                                   "\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s,
                                   "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"s}) {
    EXPECT_THROW(parse_wire(bytes), Error) << bytes.size();
  }
}

}  // namespace
}  // namespace wpar::lifecycle
