// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "influxctl/auth/oauth.h"

namespace influxctl::oauth_response_test {
namespace {

using State = TokenOutcome::State;
using testing::HasSubstr;
using testing::Not;

constexpr Timestamp kNow{1'000'000, 0};

HttpResult response(int status, std::string body) {
  HttpResult result;
  result.reach = Reach::complete;
  result.status = status;
  result.body = std::move(body);
  return result;
}

OAuthQuestion device_question() {
  return {"device_url", "https://login.example.com/device?tenant=7", {"client-secret-0123456789"}};
}

OAuthQuestion token_question() {
  return {"token_url", "https://login.example.com/token", {"client-secret-0123456789"}};
}

/// What a failure says: its kind, message and first hint.
std::string told(const Error& error) {
  return std::to_string(exit_code(error.kind())) + " " + error.message() +
         (error.hints().empty() ? "" : " | " + error.hints().front());
}

std::string told_of_device(const HttpResult& result) {
  try {
    return "shows " + read_device_authorization(result, device_question()).user_code;
  } catch (const Error& error) {
    return told(error);
  }
}

std::string told_of_tokens(const HttpResult& result, const OAuthQuestion& question) {
  const TokenOutcome outcome = read_tokens(result, question, kNow);
  switch (outcome.state) {
    case State::granted:
      return "granted";
    case State::pending:
      return "pending";
    case State::slow_down:
      return "slow down";
    case State::unreached:
    case State::refused:
      return told(*outcome.failure);
  }
  return "";
}

std::string told_of_tokens(int status, const std::string& body) {
  return told_of_tokens(response(status, body), token_question());
}

std::string device_body(const std::string& user_code, const std::string& more = "") {
  return R"({"device_code":"d-0123456789abcdef","user_code":")" + user_code +
         R"(","verification_uri":"https://x/","expires_in":600)" + more + "}";
}

