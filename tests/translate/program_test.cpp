// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "specs/oci/parse_config.h"
#include "tests/support/command.h"
#include "tests/support/temp_dir.h"

namespace wpar::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string kSpec = "general:\n name = w\n privateusr = yes\n";
const std::string kFaithful = "general:\n name = w\n application = /bin/true\n";

class Wpar2oci : public testing::Test {
 protected:
  Wpar2oci() { write_text(directory_ / "site.yaml", "machine: {cpus: 2, memory: 4G}\n"); }

  Result translate(std::vector<std::string> words, const std::string& input = {}) {
    words.insert(words.begin(), {WPAR2OCI, "--profile", "site.yaml"});
    return run({.argv = words, .input = input, .cwd = directory_.path()});
  }
  std::string file(const std::string& name, const std::string& text) {
    write_text(directory_ / name, text);
    return name;
  }

  TempDir directory_;
};

TEST_F(Wpar2oci, PrintsTheDocumentAndReportsOnStderr) {
  const Result result = translate({file("w.spec", kSpec)});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(oci::parse_config(result.out).hostname, "w");
  EXPECT_THAT(result.err, HasSubstr("w.spec: system WPAR w"));
  EXPECT_THAT(result.err, HasSubstr("2 CPUs and 4096 MiB (the site profile)"));
}

TEST_F(Wpar2oci, MeasuresTheMachineWithoutAProfileThatKnowsIt) {
  file("site.yaml", "# nothing\n");
  const Result result = translate({file("w.spec", kSpec)});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.err, HasSubstr("(this host)"));
}

TEST_F(Wpar2oci, ReadsStandardInput) {
  EXPECT_EQ(translate({"-"}, kSpec).code, 0);
  EXPECT_THAT(translate({"-"}, "general:\n nam = w\n").err,
              StartsWith("stdin:2: general: unknown attribute \"nam\""));
}

TEST_F(Wpar2oci, UsageErrorsExitWithTwo) {
  EXPECT_EQ(translate({}).code, 2);
  EXPECT_EQ(translate({"--frob", "x"}).code, 2);
  EXPECT_EQ(translate({"--name", "a.b", file("w.spec", kSpec)}).code, 2);
  EXPECT_EQ(translate({"--name", "ab", "w.spec"}).code, 0);
  EXPECT_EQ(translate({"--help"}).code, 0);
  EXPECT_THAT(translate({"--help"}).out, StartsWith("usage: wpar2oci"));
  EXPECT_THAT(translate({"--version"}).out, StartsWith("wpar2oci "));
}

TEST_F(Wpar2oci, ErrorsExitWithOneNameTheirPlaceAndWriteNothing) {
  file("bad.spec", "general:\n name = a\n\nnetwork:\n address = x\n");
  file("worse.spec", "generl:\n");
  const Result result = translate({"--bundle", "out", "--report-file", "report", "bad.spec",
                                   file("good.spec", kSpec), "worse.spec"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, StartsWith("bad.spec:5: network: address:"));
  EXPECT_THAT(result.err, HasSubstr("\nworse.spec:1: unknown stanza \"generl\""));
  EXPECT_FALSE(exists(directory_ / "out"));
  EXPECT_FALSE(exists(directory_ / "report"));
}

TEST_F(Wpar2oci, MissingFilesAreNamed) {
  const Result result = translate({"nowhere.spec"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("nowhere.spec: no such file or directory"));
}

TEST_F(Wpar2oci, AnErrorInTheProfileNamesItsPlace) {
  file("site.yaml", "machine:\n  cpu: 4\n");
  const Result result = translate({file("w.spec", kSpec)});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, StartsWith("site.yaml:2: machine: unknown key \"cpu\""));
}

TEST_F(Wpar2oci, StrictRefusesAnythingBelowEquivalent) {
  const Result refused = translate({"--strict", "--bundle", "out", file("w.spec", kSpec)});
  EXPECT_EQ(refused.code, 3);
  EXPECT_FALSE(exists(directory_ / "out"));
  EXPECT_THAT(refused.err, HasSubstr("approximate"));
  // The only approximation of this application WPAR is its default privileges.
  file("f.spec", kFaithful + "security:\n privs = PV_NET_PORT\n");
  const Result accepted = translate({"--strict", "--bundle", "out", "f.spec"});
  EXPECT_EQ(accepted.code, 0) << accepted;
  EXPECT_TRUE(exists(directory_ / "out/config.json"));
}

TEST_F(Wpar2oci, CheckWritesNoDocument) {
  const Result result = translate({"--check", file("w.spec", kSpec)});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("w.spec: system WPAR w"));
}

TEST_F(Wpar2oci, BundlesAreMadeAndReplacedWhenTheyAreOurs) {
  file("w.spec", kSpec);
  EXPECT_EQ(translate({"--bundle", "a/b", "w.spec"}).code, 0);
  EXPECT_EQ(translate({"--bundle", "a/b", "--name", "x", "w.spec"}).code, 0);
  EXPECT_EQ(oci::parse_config(read_text(directory_ / "a/b/config.json")).hostname, "x");
  EXPECT_THAT(list_directory(directory_ / "a/b"), ElementsAre("config.json"));
}

TEST_F(Wpar2oci, SomebodyElsesConfigIsNotReplaced) {
  file("w.spec", kSpec);
  make_directories(directory_ / "b");
  for (const std::string& text :
       {std::string("{\"ociVersion\": \"1.0.0\"}"), std::string("junk")}) {
    write_text(directory_ / "b/config.json", text);
    const Result result = translate({"--bundle", "b", "w.spec"});
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.err, HasSubstr("b/config.json exists"));
    EXPECT_EQ(read_text(directory_ / "b/config.json"), text);
  }
}

TEST_F(Wpar2oci, SeveralSpecificationsGoToDirectoriesOfTheirNames) {
  file("a.spec", "general:\n name = a\n");
  file("b.spec", "general:\n name = b\n");
  EXPECT_EQ(translate({"--bundle", "out", "a.spec", "b.spec"}).code, 0);
  EXPECT_THAT(list_directory(directory_ / "out"), ElementsAre("a", "b"));
  const Result twice = translate({"--bundle", "two", "a.spec", "a.spec"});
  EXPECT_EQ(twice.code, 1);
  EXPECT_THAT(twice.err, StartsWith("a.spec:2: two specifications are called a"));
  EXPECT_FALSE(exists(directory_ / "two"));
}

TEST_F(Wpar2oci, ARelativeRootIsMadeAbsolute) {
  const Result result = translate({"--rootfs", "root/../r", file("w.spec", kSpec)});
  EXPECT_THAT(oci::parse_config(result.out).root->path, testing::EndsWith("/r"));
  EXPECT_THAT(oci::parse_config(result.out).root->path, StartsWith("/"));
}

}  // namespace
}  // namespace wpar::test
