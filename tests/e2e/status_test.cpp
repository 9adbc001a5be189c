// SPDX-License-Identifier: MIT
// `auth status`: which credential is in use, what it hides, when it ends, whether it is accepted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "harness.h"
#include "login.h"
#include "tokens.h"

namespace influxctl::e2e::status_test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> status = {"auth", "status"};
const std::vector<std::string> status_json = {"auth", "status", "--format", "json"};

RunOptions with_token(const std::string& token) {
  RunOptions options;
  options.environment["INFLUXCTL_MGMT_TOKEN"] = token;
  return options;
}

TEST(Status, ShowsAManagementTokenOfTheList) {
  const Sandbox sandbox;
  const NewToken own =
      new_token(sandbox, {{"description", "ci"}, {"expiresAt", "2101-01-01T00:00:00.5Z"}});
  const RunResult result = sandbox.run(status_json, with_token(own.token));
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(json::parse(result.out),
            (json{{"profile", "default"},
                  {"config_path", sandbox.config()},
                  {"url", sandbox.url() + "/api/v0/management-tokens"},
                  {"credential", "INFLUXCTL_MGMT_TOKEN"},
                  {"hidden_credentials", {"token file " + sandbox.token_file()}},
                  {"token_id", own.id},
                  {"description", "ci"},
                  {"expires_at", {{"seconds", 4133980800}, {"nanos", 500'000'000}}},
                  {"never_expires", false},
                  {"accepted", true}}));
  const RunResult table = sandbox.run(status, with_token(own.token));
  EXPECT_EQ(table.exit_code, 0);
  for (const std::string& line :
       {std::string("|     profile | default "), "|      config | " + sandbox.config(),
        "|         url | " + sandbox.url() + "/api/v0/management-tokens",
        std::string("|  credential | INFLUXCTL_MGMT_TOKEN "),
        "|    not used | token file " + sandbox.token_file(), "|    token id | " + own.id,
        std::string("| description | ci "), std::string("|  expires at | 2101-01-01T00:00:00Z "),
        std::string("|    accepted | yes ")}) {
    EXPECT_THAT(table.out, HasSubstr(line));
  }
}

TEST(Status, SaysThatATokenNeverExpires) {
  const Sandbox sandbox;
  const NewToken own = new_token(sandbox);
  const json seen = json::parse(sandbox.run(status_json, with_token(own.token)).out);
  EXPECT_EQ(seen.at("never_expires"), true);
  EXPECT_FALSE(seen.contains("expires_at"));
  EXPECT_THAT(sandbox.run(status, with_token(own.token)).out, HasSubstr("expires at | never "));
}

TEST(Status, DoesNotGuessTheExpiryOfWhatIsNotInTheList) {
  const Sandbox sandbox;
  const json seen = json::parse(sandbox.run(status_json).out);
  EXPECT_EQ(seen.at("credential"), "token file " + sandbox.token_file());
  EXPECT_EQ(seen.at("hidden_credentials"), json::array());
  EXPECT_EQ(seen.at("accepted"), true);
  EXPECT_FALSE(seen.contains("never_expires"));
  EXPECT_THAT(sandbox.run(status).out, HasSubstr("expires at | not known "));
}

TEST(Status, DoesNotChooseBetweenTwoOfOnePrefix) {
  Sandbox sandbox;
  const NewToken own = new_token(sandbox);
  const std::string prefix = own.token.substr(0, 9);
  sandbox.fault(
      {{"on", "GET"},
       {"status", 200},
       {"body", {{{"id", "a"}, {"tokenPrefix", prefix}}, {{"id", "b"}, {"tokenPrefix", prefix}}}}});
  const RunResult result = sandbox.run(status, with_token(own.token));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, HasSubstr("expires at | not known "));
  EXPECT_THAT(result.out, HasSubstr("note | 2 live tokens have its prefix "));
}

struct Refused {
  const char* name;
  const char* rule;
  int exit_code;
  json accepted;
};

void PrintTo(const Refused& row, std::ostream* out) { *out << row.name; }

class StatusFailure : public testing::TestWithParam<Refused> {};

TEST_P(StatusFailure, ShowsWhatIsKnownAndEndsWithThisCode) {
  Sandbox sandbox;
  sandbox.fault(json::parse(GetParam().rule));
  const RunResult result = sandbox.run({"auth", "status", "--format", "json", "--timeout", "3s"});
  EXPECT_EQ(result.exit_code, GetParam().exit_code);
  EXPECT_THAT(result.err, testing::StartsWith("influxctl: error: "));
  const json seen = json::parse(result.out);
  EXPECT_EQ(seen.at("accepted"), GetParam().accepted);
  EXPECT_EQ(seen.at("profile"), "default");
  EXPECT_EQ(seen.at("credential"), "token file " + sandbox.token_file());
  EXPECT_FALSE(seen.contains("never_expires"));
}