TEST(OAuthResponse, ReadsADeviceAuthorization) {
  const auto device = read_device_authorization(
      response(200, device_body("AB-CD", R"(,"interval":"7","verification_uri_complete":)"
                                         R"("https://x/?user_code=AB-CD")")),
      device_question());
  EXPECT_EQ(device.device_code.reveal(), "d-0123456789abcdef");
  EXPECT_EQ(device.user_code, "AB-CD");
  EXPECT_EQ(device.verification_uri, "https://x/");
  EXPECT_EQ(device.verification_uri_complete, "https://x/?user_code=AB-CD");
  EXPECT_EQ(device.expires_in.count(), 600);
  EXPECT_EQ(device.interval.count(), 7);
}

TEST(OAuthResponse, ReadsTokens) {
  const TokenOutcome outcome =
      read_tokens(response(200, R"({"access_token":"a","token_type":"bearer","expires_in":60,)"
                                R"("refresh_token":"r"})"),
                  token_question(), kNow);
  ASSERT_EQ(outcome.state, State::granted);
  EXPECT_EQ(outcome.tokens.access_token.reveal(), "a");
  EXPECT_EQ(outcome.tokens.refresh_token.reveal(), "r");
  EXPECT_EQ(outcome.tokens.expires_at, (Timestamp{1'000'060, 0}));
}

TEST(OAuthResponse, NothingThatIsShownRepeatsTheDeviceCode) {
  const std::string repeats = "repeats the device_code, which is a secret";
  EXPECT_THAT(told_of_device(response(200, device_body("d-0123456789abcdef"))),
              HasSubstr("its user_code " + repeats));
  EXPECT_THAT(told_of_device(response(200, device_body("d%2d0123456789abcdef"))),
              HasSubstr("its user_code " + repeats));
  const auto device = read_device_authorization(
      response(200, device_body("AB-CD", R"(,"verification_uri_complete":)"
                                         R"("https://x/?device_code=d-0123456789abcdef")")),
      device_question());
  EXPECT_EQ(device.verification_uri_complete, "") << "it is optional, so it is left out";
}

TEST(OAuthResponse, SaysWhyADeviceAuthorizationFailed) {
  struct Row {
    const char* name;
    int status;
    std::string body;
    std::string told;
  };
  const std::string unusable = "4 the OAuth provider's response cannot be used: ";
  const std::string check = " under [profile.auth.oauth2] in config.toml";
  for (const Row& row : std::vector<Row>{
           {"a wrong URL", 404, "<html>",
            "4 the OAuth provider refused (404) at https://login.example.com/device | check "
            "device_url" +
                check},
           {"a redirect", 302, "",
            "4 the OAuth provider redirects elsewhere (302) at https://login.example.com/device | "
            "check device_url" +
                check},
           {"a login page", 200, "\n<!DOCTYPE html><html>",
            unusable + "it is a web page, perhaps a login page | device_url must be an endpoint "
                       "for programs, not a page for people: see the provider's "
                       "/.well-known/openid-configuration"},
           {"a list", 200, "[]", unusable + "it is not a JSON object | check device_url" + check},
           {"nothing", 200, "", unusable + "it is not a JSON object | check device_url" + check},
           {"no content", 204, "", unusable + "its status is 204 | check device_url" + check},
           {"a NUL", 200, device_body("AB") + std::string(1, '\0'),
            unusable + "it is not a JSON object | check device_url" + check},
           {"another request's", 400, R"({"error":"authorization_pending"})",
            unusable + "it belongs to another request | check device_url" + check},
           {"too many", 429, "",
            "4 the OAuth provider has too many requests (429) | run this again later"},
           {"a failure", 503, "",
            "6 the OAuth provider failed (503) | nothing was sent to the cluster, so it is safe to "
            "run this again"},
           {"an error", 401, R"({"error":"invalid_client","error_description":"Who?"})",
            "4 the OAuth provider refused (401, \"invalid_client\"): \"Who?\" | check client_id "
            "and client_secret" +
                check},
           {"an error with 200", 200, R"({"error":"invalid_scope"})",
            "4 the OAuth provider refused (200, \"invalid_scope\") | check scopes" + check},
       }) {
    EXPECT_EQ(told_of_device(response(row.status, row.body)), row.told) << row.name;
  }
}

TEST(OAuthResponse, SaysWhatATokenRequestCameTo) {
  struct Row {
    const char* name;
    int status;
    std::string body;
    std::string told;
  };
  for (const Row& row : std::vector<Row>{
           {"pending", 400, R"({"error":"authorization_pending"})", "pending"},
           {"slow down", 400, R"({"error":"slow_down"})", "slow down"},
           {"429", 429, "", "slow down"},
           {"429 in Auth0's way", 429, R"({"error":"Too Many Requests"})", "slow down"},
           {"denied", 403, R"({"error":"access_denied"})", "4 the login was declined"},
           {"expired", 400, R"({"error":"expired_token"})",
            "4 the code expired before the login was approved | run this again for a new code"},
           {"server error", 400, R"({"error":"server_error"})",
            "6 the OAuth provider failed (server_error) | nothing was sent to the cluster, so it "
            "is safe to run this again"},
       }) {
    EXPECT_EQ(told_of_tokens(row.status, row.body), row.told) << row.name;
  }
}

TEST(OAuthResponse, TakesAccessTokensUpTo64KiB) {
  const auto body = [](std::size_t size) {
    return R"({"token_type":"Bearer","access_token":")" + std::string(size, 'a') + R"("})";
  };
  EXPECT_EQ(told_of_tokens(200, body(8'192)), "granted");
  EXPECT_EQ(told_of_tokens(200, body(65'535)), "granted");
  const std::string refusal = told_of_tokens(200, body(65'536));
  EXPECT_THAT(refusal, HasSubstr("longer than 65535 bytes"));
  EXPECT_THAT(refusal, HasSubstr("| ask for fewer scopes"));
  EXPECT_THAT(refusal, Not(HasSubstr("token_url")));
}

TEST(OAuthResponse, QuotesWordsUnlessTheyHoldASecret) {
  struct Row {
    const char* name;
    std::string words;
    std::string quoted;
  };
  for (const Row& row : std::vector<Row>{
           {"plain words", "Unknown client", R"(: "Unknown client")"},
           {"a trace id", "Trace ID: 0f0c9bd8-1f3d-4a6b-8c54-1234567890ab",
            R"(: "Trace ID: 0f0c9bd8-1f3d-4a6b-8c54-1234567890ab")"},
           {"control characters", R"(a\u001b[2Jb)", R"(: "a\x1b[2Jb")"},
           {"the client secret", "not client-secret-0123456789!", ""},
           {"most of it", "not ent-secret-0123456!", ""},
           {"percent-encoded", "client%2Dsecret%2d0123456789", ""},
           {"a management token", "you sent M.V1.abc", R"(: "you sent [not shown]")"},
           {"a long code", "got Zk3vQ9xT7bLm2WpR8sYd4NfH6jCa1eUg0", R"(: "got [not shown]")"},
           {"the client secret in base64", "Y2xpZW50LXNlY3JldC0wMTIzNDU2Nzg5", ""},
           {"the client secret in hexadecimal", "636c69656e742d7365637265742d30313233343536373839",
            ""},
       }) {
    EXPECT_EQ(told_of_tokens(
                  400, R"({"error":"invalid_client","error_description":")" + row.words + R"("})"),
              "4 the OAuth provider refused (400, \"invalid_client\")" + row.quoted +
                  " | check client_id and client_secret under [profile.auth.oauth2] in config.toml")
        << row.name;
  }
}

TEST(OAuthResponse, QuotesAnErrorThatIsNoCode) {
  struct Row {
    const char* error;
    std::string quoted;
  };
  for (const Row& row : std::vector<Row>{{"no client-secret-0123456789", ""},
                                         {R"(a\u001b)", R"(, "a\x1b")"},
                                         {"two words", R"(, "two words")"}}) {
    EXPECT_EQ(told_of_tokens(400, R"({"error":")" + std::string(row.error) + R"("})"),
              "4 the OAuth provider refused (400" + row.quoted +
                  ") | check token_url under [profile.auth.oauth2] in config.toml");
  }
}

TEST(OAuthResponse, NoResponseMayBeTriedAgain) {
  HttpResult result;
  result.problem = "connection refused";
  EXPECT_THAT(told_of_tokens(result, token_question()),
              HasSubstr("6 the OAuth provider was not reached: connection refused"));
  result.reach = Reach::incomplete;
  EXPECT_THAT(told_of_tokens(result, token_question()),
              HasSubstr("6 the OAuth provider did not respond: connection refused"));
  EXPECT_EQ(read_tokens(result, token_question(), kNow).state, State::unreached);
  result.untrusted = true;
  EXPECT_EQ(read_tokens(result, token_question(), kNow).state, State::refused);
  result.local = true;
  EXPECT_THAT(told_of_tokens(result, token_question()), testing::StartsWith("3 "));
}

}  // namespace
}  // namespace influxctl::oauth_response_test
