// SPDX-License-Identifier: MIT
// The stand-in OAuth provider's own behaviour: the device grant, refresh tokens, and what the
// ledger says of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "client.h"
#include "harness.h"

namespace influxctl::e2e::sandbox_oauth_test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* form_type = "application/x-www-form-urlencoded";
constexpr const char* device_grant =
    "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code";

std::string encoded(const std::string& text) {
  std::string form;
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    if (std::isalnum(value) != 0) {
      form += byte;
    } else {
      form += {'%', "0123456789ABCDEF"[value >> 4U], "0123456789ABCDEF"[value & 0xfU]};
    }
  }
  return form;
}

/// The text of a line `key = "..."` of the sandbox's config.toml; empty when there is none.
std::string configured(const Sandbox& sandbox, const std::string& key) {
  const std::string config = read_file(sandbox.config());
  const auto line = config.find("\n" + key + " = ");
  if (line == std::string::npos) return "";
  const auto value = line + key.size() + 4;
  return json::parse(config.substr(value, config.find('\n', value) - value));
}

Exchange post(const Sandbox& sandbox, const std::string& path, const std::string& body,
              const std::string& head = std::string("Content-Type: ") + form_type + "\r\n",
              const std::string& method = "POST") {
  return talk(sandbox, method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + head +
                           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

std::string client(const Sandbox& sandbox) {
  const std::string secret = configured(sandbox, "client_secret");
  return "client_id=influxctl-sandbox" +
         (secret.empty() ? "" : "&client_secret=" + encoded(secret));
}

Exchange ask(const Sandbox& sandbox) {
  return post(sandbox, "/oauth/device",
              client(sandbox) + "&scope=influxctl-sandbox%2F.default&audience=any");
}

std::string new_code(const Sandbox& sandbox) { return ask(sandbox).json().at("device_code"); }

Exchange poll(const Sandbox& sandbox, const std::string& code) {
  return post(sandbox, "/oauth/token",
              client(sandbox) + "&" + device_grant + "&device_code=" + encoded(code));
}

Exchange refresh(const Sandbox& sandbox, const std::string& token) {
  return post(sandbox, "/oauth/token",
              client(sandbox) + "&grant_type=refresh_token&refresh_token=" + encoded(token));
}

json log_in(const Sandbox& sandbox) { return poll(sandbox, new_code(sandbox)).json(); }

int status_of_list(const Sandbox& sandbox, const std::string& token) {
  return talk(sandbox, request("GET", "", token)).status();
}

std::vector<std::string> keys(const json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

std::vector<std::string> results(const Sandbox& sandbox, std::string_view event) {
  std::vector<std::string> all;
  for (const json& one : sandbox.events(event)) all.push_back(one.at("result"));
  return all;
}

std::string summary(const Exchange& exchange) {
  return std::to_string(exchange.status()) + " " + exchange.json().value("error", "granted");
}

struct Ways {
  const char* kind;
  std::vector<std::string> device;  // the responses' members, sorted
  std::vector<std::string> token;
  const char* config;
};

void PrintTo(const Ways& row, std::ostream* out) { *out << row.kind; }

class SandboxOAuthKind : public testing::TestWithParam<Ways> {};

TEST_P(SandboxOAuthKind, RespondsAndConfiguresInItsWay) {
  const Ways& row = GetParam();
  const Sandbox sandbox({"--oauth", row.kind, "--oauth-approve-after", "0"});
  const Exchange device = ask(sandbox);
  EXPECT_EQ(device.status(), 200);
  EXPECT_THAT(device.head(), HasSubstr("\r\nCache-Control: no-store\r\n"));
  EXPECT_EQ(keys(device.json()), row.device);
  EXPECT_THAT(device.json().at("user_code").get<std::string>(),
              testing::MatchesRegex("[B-Z]{4}-[B-Z]{4}"));
  EXPECT_EQ(device.json().at("verification_uri"), sandbox.url() + "/oauth/activate");
  EXPECT_EQ(device.json().at("expires_in"), 600);
  EXPECT_EQ(device.json().at("interval"), 1);
  const Exchange token = poll(sandbox, device.json().at("device_code"));
  EXPECT_EQ(token.status(), 200);
  EXPECT_EQ(keys(token.json()), row.token);
  EXPECT_EQ(token.json().at("expires_in"), 300);
  EXPECT_EQ(status_of_list(sandbox, token.json().at("access_token")), 200);
  std::string config = read_file(sandbox.config());
  config.erase(0, config.find("\n[profile.auth"));
  const std::string secret = json(configured(sandbox, "client_secret")).dump();
  if (sandbox.client_secret_sha256().empty()) {
    EXPECT_EQ(secret, "\"\"");
  } else {
    EXPECT_EQ(sha256_hex(configured(sandbox, "client_secret")), sandbox.client_secret_sha256());
  }
  for (const auto& [name, value] :
       {std::pair<std::string, std::string>{"SECRET", secret}, {"URL", sandbox.url()}}) {
    for (auto at = config.find(value); at != std::string::npos; at = config.find(value)) {
      config.replace(at, value.size(), name);
    }
  }
  EXPECT_EQ(config, row.config);
  // Exit code 4: the file was read, and nobody is logged in.
  EXPECT_EQ(sandbox.run({"management", "list"}).exit_code, 4);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, SandboxOAuthKind,
    testing::Values(
        Ways{"keycloak",
             {"device_code", "expires_in", "interval", "user_code", "verification_uri",
              "verification_uri_complete"},
             {"access_token", "expires_in", "id_token", "refresh_expires_in", "refresh_token",
              "scope", "token_type"},
             "\n[profile.auth.oauth2]\nclient_id = \"influxctl-sandbox\"\nscopes = [\"openid\"]\n"
             "token_url = \"URL/oauth/token\"\ndevice_url = \"URL/oauth/device\"\n"},
        Ways{"auth0",
             {"device_code", "expires_in", "interval", "user_code", "verification_uri",
              "verification_uri_complete"},
             {"access_token", "expires_in", "refresh_token", "scope", "token_type"},
             "\n[profile.auth.oauth2]\nclient_id = \"influxctl-sandbox\"\nclient_secret = SECRET\n"
             "parameters = { audience = \"https://sandbox.example/api?a=b&c=d+e%20f\" }\n"
             "token_url = \"URL/oauth/token\"\ndevice_url = \"URL/oauth/device\"\n"},
        Ways{"entra",
             {"device_code", "expires_in", "interval", "message", "user_code", "verification_uri"},
             {"access_token", "expires_in", "ext_expires_in", "refresh_token", "scope",
              "token_type"},
             "\n[profile.auth.oauth2]\nclient_id = \"influxctl-sandbox\"\n"
             "scopes = [\"influxctl-sandbox/.default\"]\n"
             "token_url = \"URL/oauth/token\"\ndevice_url = \"URL/oauth/device\"\n"}),
    [](const auto& row) { return std::string(row.param.kind); });

struct States {
  const char* kind;
  const char* pending;
  const char* denied;
  const char* expired;
  const char* slow_down;
  const char* unknown;
};

void PrintTo(const States& row, std::ostream* out) { *out << row.kind; }

class SandboxOAuthStates : public testing::TestWithParam<States> {};

TEST_P(SandboxOAuthStates, HaveTheProvidersStatuses) {
  const States& row = GetParam();
  Sandbox sandbox({"--oauth", row.kind, "--oauth-interval", "60"});
  const std::string refused = new_code(sandbox);
  sandbox.oauth("deny");
  EXPECT_EQ(summary(poll(sandbox, refused)), row.denied);
  const std::string late = new_code(sandbox);
  sandbox.oauth("expire_codes");
  EXPECT_EQ(summary(poll(sandbox, late)), row.expired);
  const std::string code = new_code(sandbox);
  EXPECT_EQ(summary(poll(sandbox, code)), row.pending);
  EXPECT_EQ(summary(poll(sandbox, code)), row.slow_down);
  const std::string other = new_code(sandbox);
  sandbox.oauth("approve");
  EXPECT_EQ(summary(poll(sandbox, other)), "200 granted");
  EXPECT_EQ(summary(poll(sandbox, other)), row.unknown);
  EXPECT_EQ(summary(poll(sandbox, "never-issued")), row.unknown);
  EXPECT_THAT(results(sandbox, "polled"), ElementsAre("denied", "expired", "pending", "slow_down",
                                                      "granted", "unknown", "unknown"));
  EXPECT_EQ(sandbox.count("device_authorization"), 4U);
  EXPECT_EQ(sandbox.count("issued"), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, SandboxOAuthStates,
    testing::Values(States{"keycloak", "400 authorization_pending", "400 access_denied",
                           "400 expired_token", "400 slow_down", "400 invalid_grant"},
                    States{"auth0", "403 authorization_pending", "403 access_denied",
                           "403 expired_token", "429 slow_down", "403 invalid_grant"},
                    States{"entra", "400 authorization_pending", "400 authorization_declined",
                           "400 expired_token", "400 slow_down", "400 invalid_grant"}),
    [](const auto& row) { return std::string(row.param.kind); });

TEST(SandboxOAuth, SlowDownIsForGood) {
  const Sandbox sandbox({"--oauth", "keycloak", "--oauth-interval", "2"});
  const std::string code = new_code(sandbox);
  for (int i = 0; i < 2; ++i) poll(sandbox, code);
  std::this_thread::sleep_for(std::chrono::milliseconds(2100));  // past the first interval
  poll(sandbox, code);
  EXPECT_THAT(results(sandbox, "polled"), ElementsAre("pending", "slow_down", "slow_down"));
}

TEST(SandboxOAuth, CodesAndAccessTokensAgeAndCodesApproveThemselves) {
  const Sandbox sandbox({"--oauth", "keycloak", "--oauth-code-lifetime", "2", "--oauth-interval",
                         "0", "--oauth-approve-after", "0", "--oauth-access-lifetime", "1",
                         "--oauth-no-refresh-token"});
  const std::string late = new_code(sandbox);
  const json tokens = log_in(sandbox);
  EXPECT_FALSE(tokens.contains("refresh_token"));
  std::this_thread::sleep_for(std::chrono::milliseconds(2100));
  EXPECT_EQ(summary(poll(sandbox, late)), "400 expired_token");
  EXPECT_EQ(status_of_list(sandbox, tokens.at("access_token")), 401);
  EXPECT_EQ(status_of_list(sandbox, sandbox.admin_token()), 200);
  EXPECT_TRUE(sandbox.events("issued").at(0).at("refresh_sha256").is_null());
}

TEST(SandboxOAuth, AccessTokensEndByCommand) {
  Sandbox sandbox({"--oauth", "entra", "--oauth-approve-after", "0"});
  const std::string access = log_in(sandbox).at("access_token");
  EXPECT_EQ(status_of_list(sandbox, access), 200);
  sandbox.oauth("expire_access");
  EXPECT_EQ(status_of_list(sandbox, access), 401);
  EXPECT_EQ(status_of_list(sandbox, log_in(sandbox).at("access_token")), 200);
}

TEST(SandboxOAuth, ASpentRefreshTokenEndsItsFamilyAlone) {
  const Sandbox sandbox({"--oauth", "auth0", "--oauth-approve-after", "0"});
  const std::string first = log_in(sandbox).at("refresh_token");
  const std::string other = log_in(sandbox).at("refresh_token");
  const json second = refresh(sandbox, first).json();
  EXPECT_EQ(status_of_list(sandbox, second.at("access_token")), 200);
  EXPECT_NE(second.at("refresh_token"), first);
  EXPECT_EQ(summary(refresh(sandbox, first)), "403 invalid_grant");
  EXPECT_EQ(summary(refresh(sandbox, second.at("refresh_token"))), "403 invalid_grant");
  EXPECT_EQ(summary(refresh(sandbox, other)), "200 granted");
  EXPECT_THAT(results(sandbox, "refreshed"),
              ElementsAre("granted", "invalid_grant", "invalid_grant", "granted"));
}

TEST(SandboxOAuth, EntrasRefreshTokensStayGoodUntilRevoked) {
  Sandbox sandbox({"--oauth", "entra", "--oauth-approve-after", "0"});
  const std::string first = log_in(sandbox).at("refresh_token");
  const std::string second = refresh(sandbox, first).json().at("refresh_token");
  EXPECT_NE(second, first);
  EXPECT_EQ(summary(refresh(sandbox, first)), "200 granted");
  sandbox.oauth("revoke_refresh");
  EXPECT_EQ(summary(refresh(sandbox, first)), "400 invalid_grant");
  EXPECT_EQ(summary(refresh(sandbox, second)), "400 invalid_grant");
}

struct Refused {
  const char* name;
  const char* kind;
  const char* path;
  std::string body;  // CLIENT stands for the client's fields
  const char* response;
  const char* head = "Content-Type: application/x-www-form-urlencoded\r\n";
  const char* method = "POST";
};

void PrintTo(const Refused& row, std::ostream* out) { *out << row.body; }

class SandboxOAuthRefuses : public testing::TestWithParam<Refused> {};

TEST_P(SandboxOAuthRefuses, WithAnErrorOfOAuth) {
  const Refused& row = GetParam();
  const Sandbox sandbox({"--oauth", row.kind});
  std::string body = row.body;
  if (const auto at = body.find("CLIENT"); at != std::string::npos) {
    body.replace(at, 6, client(sandbox));
  }
  const Exchange refused = post(sandbox, row.path, body, row.head, row.method);
  EXPECT_EQ(summary(refused), row.response);
  EXPECT_FALSE(refused.json().at("error_description").get<std::string>().empty());
  EXPECT_EQ(sandbox.count("device_authorization"), 0U);
  EXPECT_EQ(sandbox.count("issued"), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, SandboxOAuthRefuses,
    testing::Values(
        Refused{"Method", "keycloak", "/oauth/device", "", "405 invalid_request", "", "GET"},
        Refused{"NoContentType", "keycloak", "/oauth/device", "CLIENT", "400 invalid_request", ""},
        Refused{"JsonBody", "keycloak", "/oauth/device", R"({"client_id":"influxctl-sandbox"})",
                "400 invalid_request", "Content-Type: application/json\r\n"},
        Refused{"Authorization", "keycloak", "/oauth/device", "CLIENT", "400 invalid_request",
                "Content-Type: application/x-www-form-urlencoded\r\nAuthorization: Bearer a\r\n"},
        Refused{"NoClient", "keycloak", "/oauth/device", "scope=openid", "401 invalid_client"},
        Refused{"OtherClient", "keycloak", "/oauth/device", "client_id=a", "401 invalid_client"},
        Refused{"NeedlessSecret", "entra", "/oauth/device", "CLIENT&scope=a&client_secret=a",
                "401 invalid_client"},
        Refused{"NoSecret", "auth0", "/oauth/device", "client_id=influxctl-sandbox&audience=a",
                "401 invalid_client"},
        Refused{"WrongSecret", "auth0", "/oauth/token",
                "client_id=influxctl-sandbox&client_secret=a", "401 invalid_client"},
        Refused{"NoAudience", "auth0", "/oauth/device", "CLIENT", "403 invalid_request"},
        Refused{"NoScope", "entra", "/oauth/device", "CLIENT", "400 invalid_request"},
        Refused{"Repeated", "keycloak", "/oauth/device", "CLIENT&scope=a&scope=a",
                "400 invalid_request"},
        Refused{"NoValue", "keycloak", "/oauth/device", "CLIENT&scope=", "400 invalid_request"},
        Refused{"NoEquals", "keycloak", "/oauth/device", "CLIENT&scope", "400 invalid_request"},
        Refused{"NoName", "keycloak", "/oauth/device", "CLIENT&=a", "400 invalid_request"},
        Refused{"EmptyPart", "keycloak", "/oauth/device", "CLIENT&", "400 invalid_request"},
        Refused{"RawByte", "keycloak", "/oauth/device", "CLIENT&scope=a/b", "400 invalid_request"},
        Refused{"RawEquals", "keycloak", "/oauth/device", "CLIENT&scope=a=", "400 invalid_request"},
        Refused{"BrokenEscape", "keycloak", "/oauth/device", "CLIENT&scope=%4",
                "400 invalid_request"},
        Refused{"NotHexadecimal", "keycloak", "/oauth/device", "CLIENT&scope=%4g",
                "400 invalid_request"},
        Refused{"NoGrantType", "keycloak", "/oauth/token", "CLIENT", "400 invalid_request"},
        Refused{"OtherGrantType", "keycloak", "/oauth/token",
                "CLIENT&grant_type=client_credentials", "400 unsupported_grant_type"},
        Refused{"NoCode", "keycloak", "/oauth/token", std::string("CLIENT&") + device_grant,
                "400 invalid_request"},
        Refused{"NoRefreshToken", "keycloak", "/oauth/token", "CLIENT&grant_type=refresh_token",
                "400 invalid_request"},
        Refused{"UnknownRefreshToken", "keycloak", "/oauth/token",
                "CLIENT&grant_type=refresh_token&refresh_token=a", "400 invalid_grant"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(SandboxOAuth, ItsLedgerHoldsNoSecret) {
  const Sandbox sandbox({"--oauth", "auth0", "--oauth-approve-after", "0"});
  const std::string secret = configured(sandbox, "client_secret");
  EXPECT_THAT(secret, HasSubstr("&=+% /"));
  const std::string code = new_code(sandbox);
  const json tokens = poll(sandbox, code).json();
  const std::string access = tokens.at("access_token");
  const std::string token = tokens.at("refresh_token");
  refresh(sandbox, token);
  const std::string shown_client =
      "client_id=influxctl-sandbox&client_secret=sha256:" + sandbox.client_secret_sha256();
  EXPECT_THAT(sandbox.bodies("/oauth/device"),
              ElementsAre(shown_client + "&scope=influxctl-sandbox%2F.default&audience=any"));
  EXPECT_THAT(
      sandbox.bodies("/oauth/token"),
      ElementsAre(
          shown_client + "&" + device_grant + "&device_code=sha256:" + sha256_hex(code),
          shown_client + "&grant_type=refresh_token&refresh_token=sha256:" + sha256_hex(token)));
  EXPECT_EQ(sandbox.events("device_authorization").at(0).at("device_code_sha256"),
            sha256_hex(code));
  const json issued = sandbox.events("issued").at(0);
  EXPECT_EQ(issued.at("access_sha256"), sha256_hex(access));
  EXPECT_EQ(issued.at("refresh_sha256"), sha256_hex(token));
  EXPECT_TRUE(sandbox.hold_issued_token("a " + access + "=b"));
  EXPECT_TRUE(sandbox.hold_issued_token("=" + token));
  EXPECT_FALSE(sandbox.hold_issued_token(access.substr(1) + token.substr(1)));
  // What is no form is shown as a digest, in a body and in a query.
  post(sandbox, "/oauth/token?refresh_token=" + encoded(token) + "&a=b", "{" + token + "}");
  const json last = sandbox.events("request").back();
  EXPECT_EQ(last.at("target"), "/oauth/token?refresh_token=sha256:" + sha256_hex(token) + "&a=b");
  EXPECT_EQ(last.at("body"), "sha256:" + sha256_hex("{" + token + "}"));
  post(sandbox, "/elsewhere", "client_secret=" + encoded(secret));
  EXPECT_THAT(sandbox.bodies("/elsewhere"),
              ElementsAre("client_secret=sha256:" + sandbox.client_secret_sha256()));
  const std::string text = read_file(sandbox.ledger_file());
  EXPECT_FALSE(sandbox.hold_issued_token(text));
  for (const std::string& hidden : {secret, encoded(secret), code, encoded(code), encoded(token)}) {
    EXPECT_THAT(text, Not(HasSubstr(hidden)));
  }
}

TEST(SandboxOAuth, AFaultCanNameAPath) {
  Sandbox sandbox({"--oauth", "keycloak", "--oauth-approve-after", "0"});
  sandbox.fault({{"path", "/oauth/token"}, {"status", 503}});
  const std::string code = new_code(sandbox);
  EXPECT_EQ(sandbox.events("responded").at(0).at("fault"), json());
  EXPECT_EQ(poll(sandbox, code).status(), 503);
  EXPECT_EQ(summary(poll(sandbox, code)), "200 granted");
  sandbox.fault({{"path", "/oauth/device"}, {"patch", {{"interval", "2"}}}});
  EXPECT_EQ(status_of_list(sandbox, sandbox.admin_token()), 200);
  EXPECT_EQ(ask(sandbox).json().at("interval"), "2");
  EXPECT_THROW(sandbox.fault({{"path", "/oauth/token"}, {"accept", "reset"}}), std::runtime_error);
}

TEST(SandboxOAuth, ThereIsNoProviderUnlessAskedFor) {
  Sandbox sandbox;
  EXPECT_EQ(ask(sandbox).status(), 404);
  EXPECT_EQ(sandbox.client_secret_sha256(), "");
  EXPECT_THROW(sandbox.oauth("approve"), std::runtime_error);
  Sandbox provider({"--oauth", "keycloak"});
  EXPECT_THROW(provider.oauth("applaud"), std::runtime_error);
  EXPECT_EQ(talk(provider, "GET /oauth/activate?user_code=A HTTP/1.1\r\nHost: a\r\n\r\n").status(),
            200);
}

}  // namespace
}  // namespace influxctl::e2e::sandbox_oauth_test
