// SPDX-License-Identifier: Apache-2.0
// The examples' documents and reports, byte by byte. WPAR_WRITE_GOLDEN=1 writes them anew: read the
// difference before it is committed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

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

// --to quadlet, podman, kube: the files and what the report says about the target.
class EngineGolden : public testing::TestWithParam<const char*> {};

TEST_P(EngineGolden, FilesAndReportsAreAsExpected) {
  const std::string parameter = GetParam();
  // With the networks of Podman's own; kube has none.
  const bool own_networks = parameter.ends_with("-networks");
  const std::string name = parameter.substr(0, parameter.find('-'));
  const std::string site =
      own_networks ? WPAR_SOURCE_DIR "/tests/translate/site-networks.yaml" : "site.yaml";
  for (const std::string target : {"quadlet", "podman", "kube"}) {
    if (own_networks && target == "kube") {
      continue;
    }
    const TempDir directory;
    const std::string report = directory / "report";
    std::vector<std::string> argv = {
        WPAR2OCI,          "--profile",     site,   "--to",        target, "--bundle",
        directory / "out", "--report-file", report, name + ".spec"};
    if (name == "hello") {
      argv.insert(argv.begin() + 1, {"--rootfs", "/srv/hello"});
    }
    const Result result = run({.argv = argv, .cwd = kExampleDirectory});
    ASSERT_TRUE(result.ok()) << result;
    const std::string golden = kGolden + "targets/" + target + "/" + parameter + "/";
    for (const std::string& file : list_directory(directory / "out")) {
      // A golden script is a text, not a source of the project.
      compare(golden + file + (target == "podman" ? ".txt" : ""),
              read_text(directory / ("out/" + file)));
      if (target == "podman") {
        EXPECT_TRUE(run({.argv = {"sh", "-n", directory / ("out/" + file)}}).ok()) << file;
      }
    }
    compare(golden + "report.txt", read_text(report));
    EXPECT_EQ(list_directory(golden).size(), list_directory(directory / "out").size() + 1);
    EXPECT_TRUE(run({.argv = argv, .cwd = kExampleDirectory}).ok()) << "its own files again";
    write_text(directory / ("out/" + name +
                            (target == "podman" ? ".sh"
                             : target == "kube" ? ".pod.yaml"
                                                : ".container")),
               "mine");
    EXPECT_EQ(run({.argv = argv, .cwd = kExampleDirectory}).code, 1);
  }
}

INSTANTIATE_TEST_SUITE_P(Examples, EngineGolden,
                         testing::Values("web1", "db2", "db2-networks", "report", "hello"),
                         [](const auto& example) {
                           std::string name = example.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

INSTANTIATE_TEST_SUITE_P(Examples, Golden,
                         testing::Values("web1", "db2", "report", "tiny", "hello"),
                         [](const auto& example) { return std::string(example.param); });

// tests/translate/specs: every stanza and every odd rule of the language once. A first line
// "# options: ..." has more words for the command line.
const std::string kSpecs = WPAR_SOURCE_DIR "/tests/translate/specs";

std::vector<std::string> options_of(const std::string& spec) {
  constexpr std::string_view kMark = "# options: ";
  const std::string text = read_text(kSpecs + "/" + spec);
  std::vector<std::string> words;
  if (text.starts_with(kMark)) {
    std::istringstream rest(text.substr(kMark.size(), text.find('\n') - kMark.size()));
    for (std::string word; rest >> word;) {
      words.push_back(word);
    }
  }
  return words;
}

std::vector<std::string> specs() {
  std::vector<std::string> names;
  for (const std::string& name : list_directory(kSpecs)) {
    if (name.ends_with(".spec") || name == "form.yaml") {
      names.push_back(name);
    }
  }
  return names;
}

class Language : public testing::TestWithParam<std::string> {};

TEST_P(Language, DocumentAndReportsAreAsExpected) {
  const std::string& spec = GetParam();
  const std::string golden = kGolden + "specs/" + spec.substr(0, spec.rfind('.'));
  const TempDir directory;
  const std::string report = directory / "report";
  std::vector<std::string> argv = {WPAR2OCI, "--profile", "site.yaml", "--report-file", report};
  for (const std::string& word : options_of(spec)) {
    argv.push_back(word);
  }
  argv.push_back(spec);
  const Result text = run({.argv = argv, .cwd = kSpecs});
  ASSERT_TRUE(text.ok()) << text;
  EXPECT_EQ(text.err, "");
  compare(golden + "/config.json", text.out);
  compare(golden + "/report.txt", read_text(report));
  argv.insert(argv.end() - 1, {"--report", "json"});
  ASSERT_TRUE(run({.argv = argv, .cwd = kSpecs}).ok());
  compare(golden + "/report.json", read_text(report));
  EXPECT_FALSE(oci::parse_config(text.out).annotations.at("org.openwpar.name").empty());
}

// The normal forms mean the same: stanzas and YAML give the same document.
TEST_P(Language, NormalFormsGiveTheSameDocument) {
  const std::string& spec = GetParam();
  const TempDir directory;
  const auto translate = [&](std::vector<std::string> words, const std::string& file) {
    words.insert(words.begin(), {WPAR2OCI, "--profile", "site.yaml"});
    words.push_back(file);
    const Result result = run({.argv = words, .cwd = kSpecs});
    EXPECT_TRUE(result.ok()) << result;
    return result.out;
  };
  std::vector<std::string> options = options_of(spec);
  const std::string wanted = translate(options, spec);
  std::vector<std::string> files;  // what is read besides: not part of a specification
  for (std::size_t i = 0; i + 1 < options.size(); ++i) {
    if (options[i] == "--devexports" || options[i] == "--secattrs") {
      files.insert(files.end(), {options[i], options[i + 1]});
    }
  }
  for (const std::string form : {"spec", "yaml"}) {
    std::vector<std::string> words = options;
    words.insert(words.end(), {"--to", form});
    const std::string path = directory / ("again." + form);
    write_text(path, translate(words, spec));
    EXPECT_EQ(translate(files, path), wanted) << read_text(path);
  }
}

INSTANTIATE_TEST_SUITE_P(Specs, Language, testing::ValuesIn(specs()), [](const auto& spec) {
  std::string name = spec.param.substr(0, spec.param.rfind('.'));
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(LanguageExamples, AreEnough) {
  EXPECT_GE(specs().size(), 40u);
}

TEST(BrokenExample, GivesAllItsErrorsAndNothingElse) {
  const Result result =
      run({.argv = {WPAR2OCI, "--profile", "site.yaml", "broken.spec"}, .cwd = kExampleDirectory});
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.out, "");
  compare(kGolden + "broken/errors.txt", result.err);
}

}  // namespace
}  // namespace wpar::test
