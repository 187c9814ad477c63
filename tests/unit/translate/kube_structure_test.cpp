// SPDX-License-Identifier: Apache-2.0
// Every Kubernetes document that is written has the structure of its kind: the fields that the API
// has (Kubernetes API reference, v1 and apps/v1), of their types, and none is missing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include "runtime/base/file.h"
#include "tests/unit/translate/support.h"
#include "translate/targets/kube.h"

namespace wpar::translate {
namespace {

// A type of the table below, or "string" "bool" "int" "quantity" "label" "map"; "[]" behind it: a
// list. '!' before it: required.
using Fields = std::map<std::string, std::string>;

const std::map<std::string, Fields> kTypes = {
    {"Pod", {{"apiVersion", "!v1"}, {"kind", "!Pod"}, {"metadata", "!Meta"}, {"spec", "!PodSpec"}}},
    {"PersistentVolumeClaim",
     {{"apiVersion", "!v1"},
      {"kind", "!PersistentVolumeClaim"},
      {"metadata", "!Meta"},
      {"spec", "!ClaimSpec"}}},
    {"Service",
     {{"apiVersion", "!v1"},
      {"kind", "!Service"},
      {"metadata", "!Meta"},
      {"spec", "!ServiceSpec"}}},
    {"StatefulSet",
     {{"apiVersion", "!apps/v1"},
      {"kind", "!StatefulSet"},
      {"metadata", "!Meta"},
      {"spec", "!StatefulSetSpec"}}},
    {"StatefulSetSpec",
     {{"serviceName", "!label"},
      {"replicas", "int"},
      {"selector", "!Selector"},
      {"template", "!Template"},
      {"volumeClaimTemplates", "ClaimTemplate[]"}}},
    {"Selector", {{"matchLabels", "!map"}}},
    {"Template", {{"metadata", "!TemplateMeta"}, {"spec", "!PodSpec"}}},
    {"ClaimTemplate", {{"metadata", "!Meta"}, {"spec", "!ClaimSpec"}}},
    {"Meta", {{"name", "!label"}, {"labels", "map"}, {"annotations", "map"}}},
    {"TemplateMeta", {{"labels", "!map"}, {"annotations", "map"}}},
    {"ServiceSpec", {{"clusterIP", "string"}, {"selector", "!map"}}},
    {"ClaimSpec", {{"accessModes", "!string[]"}, {"resources", "!ClaimResources"}}},
    {"ClaimResources", {{"requests", "!Storage"}}},
    {"Storage", {{"storage", "!quantity"}}},
    {"PodSpec",
     {{"hostname", "label"},
      {"runtimeClassName", "string"},
      {"restartPolicy", "string"},
      {"terminationGracePeriodSeconds", "int"},
      {"enableServiceLinks", "bool"},
      {"automountServiceAccountToken", "bool"},
      {"securityContext", "PodSecurity"},
      {"hostNetwork", "bool"},
      {"hostIPC", "bool"},
      {"dnsPolicy", "string"},
      {"dnsConfig", "DnsConfig"},
      {"hostAliases", "HostAlias[]"},
      {"volumes", "Volume[]"},
      {"containers", "!Container[]"}}},
    {"PodSecurity", {{"sysctls", "NameValue[]"}}},
    {"DnsConfig", {{"nameservers", "string[]"}, {"searches", "string[]"}}},
    {"HostAlias", {{"ip", "!string"}, {"hostnames", "!string[]"}}},
    {"NameValue", {{"name", "!string"}, {"value", "!string"}}},
    {"Volume",
     {{"name", "!label"},
      {"hostPath", "HostPath"},
      {"nfs", "Nfs"},
      {"persistentVolumeClaim", "ClaimVolume"}}},
    {"HostPath", {{"path", "!string"}}},
    {"Nfs", {{"server", "!string"}, {"path", "!string"}}},
    {"ClaimVolume", {{"claimName", "!label"}}},
    {"Container",
     {{"name", "!label"},
      {"image", "!string"},
      {"command", "string[]"},
      {"env", "NameValue[]"},
      {"workingDir", "string"},
      {"securityContext", "ContainerSecurity"},
      {"resources", "Resources"},
      {"volumeMounts", "VolumeMount[]"}}},
    {"ContainerSecurity", {{"capabilities", "Capabilities"}}},
    {"Capabilities", {{"drop", "string[]"}, {"add", "string[]"}}},
    {"Resources", {{"limits", "Amounts"}, {"requests", "Amounts"}}},
    {"Amounts", {{"cpu", "quantity"}, {"memory", "quantity"}}},
    {"VolumeMount", {{"name", "!label"}, {"mountPath", "!string"}, {"readOnly", "bool"}}},
};

bool matches(const std::string& text, const char* pattern) {
  return std::regex_match(text, std::regex(pattern));
}

// Whether a parser would take the scalar for something else than a string.
bool is_surely_a_string(const YAML::Node& node) {
  return node.Tag() == "!" ||
         !matches(node.Scalar(), "|~|null|Null|true|True|false|False|yes|no|on|off|[-+.0-9].*");
}

class Validator {
 public:
  std::vector<std::string> problems;

  void check(const YAML::Node& node, std::string type, const std::string& at) {
    if (type.ends_with("[]")) {
      type.resize(type.size() - 2);
      expect(node.IsSequence() && node.size() > 0, at, "a list");
      for (std::size_t i = 0; node.IsSequence() && i < node.size(); ++i) {
        check(node[i], type, at + "/" + std::to_string(i));
      }
    } else if (const auto known = kTypes.find(type); known != kTypes.end() && !node.IsScalar()) {
      check_object(node, known->second, at);
    } else {
      check_scalar(node, type, at);
    }
  }

