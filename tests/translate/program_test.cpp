// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "specs/oci/json_cursor.h"
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

TEST_F(Wpar2oci, ContainerdGetsABundleAndAScript) {
  file("w.spec", kSpec);
  file("v.spec", "general:\n name = v\n");
  EXPECT_EQ(translate({"--to", "containerd", "w.spec"}).code, 2);
  EXPECT_EQ(translate({"--to", "oci", "--runtime", "runwpar", "w.spec"}).code, 2);
  const std::vector<std::string> words = {"--to",      "containerd",   "--bundle", "out",
                                          "--runtime", "/a b/runwpar", "w.spec",   "v.spec"};
  ASSERT_EQ(translate(words).code, 0);
  EXPECT_EQ(oci::parse_config(read_text(directory_ / "out/w/config.json")).hostname, "w");
  EXPECT_EQ(oci::parse_config(read_text(directory_ / "out/v/config.json")).hostname, "v");
  EXPECT_THAT(list_directory(directory_ / "out/w"), ElementsAre("config.json", "w.sh"));
  // What ctr would be called with.
  write_text(directory_ / "ctr", "#!/bin/sh\nprintf '%s|' \"$@\"\n");
  ASSERT_TRUE(run({.argv = {"chmod", "755", directory_ / "ctr"}}).ok());
  const Result called = run(
      {.argv = {"env", "PATH=" + directory_.path() + ":/usr/bin:/bin", directory_ / "out/w/w.sh"}});
  EXPECT_EQ(called.out, "run|--rm|--runc-binary|/a b/runwpar|--config|" +
                            (directory_ / "out/w/config.json") + "|w|");
  EXPECT_EQ(translate(words).code, 0) << "its own files again";
  write_text(directory_ / "out/v/v.sh", "mine");
  EXPECT_EQ(translate(words).code, 1);
  EXPECT_EQ(read_text(directory_ / "out/v/v.sh"), "mine");
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

TEST_F(Wpar2oci, TwoThatAnEngineWouldCallTheSameAreRefused) {
  file("a.spec", "general:\n name = a@b\n");
  file("b.spec", "general:\n name = a-b\n");
  for (const char* target : {"podman", "quadlet", "containerd", "kube"}) {
    const Result result = translate({"--to", target, "--bundle", "out", "a.spec", "b.spec"});
    EXPECT_EQ(result.code, 1) << target;
    EXPECT_THAT(result.err, HasSubstr("a@b and a-b cannot both be translated")) << target;
    EXPECT_FALSE(exists(directory_ / "out")) << target;
  }
  EXPECT_EQ(translate({"--bundle", "out", "a.spec", "b.spec"}).code, 0);
}

TEST_F(Wpar2oci, ARelativeRootIsMadeAbsolute) {
  const Result result = translate({"--rootfs", "root/../r", file("w.spec", kSpec)});
  EXPECT_THAT(oci::parse_config(result.out).root->path, testing::EndsWith("/r"));
  EXPECT_THAT(oci::parse_config(result.out).root->path, StartsWith("/"));
}

TEST_F(Wpar2oci, ABaseAndFlagsAreLaidOverAndTheReportSaysWhoseWordCounts) {
  file("base.spec", "general:\n name = b\n hostname = of-base\nresources:\n CPU = 1%-2%,3%\n");
  file("w.spec", kSpec);
  const Result result = translate({"--base", "base.spec", "-R", "CPU=10%-20%,50%", "totalThreads=9",
                                   "-N", "address=192.0.2.7", "netmask=255.255.255.0", "w.spec"});
  ASSERT_EQ(result.code, 0) << result;
  const oci::Config config = oci::parse_config(result.out);
  EXPECT_EQ(config.annotations.at("org.openwpar.name"), "w");
  EXPECT_EQ(config.hostname, "of-base");
  EXPECT_EQ(config.linux_.resources.cpu->quota, 100000);
  EXPECT_EQ(config.linux_.resources.pids_limit, 9);
  EXPECT_THAT(config.annotations.at("org.openwpar.network"), HasSubstr("192.0.2.7"));
  EXPECT_THAT(result.err, HasSubstr("base.spec:5  exact"));
  EXPECT_THAT(result.err, HasSubstr("overridden by command line:6"));
  EXPECT_THAT(result.err, HasSubstr("overridden by w.spec:2"));
  EXPECT_THAT(result.err, HasSubstr("command line:9  "));
}

TEST_F(Wpar2oci, ErrorsInABaseAndInFlagsNameTheirPlace) {
  file("base.spec", "general:\n nam = b\n");
  const Result result = translate({"--base", "base.spec", "-R", "CPU=lots",
                                   file("w.spec", "general:\n name = w\n auto = x\n")});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, StartsWith("w.spec:3: general: auto:"));
  EXPECT_THAT(result.err, HasSubstr("\nbase.spec:2: general: unknown attribute \"nam\""));
  EXPECT_THAT(result.err, HasSubstr("\ncommand line:6: resources: CPU: expected"));
  EXPECT_EQ(translate({"-R", "w.spec"}).code, 2);
  EXPECT_EQ(translate({"-s", "w.spec"}).code, 2);
  EXPECT_EQ(translate({"--to", "osi", "w.spec"}).code, 2);
  EXPECT_EQ(translate({"--machine", "cpus=0", "w.spec"}).code, 2);
  EXPECT_EQ(translate({"--from", "json", "w.spec"}).code, 2);
}

