// SPDX-License-Identifier: Apache-2.0
// The examples' documents and reports, byte by byte. WPAR_WRITE_GOLDEN=1 writes them anew: read the
// difference before it is committed.
#include <gtest/gtest.h>

#include <cstdlib>

#include "specs/oci/parse_config.h"
#include "tests/support/command.h"
#include "tests/support/temp_dir.h"

namespace wpar::test {
namespace {

const std::string kGolden = WPAR_SOURCE_DIR "/tests/translate/golden/";
const std::string kExampleDirectory = WPAR_SOURCE_DIR "/specs/examples";

void compare(const std::string& path, const std::string& text) {
  if (std::getenv("WPAR_WRITE_GOLDEN") != nullptr) {
    make_directories(path.substr(0, path.rfind('/')));
    write_text(path, text);
  }
  EXPECT_EQ(read_text(path), text) << path;
}

class Golden : public testing::TestWithParam<const char*> {};

TEST_P(Golden, DocumentAndReportAreAsExpected) {
  const std::string name = GetParam();
  const TempDir directory;
  const std::string report = directory / "report";
  std::vector<std::string> argv = {WPAR2OCI,        "--profile", "site.yaml",
                                   "--report-file", report,      name + ".spec"};
  if (name == "hello") {
    argv.insert(argv.begin() + 1, {"--rootfs", "/srv/hello"});
  }
  const Result result = run({.argv = argv, .cwd = kExampleDirectory});
  ASSERT_TRUE(result.ok()) << result;
  EXPECT_EQ(result.err, "");
  compare(kGolden + name + "/config.json", result.out);
  compare(kGolden + name + "/report.txt", read_text(report));
  EXPECT_EQ(oci::parse_config(result.out).annotations.at("org.openwpar.name"), name);
}

INSTANTIATE_TEST_SUITE_P(Examples, Golden,
                         testing::Values("web1", "db2", "report", "tiny", "hello"),
                         [](const auto& example) { return std::string(example.param); });

TEST(BrokenExample, GivesAllItsErrorsAndNothingElse) {
  const Result result =
      run({.argv = {WPAR2OCI, "--profile", "site.yaml", "broken.spec"}, .cwd = kExampleDirectory});
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.out, "");
  compare(kGolden + "broken/errors.txt", result.err);
}

}  // namespace
}  // namespace wpar::test
