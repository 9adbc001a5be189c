// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/utsname.h>

#include <string>

#include "influxctl/http/http.h"

namespace influxctl::version_test {

namespace {

TEST(Version, Texts) {
  utsname system{};
  ASSERT_EQ(uname(&system), 0);
  const std::string text = version_text();
  const std::string first = text.substr(0, text.find('\n'));
  EXPECT_THAT(first, testing::MatchesRegex("influxctl [0-9]+\\.[0-9]+\\.[0-9]+ \\(.+; .+\\)"));
  EXPECT_TRUE(first.ends_with(std::string(" (") + system.sysname + "; " + system.machine + ")"));
  EXPECT_EQ(user_agent(), "influxctl/" + first.substr(first.find(' ') + 1));
  EXPECT_THAT(text.substr(first.size()), testing::MatchesRegex("\nlibcurl/[^ \n]+( [^ \n]+)*"));
}

}  // namespace

}  // namespace influxctl::version_test
