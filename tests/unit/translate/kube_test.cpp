// SPDX-License-Identifier: Apache-2.0
#include "translate/targets/kube.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/translate/support.h"

namespace wpar::translate {
namespace {

using testing::HasSubstr;

TEST(Kube, ASystemWparIsAPod) {
  Translation translation = translated_with(
      "general:\n name = W_1\n hostname = w.example.com\n script = /etc/w.sh\n privateusr = yes\n"
      "network:\n interface = en0\n address = 192.0.2.7\n netmask = 255.255.255.0\n"
      "route:\n rtdest = default\n rtgateway = 192.0.2.1\n"
      "mount:\n directory = /d\n vfs = namefs\n dev = /x\n mountopts = ro\n"
      "resources:\n CPU = 10%-40%,60%\n memory = 0%-50%,50%\n totalThreads = 9\n"
      " pct_msgIDs = 50%\n",
      "interfaces:\n  en0: {mode: bridge, parent: br0}\n",
      {.rootfs = {}, .devexports = {}, .secattrs = {}, .engine_networks = true});
  const std::string pod = kube_pod(translation, "runwpar").text;
  for (const char* part :
       {"  name: w-1\n", "runtimeClassName: runwpar\n", "hostname: \"w\"\n", "cpu: 2400m\n",
        "cpu: 1599m\n", "memory: \"8589934592\"\n", "value: \"16000\"\n", "path: \"/x\"\n",
        "readOnly: true\n", "192.0.2.7/24", "org.openwpar.auto: \"no\"\n"}) {
    EXPECT_THAT(pod, HasSubstr(part));
  }
  std::string reasons;
  for (const Entry& entry : translation.report.entries) {
    reasons += entry.reason + "\n";
  }
  for (const char* part : {"the image localhost/w-1:latest", "no limit of processes", "no routes",
                           "attachment", "the Pod is called w-1"}) {
    EXPECT_THAT(reasons, HasSubstr(part));
  }
  EXPECT_EQ(entry_of(translation, "general.script").fidelity, Fidelity::kNeedsAction);
  EXPECT_EQ(entry_of(translation, "general.hostname").fidelity, Fidelity::kApproximate);
}

TEST(Kube, WordsStandForThemselves) {
  Translation translation = translated(
      "general:\n name = w\n application = \"/bin/echo $(HOME) 'a: #b' yes $A '$$' a$\"\n");
  const std::string pod = kube_pod(translation, "").text;
  EXPECT_THAT(pod, HasSubstr("- \"$$(HOME)\"\n"));
  EXPECT_THAT(pod, HasSubstr("- \"a: #b\"\n"));
  EXPECT_THAT(pod, HasSubstr("- \"yes\"\n"));
  EXPECT_THAT(pod, HasSubstr("- \"$A\"\n        - \"$$$\"\n        - \"a$\"\n"));
  EXPECT_THAT(pod, HasSubstr("hostNetwork: true\n"));
}

Translation for_kube(const std::string& text, std::string_view site = "") {
  return translated_with(text, site,
                         {.rootfs = {}, .devexports = {}, .secattrs = {}, .engine_networks = true});
}

TEST(Kube, FileSystemsWithASizeAreClaims) {
  Translation translation = for_kube(
      "general:\n name = w\n privateusr = yes\n"
      "mount:\n directory = /home\n vfs = jfs2\n size = 512M\n"
      "mount:\n directory = /var\n vfs = jfs2\n size = 1G\n"
      "mount:\n directory = /scratch\n vfs = jfs2\n"
      "mount:\n directory = /db\n vfs = jfs2\n size = 2G\n vg = datavg\n",
      "volume_groups: {datavg: /srv/datavg}\n");
  const std::string text = kube_pod(translation, "").text;
  for (const char* part : {"kind: PersistentVolumeClaim\nmetadata:\n  name: w-fs1\n",
                           "storage: 512Mi\n", "storage: 2048Mi\n", "claimName: w-fs0\n",
                           "mountPath: \"/db\"\n", "mountPath: \"/home\"\n"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, testing::Not(HasSubstr("/srv/datavg")));
  EXPECT_THAT(text, testing::Not(HasSubstr("/var\"")));
  std::string reasons;
  for (const Entry& entry : translation.report.entries) {
    reasons +=
        std::to_string(entry.line) + " " + name_of(entry.fidelity) + " " + entry.reason + "\n";
  }
  EXPECT_THAT(reasons, HasSubstr("5 equivalent the claim w-fs1, empty at first"));
  EXPECT_THAT(reasons, HasSubstr("7 equivalent what the claim requests"));
  EXPECT_THAT(reasons, HasSubstr("approximate /var stays a part of the image"));
  EXPECT_THAT(reasons, HasSubstr("approximate /scratch is a part of the Pod"));
}

TEST(Kube, AWparThatStartsByItselfIsAStatefulSet) {
  Translation translation = for_kube(
      "general:\n name = w\n hostname = w\n privateusr = yes\n auto = yes\n"
      "mount:\n directory = /home\n vfs = jfs2\n size = 512M\n");
  const std::string text = kube_pod(translation, "").text;
  for (const char* part :
       {"kind: Service\n", "clusterIP: None\n", "kind: StatefulSet\n", "serviceName: w\n",
        "replicas: 1\n", "restartPolicy: Always\n", "volumeClaimTemplates:\n    - metadata:\n"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, testing::Not(HasSubstr("hostname:")));
  EXPECT_EQ(entry_of(translation, "general.auto").fidelity, Fidelity::kEquivalent);
  EXPECT_EQ(entry_of(translation, "general.hostname").fidelity, Fidelity::kApproximate);
  EXPECT_THAT(entry_of(translation, "mount.directory").reason, HasSubstr("fs0-w-0"));
}

TEST(Kube, NamesAreTheSiteProfiles) {
  const std::string spec = "general:\n name = w\n privateusr = yes\n copynameres = yes\n";
  Translation known = for_kube(spec,
                               "names:\n  nameservers: [192.0.2.53]\n  search: example.com\n"
                               "  hosts: {db.example.com: 192.0.2.9}\n");
  const std::string text = kube_pod(known, "").text;
  for (const char* part : {"dnsPolicy: None\n", "nameservers:\n      - \"192.0.2.53\"\n",
                           "searches:\n      - \"example.com\"\n",
                           "hostAliases:\n    - ip: \"192.0.2.9\"\n      hostnames:\n        - "
                           "\"db.example.com\"\n"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, testing::Not(HasSubstr("/etc/")));
  EXPECT_EQ(entry_of(known, "general.copynameres").fidelity, Fidelity::kEquivalent);
  Translation unknown = for_kube(spec);
  EXPECT_THAT(kube_pod(unknown, "").text, HasSubstr("dnsPolicy: Default\n"));
  EXPECT_EQ(entry_of(unknown, "general.copynameres").fidelity, Fidelity::kApproximate);
}

}  // namespace
}  // namespace wpar::translate
