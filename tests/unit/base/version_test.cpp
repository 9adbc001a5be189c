// SPDX-License-Identifier: MIT
#include "influxctl/base/version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/utsname.h>

#include <string>

namespace influxctl::version_test {

namespace {

TEST(Version, Texts) {
  utsname system{};
  ASSERT_EQ(uname(&system), 0);
  const std::string text = version_text();
  EXPECT_THAT(text, testing::MatchesRegex("influxctl [0-9]+\\.[0-9]+\\.[0-9]+ \\(.+; .+\\)"));
  EXPECT_TRUE(text.ends_with(std::string(" (") + system.sysname + "; " + system.machine + ")"));
  EXPECT_EQ(user_agent(), "influxctl/" + text.substr(text.find(' ') + 1));
}

}  // namespace

}  // namespace influxctl::version_test