 private:
  void expect(bool condition, const std::string& at, const std::string& what) {
    if (!condition) {
      problems.push_back(at + ": expected " + what);
    }
  }

  void check_object(const YAML::Node& node, const Fields& fields, const std::string& at) {
    expect(node.IsMap(), at, "an object");
    for (const auto& [name, type] : fields) {
      expect(!type.starts_with('!') || node[name].IsDefined(), at, "the field " + name);
    }
    for (const auto& entry : node) {
      const std::string name = entry.first.Scalar();
      const auto field = fields.find(name);
      expect(field != fields.end(), at, "no field " + name);
      if (field != fields.end()) {
        const std::string& type = field->second;
        check(entry.second, type.substr(type.starts_with('!') ? 1 : 0), at + "/" + name);
      }
    }
  }

  void check_scalar(const YAML::Node& node, const std::string& type, const std::string& at) {
    if (type == "map") {
      expect(node.IsMap() && node.size() > 0, at, "a mapping");
      for (const auto& entry : node) {
        check_scalar(entry.second, "string", at + "/" + entry.first.Scalar());
      }
      return;
    }
    expect(node.IsScalar(), at, type);
    const std::string text = node.IsScalar() ? node.Scalar() : "";
    if (type == "string") {
      expect(is_surely_a_string(node), at, "a string, not " + text);
    } else if (type == "label") {
      expect(matches(text, "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?") && is_surely_a_string(node), at,
             "a name, not " + text);
    } else if (type == "bool") {
      expect(text == "true" || text == "false", at, "true or false");
    } else if (type == "int") {
      expect(matches(text, "[0-9]+") && node.Tag() != "!", at, "a number");
    } else if (type == "quantity") {
      expect(matches(text, "[0-9]+(m|Mi)?"), at, "a quantity, not " + text);
    } else {
      expect(text == type, at, type);  // a constant, "v1"
    }
  }
};

// Names that refer to something in the same documents.
void check_references(const YAML::Node& pod, const std::vector<std::string>& templates,
                      std::vector<std::string>& problems) {
  std::set<std::string> volumes(templates.begin(), templates.end());
  for (const auto& volume : pod["volumes"]) {
    if (!volumes.insert(volume["name"].Scalar()).second) {
      problems.push_back("two volumes are called " + volume["name"].Scalar());
    }
  }
  for (const auto& mount : pod["containers"][0]["volumeMounts"]) {
    if (!volumes.contains(mount["name"].Scalar())) {
      problems.push_back("no volume is called " + mount["name"].Scalar());
    }
  }
}

std::vector<std::string> problems_of(const std::string& text) {
  Validator validator;
  int pods = 0;
  for (const YAML::Node& document : YAML::LoadAll(text)) {
    const std::string kind = document["kind"].IsDefined() ? document["kind"].Scalar() : "";
    if (!kTypes.contains(kind)) {
      validator.problems.push_back("unknown kind " + kind);
      continue;
    }
    validator.check(document, kind, kind);
    if (kind == "Pod") {
      ++pods;
      check_references(document["spec"], {}, validator.problems);
    } else if (kind == "StatefulSet") {
      ++pods;
      std::vector<std::string> templates;
      for (const auto& claim : document["spec"]["volumeClaimTemplates"]) {
        templates.push_back(claim["metadata"]["name"].Scalar());
      }
      check_references(document["spec"]["template"]["spec"], templates, validator.problems);
    }
  }
  if (pods != 1) {
    validator.problems.push_back("not one Pod or StatefulSet");
  }
  return validator.problems;
}

TEST(KubeStructure, GoldenDocumentsHaveIt) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           WPAR_SOURCE_DIR "/tests/translate/golden/targets/kube")) {
    if (entry.path().extension() == ".yaml") {
      EXPECT_THAT(problems_of(read_file(entry.path())), testing::IsEmpty()) << entry.path();
      ++files;
    }
  }
  EXPECT_GE(files, 4u);
}

TEST(KubeStructure, AllTestedSpecificationsHaveIt) {
  const std::string folder = WPAR_SOURCE_DIR "/tests/translate/specs/";
  const std::string site = read_file(folder + "site.yaml");
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".spec") {
      Translation translation = translated_with(
          read_file(entry.path()) + "\n", site,
          {.rootfs = {}, .devexports = {}, .secattrs = {}, .engine_networks = true});
      const std::string text = kube_pod(translation, "").text;
      EXPECT_THAT(problems_of(text), testing::IsEmpty()) << entry.path() << "\n" << text;
      ++files;
    }
  }
  EXPECT_GE(files, 40u);
}

TEST(KubeStructure, TheCheckSeesWhatIsWrong) {
  Translation translation = translated(system_with("mount:\n directory = /d\n size = 1G\n"));
  const std::string good = kube_pod(translation, "").text;
  EXPECT_THAT(problems_of(good), testing::IsEmpty()) << good;
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return problems_of(text);
  };
  EXPECT_THAT(with("hostname: \"w\"", "hostnam: \"w\""), testing::SizeIs(1));
  EXPECT_THAT(with("storage: 1024Mi", "storage: 1 GB"), testing::SizeIs(1));
  EXPECT_THAT(with("- name: fs0\n          mountPath", "- name: fs9\n          mountPath"),
              testing::SizeIs(1));
  EXPECT_THAT(with("value: \"oci\"", "value: no"), testing::SizeIs(1));
  EXPECT_THAT(with("image: \"localhost/w:latest\"", "workingDir: /x"),
              testing::Not(testing::IsEmpty()));
}

}  // namespace
}  // namespace wpar::translate
