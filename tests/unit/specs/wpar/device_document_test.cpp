// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/device_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/base/error.h"
#include "specs/wpar/annotation_text.h"

namespace wpar::spec {
namespace {

using ::testing::HasSubstr;

DeviceDocument document() {
  return {.version = 1,
          .devices = {{.path = "/dev/sdb", .type = "b", .major = 8, .minor = 16},
                      {.path = "/dev/a,b\"%22", .type = "c", .major = 0, .minor = 1048575}}};
}

std::string refusal(const std::string& text) {
  try {
    parse_device_document(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidConfig);
    return error.what();
  }
  return "accepted";
}

TEST(DeviceDocument, ComesBackFromItsText) {
  const std::string text = write_device_document(document());
  EXPECT_EQ(parse_device_document(text), document());
  EXPECT_EQ(parse_device_document(write_device_document({})), DeviceDocument{});
  const std::string encoded = encode_annotation(text);
  EXPECT_EQ(encoded.find_first_of("\","), std::string::npos);
  EXPECT_EQ(parse_device_document(encoded), document());
}

TEST(DeviceDocument, RefusesWhatIsNoDevice) {
  const auto with = [](const std::string& members) {
    return "{\"version\": 1, \"devices\": [{" + members + "}]}";
  };
  EXPECT_THAT(refusal(with("\"path\": \"sdb\", \"type\": \"b\", \"major\": 8, \"minor\": 1")),
              HasSubstr("/devices/0/path: expected an absolute path"));
  EXPECT_THAT(refusal(with("\"path\": \"/d\", \"type\": \"p\", \"major\": 8, \"minor\": 1")),
              HasSubstr("/devices/0/type: expected b or c"));
  EXPECT_THAT(refusal(with("\"path\": \"/d\", \"type\": \"b\", \"major\": 4096, \"minor\": 1")),
              HasSubstr("/devices/0/major: expected a number from 0 to 4095"));
  EXPECT_THAT(refusal(with("\"path\": \"/d\", \"type\": \"b\", \"major\": 8, \"minor\": -1")),
              HasSubstr("/devices/0/minor"));
  EXPECT_THAT(refusal(with("\"path\": \"/d\", \"type\": \"b\", \"major\": 8")), HasSubstr("minor"));
  EXPECT_THAT(refusal(with("\"path\": \"/d\", \"typ\": \"b\"")), HasSubstr("unknown member"));
  EXPECT_THAT(refusal("{\"version\": 2, \"devices\": []}"), HasSubstr("/version: 2 is unknown"));
  EXPECT_THAT(refusal("{\"version\": 1}"), HasSubstr("devices"));
  EXPECT_THAT(refusal("b8:16"), HasSubstr("syntax error"));
}

TEST(DeviceClaim, ComesBackFromItsText) {
  const DeviceClaim claim{.id = "c-1", .name = "db2", .pid = 7, .start_time = 1ULL << 60};
  EXPECT_EQ(parse_device_claim(write_device_claim(claim)), claim);
  EXPECT_THROW(parse_device_claim("{\"id\":\"c"), Error);
}

TEST(AnnotationText, ADocumentThatIsNotEncodedStaysAsItIs) {
  EXPECT_EQ(decode_annotation("{\"a\":\"%2C\"}"), "{\"a\":\"%2C\"}");
  EXPECT_EQ(decode_annotation(encode_annotation("{\"a%22\":1,\"b\":2}")), "{\"a%22\":1,\"b\":2}");
  EXPECT_EQ(encode_annotation("{\"a\":1,\"b\":5%}"), "{%22a%22:1%2C%22b%22:5%25}");
  EXPECT_EQ(decode_annotation(""), "");
  EXPECT_EQ(decode_annotation("%"), "%");
}

}  // namespace
}  // namespace wpar::spec
