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
  Translation translation =
      translated("general:\n name = w\n application = \"/bin/echo $(HOME) 'a: #b' yes\"\n");
  const std::string pod = kube_pod(translation, "").text;
  EXPECT_THAT(pod, HasSubstr("- \"$$(HOME)\"\n"));
  EXPECT_THAT(pod, HasSubstr("- \"a: #b\"\n"));
  EXPECT_THAT(pod, HasSubstr("- \"yes\"\n"));
  EXPECT_THAT(pod, HasSubstr("hostNetwork: true\n"));
}

}  // namespace
}  // namespace wpar::translate
