// SPDX-License-Identifier: MIT
// The OAuth login within the library, against the stand-in's provider. The real program's bytes are
// asserted in tests/e2e; here every way through the rooms is taken once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "harness.h"
#include "in_child.h"

namespace influxctl::login_test {
namespace {

using e2e::Sandbox;
using nlohmann::json;
using testing::HasSubstr;

class LoginTest : public testing::Test {
 protected:
  Ran run(const std::vector<std::string>& arguments) const {
    return run_in_child(arguments, {"INFLUXCTL_CONFIG=" + sandbox_.config(),
                                    "XDG_CACHE_HOME=" + cache_.path().string()});
  }
  Ran list() const { return run({"management", "list"}); }

  void expire() const {
    for (const auto& entry : std::filesystem::directory_iterator(cache_.file("influxctl"))) {
      if (entry.path().extension() != ".json") continue;
      json document = json::parse(e2e::read_file(entry.path()));
      document["expiry"] = "2020-01-01T00:00:00Z";
      std::ofstream(entry.path()) << document;
    }
  }

  Sandbox sandbox_{{"--oauth", "auth0", "--oauth-approve-after", "0"}};
  e2e::TemporaryFolder cache_;
};

TEST_F(LoginTest, IsKeptUsedRefreshedAndRemoved) {
  const Ran login = run({"auth", "login"});
  EXPECT_EQ(login.exit_code, 0) << login.err;
  EXPECT_THAT(login.err, HasSubstr("influxctl: logged in; the tokens are kept in "));
  EXPECT_EQ(list().exit_code, 0);
  expire();
  EXPECT_EQ(list().exit_code, 0);
  sandbox_.oauth("expire_access");
  EXPECT_EQ(list().exit_code, 0);
  EXPECT_EQ(sandbox_.count("refreshed"), 2U);
  EXPECT_EQ(run({"auth", "logout"}).err, "influxctl: logged out\n");
  EXPECT_THAT(run({"auth", "logout"}).err, HasSubstr("there is no login"));
  EXPECT_EQ(list().exit_code, 4);
}

TEST_F(LoginTest, EndsAsTheProviderSays) {
  struct Row {
    std::string path;
    std::string fault;
    int exit_code;
    std::string err;
  };
  const std::vector<Row> rows = {
      {"/oauth/device", R"({"status":401,"body":{"error":"invalid_client"}})", 4,
       "check client_id and client_secret under [profile.auth.oauth2]"},
      {"/oauth/device", R"({"status":400,"body":{"error":"unauthorized_client"}})", 4,
       "the provider must allow this client the device authorization grant"},
      {"/oauth/device", R"({"status":400,"body":{"error":"invalid_scope"}})", 4, "check scopes"},
      {"/oauth/device", R"({"status":400,"body":{"error":"invalid_request"}})", 4,
       "check scopes and parameters"},
      {"/oauth/device", R"({"status":404,"body":"<html>"})", 4, "refused (404)"},
      {"/oauth/device", R"({"status":302,"headers":{"Location":"/x"}})", 4, "redirects elsewhere"},
      {"/oauth/device", R"({"status":429,"body":""})", 4, "has too many requests (429)"},
      {"/oauth/device", R"({"status":503})", 6, "the OAuth provider failed (503)"},
      {"/oauth/device", R"({"cut":9})", 6, "the OAuth provider did not answer"},
      {"/oauth/device", R"({"status":200,"body":"[]"})", 4, "it is not a JSON object"},
      {"/oauth/device", R"({"patch":{"expires_in":0}})", 4, "not between 1 and 86400 seconds"},
      {"/oauth/device", R"({"patch":{"expires_in":-1.5}})", 4, "not between 1 and 86400 seconds"},
      {"/oauth/device", R"({"patch":{"expires_in":"x"}})", 4, "its expires_in is not a number"},
      {"/oauth/device", R"({"patch":{"user_code":"\u0007"}})", 4, "its user_code cannot be shown"},
      {"/oauth/device", R"({"patch":{"verification_uri":"ftp://x"}})", 4,
       "not an http or https URL"},
      {"/oauth/device", R"({"patch":{"device_code":"\u0007"}})", 4, "has an unexpected character"},
      {"/oauth/device", R"({"patch":{"device_code":null}})", 4, "it has no device_code"},
      {"/oauth/device", R"({"patch":{"device_code":[]}})", 4, "its device_code is not a string"},
      {"/oauth/token", R"({"status":403,"body":{"error":"access_denied"}})", 4, "was declined"},
      {"/oauth/token", R"({"status":400,"body":{"error":"expired_token"}})", 4, "the code expired"},
      {"/oauth/token", R"({"patch":{"token_type":"mac"}})", 4, "its token_type is not Bearer"},
      {"/oauth/token", R"({"patch":{"access_token":"a b"}})", 4, "its access_token is not a token"},
      {"/oauth/token", R"({"patch":{"expires_in":0}})", 4, "its expires_in is not a time ahead"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.path + " " + row.fault);
    json fault = json::parse(row.fault);
    fault["path"] = row.path;
    sandbox_.fault(fault);
    const Ran login = run({"auth", "login"});
    EXPECT_EQ(login.exit_code, row.exit_code);
    EXPECT_THAT(login.err, HasSubstr(row.err));
    EXPECT_EQ(list().exit_code, 4) << "nothing was kept";
  }
}

TEST_F(LoginTest, GoesOnThroughWhatPasses) {
  sandbox_.fault({{"path", "/oauth/device"},
                  {"patch",
                   {{"interval", "1"},
                    {"expires_in", "600"},
                    {"verification_uri", nullptr},
                    {"verification_uri_complete", nullptr},
                    {"verification_url", "https://x/"}}}});
  sandbox_.fault({{"path", "/oauth/token"}, {"status", 503}});
  sandbox_.fault(
      {{"path", "/oauth/token"}, {"status", 403}, {"body", {{"error", "authorization_pending"}}}});
  const Ran login = run({"auth", "login"});
  EXPECT_EQ(login.exit_code, 0) << login.err;
  EXPECT_THAT(login.err, HasSubstr("https://x/\n"));
}

TEST_F(LoginTest, ARefreshThatFailsIsSaid) {
  struct Row {
    std::string fault;
    int exit_code;
    std::string err;
  };
  const std::vector<Row> rows = {
      {R"({"status":502})", 6, "the OAuth provider failed (502)"},
      {R"({"status":429,"body":""})", 6, "the OAuth provider has too many requests"},
      {R"({"status":401,"body":{"error":"invalid_client"}})", 4,
       "refused (401, \"invalid_client\")"},
      {R"({"status":400,"body":{"error":"invalid_grant"}})", 4,
       "the login of profile \"default\" has expired"},
  };
  EXPECT_EQ(run({"auth", "login"}).exit_code, 0);
  expire();
  for (const Row& row : rows) {
    json fault = json::parse(row.fault);
    fault["path"] = "/oauth/token";
    sandbox_.fault(fault);
    const Ran result = list();
    EXPECT_EQ(result.exit_code, row.exit_code);
    EXPECT_THAT(result.err, HasSubstr(row.err));
  }
}

TEST_F(LoginTest, WithoutAProviderThereIsNone) {
  const Sandbox other;
  const Ran login = run_in_child({"auth", "login"}, {"INFLUXCTL_CONFIG=" + other.config()});
  EXPECT_EQ(login.exit_code, 3);
  EXPECT_THAT(login.err, HasSubstr("has no OAuth provider to log in through"));
  EXPECT_EQ(run_in_child({"auth", "logout"}, {"INFLUXCTL_CONFIG=" + other.config()}).exit_code, 0);
}

}  // namespace
}  // namespace influxctl::login_test
