// SPDX-License-Identifier: MIT
// The samples of docs/login.md are whole configurations that load as they stand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "build_paths.h"
#include "harness.h"

namespace influxctl::e2e::login_docs_test {
namespace {

using testing::HasSubstr;

std::vector<std::string> samples() {
  const std::string page = read_file(SOURCE_DIRECTORY "/docs/login.md");
  const std::string begin = "\n```toml\n";
  std::vector<std::string> blocks;
  for (auto at = page.find(begin); at != std::string::npos; at = page.find(begin, at)) {
    at += begin.size();
    blocks.push_back(page.substr(at, page.find("```\n", at) - at));
  }
  return blocks;
}

TEST(LoginDocs, HaveASampleForEachProvider) {
  const auto blocks = samples();
  EXPECT_GE(blocks.size(), 3U);
  for (const std::string url : {"/protocol/openid-connect/auth/device\"", "/oauth/device/code\"",
                                "/oauth2/v2.0/devicecode\""}) {
    EXPECT_TRUE(std::any_of(blocks.begin(), blocks.end(), [&](const std::string& block) {
      return block.find(url) != std::string::npos;
    })) << url;
  }
}

TEST(LoginDocs, EachSampleLoads) {
  for (const std::string& block : samples()) {
    const TemporaryDirectory directory;
    RunOptions options;
    options.environment = {{"INFLUXCTL_MGMT_TOKEN", "M.V1.any"}};  // a dry run wants one, too
    options.args = {"management", "create", "--dry-run", "--config",
                    directory.write("config.toml", block)};
    const RunResult result = run(options);
    EXPECT_EQ(result.exit_code, 0) << block << result.err;
    EXPECT_THAT(result.out, HasSubstr("\"url\":\"https://cluster-host.com:8086/"));
    EXPECT_EQ(result.err, "");
  }
}

TEST(LoginDocs, NoSampleHasALogin) {
  for (const std::string& block : samples()) {
    const TemporaryDirectory directory;
    RunOptions options;
    options.args = {"auth", "logout", "--config", directory.write("config.toml", block)};
    const RunResult result = run(options);
    EXPECT_EQ(result.exit_code, 0) << block;
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err, "influxctl: there is no login of profile \"default\" to remove\n");
  }
}

}  // namespace
}  // namespace influxctl::e2e::login_docs_test
