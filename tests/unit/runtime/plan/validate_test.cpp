// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/validate.h"

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

TEST(Validate, FindsNothingWrongWithAGoodConfiguration) {
  EXPECT_EQ(findings_of(good_config()), Texts{});
  EXPECT_EQ(findings_of(mapped_config()), Texts{});
}

TEST(Validate, TakesSemanticVersionsOfTheFirstMajor) {
  oci::Config config = good_config();
  for (const char* version : {"1.0.0", "1.0.2-dev", "1.3.0+dev", "1.0.0-rc.1+b-2"}) {
    config.oci_version = version;
    EXPECT_EQ(findings_of(config), Texts{}) << version;
  }
  for (const char* version :
       {"", "1.0", "1.0.0.0", "1.01.0", "v1.0.0", "1.0.0-", "1.0.x", "1.0.0+a b"}) {
    config.oci_version = version;
    EXPECT_EQ(findings_of(config),
              Texts{fmt::format("/ociVersion: expected a semantic version, not \"{}\"", version)});
  }
  config.oci_version = "2.0.0";
  EXPECT_EQ(findings_of(config), Texts{"/ociVersion: version 2.0.0 is not supported, only 1.x is"});
}

TEST(Validate, WantsAUtsNamespaceForNames) {
  oci::Config config = good_config();
  config.hostname = std::string(64, 'h');
  config.domainname = "example.org";
  EXPECT_EQ(build(config).domainname, "example.org");
  config.hostname = std::string(65, 'h');
  EXPECT_EQ(findings_of(config), Texts{"/hostname: longer than 64 characters"});
  config.hostname = "h";
  config.linux_.namespaces = {{.type = "mount", .path = {}}};
  EXPECT_EQ(findings_of(config),
            (Texts{"/hostname: needs a uts namespace of the container's own",
                   "/domainname: needs a uts namespace of the container's own"}));
}

TEST(Validate, LetsNoCgroupPathClimb) {
  oci::Config config = good_config();
  for (const char* path : {"/a/../../b", "..", "/", "/.//"}) {
    config.linux_.cgroups_path = path;
    EXPECT_EQ(findings_of(config).size(), 1U) << path;
  }
  for (const char* path : {"", "/a/..b", "user.slice:wpar:web1", "/machine/x"}) {
    config.linux_.cgroups_path = path;
    EXPECT_EQ(findings_of(config), Texts{}) << path;
  }
}

}  // namespace wpar::plan