TEST_F(Wpar2oci, ADirectoryIsAllItsSpecifications) {
  make_directories(directory_ / "specs");
  file("specs/b.spec", "general:\n name = b\n");
  file("specs/a.yaml", "general: {name: a}\n");
  file("specs/c.cf", "general:\n name = c\n");
  file("specs/site.yaml", "machine: {cpus: 1}\n");
  file("specs/README", "no specification\n");
  const Result result = translate({"--bundle", "out", "specs"});
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_THAT(list_directory(directory_ / "out"), ElementsAre("a", "b", "c"));
  make_directories(directory_ / "empty");
  EXPECT_THAT(translate({"empty"}).err, HasSubstr("empty holds no specification"));
}

TEST_F(Wpar2oci, WritesTheNormalFormInBothForms) {
  file("w.spec", "general:\n name = old\n name = w # twice\nnetwork:\n address = 192.0.2.7\n");
  const Result spec = translate({"--to", "spec", "-A", "w.spec"});
  EXPECT_EQ(
      spec.out,
      "# written by wpar2oci: the normal form\ngeneral:\n        name = \"w\"\n        auto = "
      "\"yes\"\n\nnetwork:\n        address = \"192.0.2.7\"\n");
  const Result yaml = translate({"--to", "yaml", "-A", "w.spec"});
  EXPECT_EQ(
      yaml.out,
      "# written by wpar2oci: the normal form\ngeneral:\n  name: w\n  auto: yes\n\nnetwork:\n  - "
      "address: 192.0.2.7\n");
  EXPECT_EQ(translate({"--from", "yaml", "--to", "spec", "-"}, yaml.out).out, spec.out);
  EXPECT_EQ(translate({"--to", "yaml", "--bundle", "out", "w.spec"}).code, 0);
  EXPECT_EQ(translate({"--to", "yaml", "--bundle", "out", "w.spec"}).code, 0);
  file("out/w.spec", "somebody's\n");
  EXPECT_THAT(translate({"--to", "spec", "--bundle", "out", "w.spec"}).err,
              HasSubstr("out/w.spec exists and was not written by wpar2oci"));
  EXPECT_EQ(read_text(directory_ / "out/w.spec"), "somebody's\n");
  file("v.spec", "general:\n name = v\n");
  EXPECT_EQ(translate({"--to", "yaml", "w.spec", "v.spec"}).code, 2);
}

TEST_F(Wpar2oci, ReadsDevexportsAndSecattrs) {
  file("w.spec", kSpec + "security:\n secfile = /etc/wpars/secattrs\n");
  file("exports", "name:\n value = /dev/null\n");
  file("attrs", "privs:\n value = PV_NET_PORT\n");
  const Result result = translate({"--devexports", "exports", "--secattrs", "attrs", "w.spec"});
  ASSERT_EQ(result.code, 0) << result;
  EXPECT_THAT(oci::parse_config(result.out).process->capabilities->bounding,
              ElementsAre("CAP_NET_BIND_SERVICE"));
  EXPECT_THAT(result.err, HasSubstr("read from attrs"));
  EXPECT_THAT(result.err, HasSubstr("exports does not export /dev/zero"));
  file("exports", "name:\n valu = /dev/null\n");
  EXPECT_THAT(translate({"--devexports", "exports", "w.spec"}).err, StartsWith("exports:2: name:"));
}

TEST_F(Wpar2oci, TheMachineOfTheCommandLineWins) {
  const Result result = translate({"--machine", "cpus=8,memory=32G", file("w.spec", kSpec)});
  EXPECT_THAT(result.err, HasSubstr("8 CPUs and 32768 MiB (the command line)"));
  EXPECT_EQ(oci::parse_config(result.out).annotations.at("org.openwpar.machine.cpus"), "8");
  EXPECT_THAT(translate({"--machine", "cpus=8", "w.spec"}).err,
              HasSubstr("8 CPUs and 4096 MiB (the command line and the site profile)"));
}

TEST_F(Wpar2oci, FlagsShareAWord) {
  const Result result = translate({"-lAn", "web", file("w.spec", kSpec)});
  ASSERT_EQ(result.code, 0) << result;
  EXPECT_EQ(oci::parse_config(result.out).annotations.at("org.openwpar.auto"), "yes");
  EXPECT_EQ(oci::parse_config(result.out).annotations.at("org.openwpar.name"), "web");
  EXPECT_THAT(translate({"-check", "w.spec"}).err, HasSubstr("nearest known one is --check"));
  EXPECT_EQ(translate({"-check", "w.spec"}).code, 2);
}

// Whatever bytes the names of files have, the report is JSON.
TEST_F(Wpar2oci, TheReportIsJsonWhateverTheFilesAreCalled) {
  const std::string odd = "a\xff\xc3(\xed\xa0\x80\"\\\x01\xe2\x82\xac.spec";
  file(odd, "general:\n name = w\n");
  file("base\xfe.spec", "general:\n hostname = of-base\n");
  const Result result = translate({"--check", "--report", "json", "--base", "base\xfe.spec", odd});
  ASSERT_EQ(result.code, 0) << result;
  const oci::JsonValue report = oci::parse_json(result.err);  // refuses what is not UTF-8
  EXPECT_EQ(oci::JsonCursor(report).at("wpars").elements()[0].at("file").string(),
            "a\uFFFD\uFFFD(\uFFFD\uFFFD\uFFFD\"\\\x01\u20AC.spec");
  EXPECT_THAT(result.err, HasSubstr("base\uFFFD.spec"));
  EXPECT_THAT(translate({"--rootfs", "/r\xff", "w.spec"}).err, HasSubstr("not UTF-8"));
}

}  // namespace
}  // namespace wpar::test