INSTANTIATE_TEST_SUITE_P(Rows, StatusFailure,
                         testing::Values(Refused{"NotAccepted", R"({"status":401})", 4, false},
                                         Refused{"NotAllowed", R"({"status":403})", 4, false},
                                         Refused{"NotReached", R"({"accept":"reset"})", 6, {}},
                                         Refused{"NoResponse", R"({"stall":true})", 6, {}},
                                         Refused{"Broken", R"({"status":500})", 5, {}}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Status, ShowsALoginAndWhatHidesIt) {
  const LoginBench bench;
  bench.log_in();
  const json seen = json::parse(bench.run(status_json).out);
  EXPECT_THAT(seen.at("credential").get<std::string>(), HasSubstr("the login in "));
  EXPECT_EQ(seen.at("accepted"), true);
  EXPECT_TRUE(seen.contains("expires_at"));
  EXPECT_EQ(seen.at("never_expires"), false);
  const json hiding =
      json::parse(bench.run(status_json, with_token(bench.sandbox.admin_token())).out);
  EXPECT_EQ(hiding.at("credential"), "INFLUXCTL_MGMT_TOKEN");
  EXPECT_EQ(hiding.at("hidden_credentials"), json({"the login in " + bench.cache_files().at(0)}));
}

TEST(Status, DoesNotNameALoginThatWasNeverMade) {
  const LoginBench bench;
  const json seen =
      json::parse(bench.run(status_json, with_token(bench.sandbox.admin_token())).out);
  EXPECT_EQ(seen.at("hidden_credentials"), json::array());
}

struct Without {
  const char* name;
  bool provider;
  bool terminal;
};

void PrintTo(const Without& row, std::ostream* out) { *out << row.name; }

class StatusWithoutACredential : public testing::TestWithParam<Without> {};

TEST_P(StatusWithoutACredential, ShowsWhereItStandsAndAsksNobodyToLogIn) {
  const Sandbox sandbox({"--oauth", "keycloak"});
  const TemporaryDirectory home;
  const std::string config = read_file(sandbox.config());
  RunOptions options;
  options.environment = {{"NO_COLOR", "1"}, {"XDG_CACHE_HOME", home.path()}};
  options.environment["INFLUXCTL_CONFIG"] = home.write(
      "config.toml", GetParam().provider ? config : config.substr(0, config.find("[profile.auth")));
  if (GetParam().terminal) options.in = options.err = Stream::terminal();
  for (const bool as_json : {false, true}) {
    const RunResult result = sandbox.run(as_json ? status_json : status, options);
    EXPECT_EQ(result.exit_code, 4);
    EXPECT_THAT(result.err + result.terminal,
                testing::StartsWith("influxctl: error: no credentials for profile \"default\"\n"
                                    "influxctl: hint: set INFLUXCTL_MGMT_TOKEN to a management "
                                    "token\n"));
    const std::string url = sandbox.url() + "/api/v0/management-tokens";
    if (as_json) {
      EXPECT_EQ(json::parse(result.out), (json{{"profile", "default"},
                                               {"config_path", home.file("config.toml")},
                                               {"url", url},
                                               {"credential", "none"},
                                               {"hidden_credentials", json::array()},
                                               {"accepted", false}}));
    } else {
      EXPECT_THAT(result.out, HasSubstr("|        url | " + url + " "));
      EXPECT_THAT(result.out, HasSubstr("| credential | none "));
      EXPECT_THAT(result.out, HasSubstr("|   accepted | no "));
      EXPECT_THAT(result.out, Not(HasSubstr("expires at")));
    }
  }
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

INSTANTIATE_TEST_SUITE_P(Rows, StatusWithoutACredential,
                         testing::Values(Without{"NoProvider", false, false},
                                         Without{"NoProviderOnATerminal", false, true},
                                         Without{"NoLogin", true, false},
                                         Without{"NoLoginOnATerminal", true, true}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Status, NamesALoginThatHasExpired) {
  const LoginBench bench("keycloak", {"--oauth-approve-after", "0", "--oauth-no-refresh-token"});
  bench.log_in();
  bench.expire_cache();
  const RunResult result = bench.run(status_json);
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.err, HasSubstr("error: the login of profile \"default\" has expired\n"));
  EXPECT_EQ(json::parse(result.out).at("credential"), "the login in " + bench.cache_files().at(0));
  EXPECT_EQ(json::parse(result.out).at("accepted"), false);
}

TEST(Status, DoesNotNameALoginThatCannotBeRead) {
  const LoginBench bench;
  bench.log_in();
  bench.change_cache({{"expiry", "soon"}});
  const RunResult result = bench.run(status_json);
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.err, HasSubstr("is ignored, and the next one replaces it: "));
  EXPECT_EQ(json::parse(result.out).at("credential"), "none");
}

TEST(Status, NeverShowsASecret) {
  const Sandbox sandbox;
  const NewToken own = new_token(sandbox);
  for (const auto& args : {status, status_json}) {
    auto loud = args;
    loud.emplace_back("--trace");
    const RunResult result = sandbox.run(loud, with_token(own.token));
    for (const std::string& secret : {own.token, sandbox.admin_token()}) {
      EXPECT_THAT(result.out + result.err, Not(HasSubstr(secret.substr(5))));
    }
  }
}

TEST(Status, ChecksItsOutputBeforeItAsks) {
  const Sandbox sandbox;
  RunOptions options;
  options.out = Stream::closed();
  EXPECT_EQ(sandbox.run(status, options).exit_code, 2);
  EXPECT_EQ(sandbox.count("connection"), 0U);
}

}  // namespace
}  // namespace influxctl::e2e::status_test
