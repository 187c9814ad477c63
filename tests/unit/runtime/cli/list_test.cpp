// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "runtime/cli/cli.h"
#include "runtime/cli/requests.h"
#include "tests/unit/runtime/cli/fake_lifecycle.h"

namespace wpar::cli {
namespace {

using ::testing::HasSubstr;
using wpar::testing::fake_lifecycle;

Caller root_caller() {
  return {.is_root = true, .runtime_dir = "", .directory = "/"};
}

lifecycle::ListEntry entry(std::string id, int pid, std::string status) {
  lifecycle::ListEntry made;
  made.state.oci_version = "1.3.0";
  made.state.id = std::move(id);
  made.state.pid = pid;
  made.state.status = std::move(status);
  made.state.bundle = "/srv/bundles/web";
  made.state.created = "2026-01-02T03:04:05.678901234Z";
  made.state.owner = "root";
  return made;
}

lifecycle::ListEntry broken_entry() {
  lifecycle::ListEntry made;
  made.state.id = "lost";
  made.problem = "read /run/runwpar/lost/record.json: permission denied";
  return made;
}

class List : public ::testing::Test {
 protected:
  void SetUp() override { wpar::testing::reset_fake_lifecycle(); }

  std::string list(const Words& options) {
    Words words = {"list"};
    words.insert(words.end(), options.begin(), options.end());
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    EXPECT_EQ(execute(interpret(words, root_caller), nullptr), 0);
    err_ = ::testing::internal::GetCapturedStderr();
    return ::testing::internal::GetCapturedStdout();
  }

  std::string err_;
};

TEST_F(List, HasAHeaderWhenItIsEmpty) {
  EXPECT_EQ(list({}), "ID          PID         STATUS      BUNDLE      CREATED     OWNER\n");
}

TEST_F(List, AlignsItsColumns) {
  EXPECT_EQ(list_table({entry("web1", 1234, "running"), entry("database-of-web1", 0, "stopped")}),
            "ID                 PID         STATUS      BUNDLE             CREATED                 "
            "         OWNER\n"
            "web1               1234        running     /srv/bundles/web   "
            "2026-01-02T03:04:05.678901234Z   root\n"
            "database-of-web1   0           stopped     /srv/bundles/web   "
            "2026-01-02T03:04:05.678901234Z   root\n");
}

TEST_F(List, ShowsABrokenContainerAndTheOthers) {
  fake_lifecycle().entries = {entry("a", 1, "running"), broken_entry(), entry("z", 2, "created")};
  const std::string table = list({});
  EXPECT_THAT(table, HasSubstr("\na  "));
  EXPECT_THAT(table, HasSubstr("\nlost        0           -           -  "));
  EXPECT_THAT(table, HasSubstr("\nz  "));
  EXPECT_THAT(err_, HasSubstr("container lost: read /run/runwpar/lost/record.json"));
}

TEST_F(List, SaysNothingOnStderrWhenAllIsWell) {
  fake_lifecycle().entries = {entry("a", 1, "running")};
  list({});
  EXPECT_EQ(err_, "");
}

TEST_F(List, PrintsIdsOnly) {
  fake_lifecycle().entries = {entry("a", 1, "running"), broken_entry()};
  EXPECT_EQ(list({"-q"}), "a\nlost\n");
  EXPECT_EQ(list({"--quiet=false"}).substr(0, 2), "ID");
}

TEST_F(List, PrintsJson) {
  fake_lifecycle().entries = {entry("a", 1, "running"), broken_entry(), entry("z", 2, "created")};
  const nlohmann::json document = nlohmann::json::parse(list({"--format", "json"}));
  ASSERT_EQ(document.size(), 2U);
  EXPECT_EQ(document[0]["id"], "a");
  EXPECT_EQ(document[1]["status"], "created");
  EXPECT_THAT(err_, HasSubstr("lost"));
}

TEST_F(List, PrintsAnEmptyJsonArray) {
  EXPECT_EQ(nlohmann::json::parse(list({"-f", "json"})), nlohmann::json::array());
}

TEST_F(List, RefusesAnUnknownFormat) {
  EXPECT_THROW(execute(interpret({"list", "-f", "yaml"}, root_caller), nullptr), Error);
  EXPECT_EQ(fake_lifecycle().called, "");
}

}  // namespace
}  // namespace wpar::cli
